"""Who would be told now about planned work, by the function that its letters use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from companies.topics import Topic
from contacts.occasions import Occasion, of_readers
from operations import emails

LETTERS = {"maintenance": ["announced", "moved", "cancelled"]}
UNFORESEEN: dict[str, str] = {}


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """Nothing is planned for what runs at the customer's [E18]."""
    if application.is_cloud:
        yield Occasion(
            "maintenance",
            _("Maintenance is planned, moved or cancelled"),
            of_readers(
                Topic.MAINTENANCE, emails.readers_of([application])[application.pk]
            ),
        )
