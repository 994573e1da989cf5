"""Whom an app cannot lose yet: its technical contacts, named and coming [CO-10]."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.models import Application
from companies.leaving import Obstacle, elsewhere, marked
from companies.models import User
from contacts.models import Handover, TechnicalContact


def obstacles(person: User, reader: User) -> Iterator[Obstacle]:
    """The role held, named for in an order, or about to be taken over [E7]."""
    yield from _held(person, reader)
    yield from _named(person, reader)
    yield from _offered(person, reader)


def _held(person: User, reader: User) -> Iterator[Obstacle]:
    others = TechnicalContact.objects.reachable().exclude(user=person)
    same_app = others.filter(application=OuterRef("application")).order_by()
    held = TechnicalContact.objects.held_by(person).in_live_apps()
    for contact in marked(held, reader).annotate(has_others=Exists(same_app)):
        if not contact.is_seen:
            yield elsewhere(
                _("%(person)s is technical contact of an app of another company.")
                % {"person": person}
            )
            continue
        deed = "contacts:dismiss" if contact.has_others else "contacts:replace"
        yield Obstacle(
            _("%(person)s is technical contact of %(app)s.")
            % {"person": person, "app": contact.application},
            reverse(deed, args=[contact.pk]),
            _("End the role") if contact.has_others else _("Name a successor"),
        )


def _named(person: User, reader: User) -> Iterator[Obstacle]:
    named = Application.objects.waiting_for_signature().filter(named_contact=person)
    for application in marked(named, reader):
        if not application.is_seen:
            yield elsewhere(
                _("%(person)s is named in an order of another company.")
                % {"person": person}
            )
            continue
        yield Obstacle(
            _("%(person)s is named as technical contact in the order of %(app)s.")
            % {"person": person, "app": application},
            reverse("contacts:name_contact", args=[application.pk]),
            _("Name somebody else"),
        )


def _offered(person: User, reader: User) -> Iterator[Obstacle]:
    offers = Handover.objects.open().filter(to_user=person)
    for handover in marked(offers, reader).select_related("application"):
        if not handover.is_seen:
            yield elsewhere(
                _("An app of another company is being handed over to %(person)s.")
                % {"person": person}
            )
            continue
        yield Obstacle(
            _("%(app)s is being handed over to %(person)s.")
            % {"person": person, "app": handover.application},
            reverse("contacts:cancel", args=[handover.pk]),
            _("Withdraw the handover"),
        )
