"""Who would be told now about licenses, by the functions that its letters use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from companies.topics import Topic
from contacts.occasions import Occasion, of_readers
from licenses import emails


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """Reminders and signatures; whoever activates a key knows of it [LI-03, LI-05]."""
    readers = emails.readers_of([application])[application.pk]
    renewal = of_readers(Topic.RENEWAL, readers)
    yield Occasion("renewal_reminder", _("Renewal reminder"), renewal)
    yield Occasion("renewed", _("The renewal is signed"), renewal)
    yield Occasion("suspended", _("A license is suspended"), renewal)
    yield Occasion("reinstated", _("A suspended license is valid again"), renewal)
    yield Occasion("revoked", _("A license is revoked"), renewal)
    if application.is_on_premises:
        told = of_readers(Topic.LICENSE, readers)
        yield Occasion("key_activated", _("A key is activated"), told)
