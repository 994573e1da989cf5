"""Who would be told now: each kind of notice, and whom its letters would go to.

Every package says it for its own letters, with the functions that its letters use. A
list of its own here would be wrong one day. Its table `LETTERS` names the letters that
each kind of notice speaks for; what is not known before it happens is in `UNFORESEEN`.
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

LETTERS = {
    "order_signed": ["appointed", "order_signed"],
    "delivered": ["delivered"],
    "handover_accepted": ["appointed", "handover_accepted", "changed"],
    "handover_refused": ["handover_declined", "handover_lapsed"],
    "handover_waits": ["handover_reminder", "handover_cancelled"],
    "contacts_changed": ["changed"],
    "still_contact": ["still_contact"],
    "contact_raised": ["contact_raised"],
    "contact_escalated": ["contact_escalated"],
    "hosting_changed": ["hosting_changed"],
    "offboarded": ["offboarded"],
}
UNFORESEEN = {
    "dismissed": "to the contact who is dismissed, whoever that will be",
    "handover_offered": "to whoever is asked to take over, chosen in that moment",
    "handover_arranged": "to the contact in whose place somebody else offers it",
    "rights_changed": "to the member whose rights are others now",
    "rights_ended": "to the member who loses them",
}


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
    """What this package writes about: the order, the role itself, the end of an app."""
    yield from _order(application)
    handover = Handover.objects.of(application).pending(at).with_people().first()
    if handover:
        yield from _handover(application, handover)
    yield from _role(application)
    concerned = emails.everybody(application)
    told = [*_contacts(concerned.contacts), *_admins(concerned.admins)]
    yield Occasion("hosting_changed", _("The hosting changes"), told)
    yield Occasion("offboarded", _("The app is off-boarded"), told)


def _order(application: Application) -> Iterator[Occasion]:
    if not application.order_signed_at:
        named = application.named_contact
        will_be = Addressee(named, _("will be the technical contact"), Topic.CONTACT)
        yield Occasion(
            "order_signed",
            _("The order is signed"),
            [will_be] * bool(named and named.is_active)
            + _admins(emails.admins(application, besides=[named])),
        )
    if not application.delivered_at:
        found = emails.everybody(application)
        told = [*_contacts(found.contacts), *_admins(found.admins)]
        yield Occasion("delivered", _("The app is delivered"), told)


def _handover(application: Application, handover: Handover) -> Iterator[Occasion]:
    facts = {"person": handover.to_user}
    title = _("%(person)s accepts the handover") % facts
    yield Occasion("handover_accepted", title, _change(application, handover))
    title = _("%(person)s declines the handover, or does not answer") % facts
    givers = [
        Addressee(person, _("offered the role"), Topic.CONTACT)
        for person in emails.givers(handover)
        if person.is_active
    ]
    yield Occasion("handover_refused", title, givers)
    asked = Addressee(handover.to_user, _("was asked to take over"), Topic.CONTACT)
    title = _("A reminder of the handover, or it is withdrawn")
    yield Occasion("handover_waits", title, [asked] * handover.to_user.is_active)


def _role(application: Application) -> Iterator[Occasion]:
    admins = _admins(emails.admins(application, besides=[]))
    yield Occasion("contacts_changed", _("A contact is appointed or leaves"), admins)
    askable = TechnicalContact.objects.of(application).askable().with_people()
    yield Occasion(
        "still_contact",
        _("Each quarter: are you still the contact?"),
        _contacts(row.user for row in askable),
    )
    contact = TechnicalContact.objects.of(application).with_people().first()
    if contact:
        person = contact.user
        yield Occasion(
            "contact_raised",
            _("%(person)s cannot be reached any more") % {"person": person},
            of_readers(Topic.REACH, reach_emails.raised_readers(application, person)),
        )
        yield Occasion(
            "contact_escalated",
            _("Nobody has mended that %(person)s cannot be reached")
            % {"person": person},
            of_readers(Topic.REACH, reach_emails.escalation_readers(application)),
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


def _contacts(people: Iterable[User]) -> list[Addressee]:
    return [Addressee(one, Role.CONTACT.label, Topic.CONTACT) for one in people]


def _admins(people: Iterable[User]) -> list[Addressee]:
    return [
        Addressee(person, Role.COMPANY_ADMIN.label, Topic.COMPANY, True)
        for person in people
    ]
