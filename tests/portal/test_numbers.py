import pytest
from django.utils import translation

from portal.numbers import in_words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "none"), (1, "one"), (12, "twelve"), (13, "13")]
)
def test_small_numbers_are_words(number, words):
    assert in_words(number) == words


def test_numbers_follow_the_readers_language():
    with translation.override("de"):
        assert in_words(1234) == "1234"
