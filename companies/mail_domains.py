"""Mail domains in one spelling, whatever people type; and those of everybody."""

from __future__ import annotations

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 253


def normalise(text: str) -> str:
    """`@Müller.Example ` gives `xn--mller-kva.example`: lower case, as mail travels."""
    try:
        name = _ascii(text.strip().removeprefix("@").rstrip("."))
    except idna.IDNAError:
        name = ""
    if "." not in name or len(name) > LONGEST:
        raise ValidationError(
            _("This is no mail domain. Write what stands after the @ of an address.")
        )
    return name


def domain_of(address: str) -> str:
    """The domain of a mail address in that spelling; empty when there is none."""
    try:
        return normalise(address.rpartition("@")[2])
    except ValidationError:
        return ""


def spellings(name: str) -> set[str]:
    """How the domain may stand in an address: as mail travels, and as it is read."""
    return {name, idna.decode(name)}


def is_public(name: str) -> bool:
    """Whether anybody can have an address there, so that it is no company's."""
    return name in settings.PUBLIC_MAIL_DOMAINS


def _ascii(text: str) -> str:
    return idna.encode(text, uts46=True).decode()
