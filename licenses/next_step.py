"""What is left to do after a renewal, told to who can do it and to who cannot."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User


def after_renewal(count: int, *, may_generate: bool, contacts: Iterable[User]) -> str:
    """For `count` licenses of one app; `contacts` are its technical contacts.

    Who may not activate a key reads who can: a contact with an account [TC-33].
    """
    if may_generate:
        return ngettext(
            "The renewal is signed. Put the new key into the app and activate it.",
            "The renewal is signed. Put the new key of each server into the app and"
            " activate it.",
            count,
        )
    able = [str(person) for person in contacts if person.has_account]
    if not able:
        return _(
            "The renewal is signed. No technical contact has an account to activate"
            " the new key."
        )
    return ngettext(
        "The renewal is signed. %(names)s can activate the new key.",
        "The renewal is signed. %(names)s can activate the new keys.",
        count,
    ) % {"names": get_text_list(able, _("or"))}
