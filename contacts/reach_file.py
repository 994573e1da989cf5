"""Which applications have nobody to be told, and why: for the support desk's list.

The same as a file, with whom the vendor can ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from apps.models import Application
from contacts.models import TechnicalContact
from ui.states import state_of

CHUNK = 100


def with_reach(applications: QuerySet[Application]) -> QuerySet[Application]:
    """With their contacts as `why_unreached` reads them."""
    contacts = TechnicalContact.objects.with_health().order_by("appointed_at", "id")
    return applications.prefetch_related(Prefetch("technical_contacts", contacts))


def why_unreached(application: Application, at: datetime) -> str:
    """Each contact and what is wrong with them, or that there is none."""
    contacts = application.technical_contacts.all()
    found = [f"{contact.user}: {_why(contact, at)}" for contact in contacts]
    return "; ".join(found) or _("no technical contact")


def rows(applications: QuerySet[Application], at: datetime) -> Iterator[list[Any]]:
    """The head, then a line for each application and contact; one too without any."""
    yield [
        _("App"),
        _("Company"),
        _("Hosting"),
        _("Technical contact"),
        _("E-mail"),
        _("Can be reached"),
        _("Why"),
        _("Account executive"),
    ]
    plain = applications.prefetch_related(None).order_by("name", "id")
    found = with_reach(plain.select_related("company__account_executive"))
    for application in found.iterator(chunk_size=CHUNK):
        contacts = list(application.technical_contacts.all())
        for contact in contacts or [None]:
            yield _line(application, contact, at)


def _line(
    application: Application, contact: TechnicalContact | None, at: datetime
) -> list[Any]:
    who = ["", "", "", _("no technical contact")]
    if contact:
        health = contact.judged(at).health
        word = str(state_of(health).word)
        who = [contact.user.name, contact.user.email, word, health.reason]
    return [
        application.name,
        application.company.name,
        application.get_hosting_display(),
        *who,
        application.company.account_executive or "",
    ]


def _why(contact: TechnicalContact, at: datetime) -> str:
    health = contact.judged(at).health
    return health.reason or str(state_of(health).word)
