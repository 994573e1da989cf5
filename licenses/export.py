"""The list of licenses as a sheet: the tab and the words one sees, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from licenses.listing import Listing
from licenses.models import License
from ui.states import state_of

CHUNK = 500


def rows(listing: Listing, words: str) -> Iterator[list[Any]]:
    """The head and a line for each license, a few hundred read at a time; no key."""
    yield _head()
    found = listing.rows(words).order_by(*listing.order)
    for license in found.iterator(chunk_size=CHUNK):
        yield _cells(license, listing)


def _head() -> list[str]:
    return [
        _("License"),
        _("App"),
        _("Environment"),
        _("Company"),
        _("Hosting"),
        _("State"),
        _("Starts"),
        _("Runs out"),
        _("Contract ends"),
        _("Users"),
        _("Licensed to"),
        _("Serial number"),
    ]


def _cells(license: License, listing: Listing) -> list[Any]:
    """Customers read no end of Cloud: that is the vendor's business [LI-05]."""
    is_ours = license.application.is_cloud and not listing.user.is_staff
    days = [None, None] if is_ours else [license.due_on, license.ends_on]
    return [
        str(license),
        license.application.name,
        license.environment.name,
        license.company.name,
        license.application.get_hosting_display(),
        _state(license, listing, is_ours=is_ours),
        license.starts_on,
        *days,
        license.covered_users,
        license.licensee,
        license.serial,
    ]


def _state(license: License, listing: Listing, *, is_ours: bool) -> str:
    if is_ours:
        return _("renewed by %(vendor)s") % {"vendor": settings.VENDOR_NAME}
    standing = license.standing(license.company.today(listing.at))
    return str(state_of(standing).word)
