"""When a license runs out, and how often that has moved: what calendars go by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from licenses.models import License
from ui.times import day


def write(license: License, fields: Collection[str], *, at: datetime) -> None:
    """Save these fields, one of which may move the end; a move is counted.

    For whoever holds the row. Every verb that writes `ends_on` or `runs_until` writes
    it here: a subscribed calendar takes a moved day over only with a higher number.
    """
    before = license.due_on
    license.save(update_fields=fields)
    license.refresh_from_db(fields=["due_on"])
    if license.due_on != before:
        license.end_moves += 1
        license.end_moved_at = at
        license.save(update_fields=["end_moves", "end_moved_at"])


def refuse_planned(license: License) -> None:
    """A customer has given notice: nobody moves the end by mistake."""
    if license.terminates_on:
        raise ValidationError(
            _("%(license)s is planned to end on %(day)s. Take that back first."),
            params={"license": license, "day": day(license.terminates_on)},
        )
