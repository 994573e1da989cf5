"""The desk's theme speaks the reader's language too."""

from pathlib import Path

import pytest
import unfold
from django.utils import translation

from portal.admin_words import WORDS

THEME = Path(unfold.__file__).parent


@pytest.fixture(scope="module")
def theme():
    """All that the theme says, with the code around it."""
    files = [*THEME.rglob("*.py"), *THEME.rglob("*.html")]
    return "\n".join(file.read_text() for file in files)


def test_the_theme_says_each_word(theme):
    """Written a little otherwise, a word would stay English in silence."""
    assert [word for word in WORDS if word not in theme] == []


@pytest.mark.parametrize("language", ["de", "nl", "fr"])
def test_each_word_is_translated(language):
    with translation.override(language):
        same = [word for word in WORDS if translation.gettext(word) == word]

    assert same in ([], ["System"])  # which is German as well
