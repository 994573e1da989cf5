"""What is left to do after a renewal, told to who can do it and to who cannot."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User


def after_renewal(count: int, *, may_generate: bool, contacts: Iterable[User]) -> str:
    """For `count` licenses of one app; `contacts` are its technical contacts.

    Who may not generate a key reads who can: a contact with an account [TC-33].
    """
    if may_generate:
        return ngettext(
            "The renewal is signed. Generate a new key and activate it.",
            "The renewal is signed. Generate a new key for each server and activate"
            " it.",
            count,
        )
    able = [str(person) for person in contacts if person.has_account]
    if not able:
        return _(
            "The renewal is signed. No technical contact has an account to generate"
            " the new key."
        )
    return ngettext(
        "The renewal is signed. %(names)s can generate the new key.",
        "The renewal is signed. %(names)s can generate the new keys.",
        count,
    ) % {"names": get_text_list(able, _("or"))}
