"""The wish for another e-mail address, as a signed link; no row waits for it.

It is good for a day, for the person who asked, and as long as that person still has
the address of before: so it works once.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from companies.models import User

SALT = "companies.new_addresses"


def sign(person: User, new: str) -> str:
    wish = {"person": str(person.pk), "old": person.email, "new": new}
    return signing.dumps(wish, salt=SALT)


def address_in(key: str, person: User) -> str:
    """The address this person wanted, or nothing: too old, used or somebody else's."""
    try:
        wish = signing.loads(key, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return ""
    is_theirs = (wish["person"], wish["old"]) == (str(person.pk), person.email)
    return wish["new"] if is_theirs else ""
