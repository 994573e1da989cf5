"""Who would be told now: each kind of notice, and whom its letters would go to.

Every package says it for its own letters, with the functions that its letters use. A
list of its own here would be wrong one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.models import Application
from companies.models import User
from companies.topics import Topic
from contacts import emails, reach_emails
from contacts.audience import Reader, Role
from contacts.models import Handover, TechnicalContact


@dataclass(frozen=True)
class Addressee:
    """One who would be told, and why; without a person it is the support desk."""

    person: User | None
    why: str | Promise
    topic: Topic
    is_admin: bool = False

    @property
    def address(self) -> str:
        return self.person.email if self.person else settings.SUPPORT_EMAIL


@dataclass(frozen=True)
class Occasion:
    """One kind of notice about an application, and its addressees as they are now."""

    code: str
    title: str
    addressees: list[Addressee]


def of_readers(topic: Topic, readers: Iterable[Reader | None]) -> list[Addressee]:
    """As an audience says it; nobody at all means the support desk."""
    desk = Addressee(None, _("support desk"), topic)
    found = [
        Addressee(
            reader.user, reader.role.label, topic, reader.role == Role.COMPANY_ADMIN
        )
        if reader
        else desk
        for reader in readers
    ]
    return found or [desk]


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """What this package writes about: the role itself, and the end of an app."""
    handover = Handover.objects.of(application).pending(at).with_people().first()
    if handover:
        title = _("%(person)s accepts the handover") % {"person": handover.to_user}
        yield Occasion("handover_accepted", title, _change(application, handover))
    askable = TechnicalContact.objects.of(application).askable().with_people()
    yield Occasion(
        "still_contact",
        _("Each quarter: are you still the contact?"),
        [Addressee(row.user, Role.CONTACT.label, Topic.CONTACT) for row in askable],
    )
    contact = TechnicalContact.objects.of(application).with_people().first()
    if contact:
        yield Occasion(
            "contact_raised",
            _("%(person)s cannot be reached any more") % {"person": contact.user},
            of_readers(
                Topic.REACH, reach_emails.raised_readers(application, contact.user)
            ),
        )
    found = emails.everybody(application)
    yield Occasion(
        "offboarded",
        _("The app is off-boarded"),
        [
            *(Addressee(p, Role.CONTACT.label, Topic.CONTACT) for p in found.contacts),
            *_admins(found.admins),
        ],
    )


def _change(application: Application, handover: Handover) -> list[Addressee]:
    between = {
        handover.to_user: _("will be the technical contact"),
        handover.from_user: _("will no longer be the technical contact"),
    }
    told = [
        Addressee(person, why, Topic.CONTACT)
        for person, why in between.items()
        if person.is_active
    ]
    return told + _admins(emails.admins(application, besides=between))


def _admins(people: Iterable[User]) -> list[Addressee]:
    return [
        Addressee(person, Role.COMPANY_ADMIN.label, Topic.COMPANY, True)
        for person in people
    ]
