"""What Django says of a password is said in the reader's language."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

BAD = ["abc", "password", "123456789"]


def complaints(language):
    found = set()
    with translation.override(language):
        for password in BAD:
            with pytest.raises(ValidationError) as refused:
                validate_password(password)
            found.update(map(str, refused.value.messages))
    return found


@pytest.mark.parametrize("language", ["de", "nl", "fr"])
def test_a_bad_password_is_refused_in_the_readers_language(language):
    assert len(complaints("en")) >= 2
    assert complaints(language) & complaints("en") == set()
