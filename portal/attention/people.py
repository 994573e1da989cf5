"""Roles on their way from one person to another, and orders that wait for people."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from apps.models import Application
from companies import reception
from companies.models import Invitation, User
from contacts.models import Handover, TechnicalContact
from portal.attention.need import Act, Need, days_clock
from ui import times
from ui.clocks import Face

LIMIT = 20


def handovers(user: User, at: datetime) -> list[Need]:
    """Offers that wait for me, and offers that I gave or answer for."""
    rows = Handover.objects.visible_to(user).pending(at)
    people = rows.select_related("application", "from_user", "to_user")
    return [
        _offered_to_me(row, at) if row.to_user_id == user.pk else _unanswered(row, at)
        for row in people.order_by("lapses_at", "id")[:LIMIT]
    ]


def _offered_to_me(handover: Handover, at: datetime) -> Need:
    words = {"name": handover.from_user, "app": handover.application}
    return _handover(
        handover,
        at,
        tone="warn",
        glyph="you",
        title=_("%(name)s asks you to take over %(app)s") % words,
        where=_("Until you accept, %(name)s stays its technical contact") % words,
        verb=_("Answer"),
    )


def _unanswered(handover: Handover, at: datetime) -> Need:
    words = {
        "name": handover.to_user,
        "app": handover.application,
        "contact": handover.from_user,
    }
    return _handover(
        handover,
        at,
        tone="info",
        glyph="half",
        title=_("%(name)s has not accepted %(app)s yet") % words,
        where=_("Until then %(contact)s stays its technical contact") % words,
        verb=_("Remind"),
    )


def _handover(
    handover: Handover,
    at: datetime,
    *,
    tone: str,
    glyph: str,
    title: str,
    where: str,
    verb: str,
) -> Need:
    url = reverse("contacts:handover", args=[handover.pk])
    note = _("lapses %(day)s") % {"day": times.weekday(handover.lapses_at)}
    return Need(
        tone=tone,
        glyph=glyph,
        title=title,
        where=where,
        clock=days_clock(
            handover.lapses_at, at, of=settings.HANDOVER_DAYS, tone="", note=note
        ),
        act=Act(verb, url),
        hurts_at=handover.lapses_at,
        url=url,
    )


def invitations(user: User, at: datetime) -> list[Need]:
    """Companies that ask an external without a company to become theirs [TC-05]."""
    rows = reception.waiting_for(user, at)[:LIMIT]
    return [_invitation(row, at) for row in rows]


def _invitation(row: Invitation, at: datetime) -> Need:
    words = {"name": row.invited_by, "company": row.company}
    note = _("lapses %(day)s") % {"day": times.weekday(row.lapses_at)}
    return Need(
        tone="info",
        glyph="you",
        title=_("%(name)s invites you to %(company)s") % words,
        where=_("Until you accept, you belong to no company"),
        clock=days_clock(
            row.lapses_at, at, of=settings.INVITATION_DAYS, tone="", note=note
        ),
        act=Act(_("Answer"), row.own_url),
        hurts_at=row.lapses_at,
        url=row.own_url,
    )


def orders(user: User, at: datetime) -> list[Need]:
    """Applications not delivered yet, each with what it waits for."""
    contacts = TechnicalContact.objects.visible_to(user).select_related("user")
    rows = (
        Application.objects.visible_to(user)
        .live()
        .filter(delivered_at__isnull=True)
        .prefetch_related(Prefetch("technical_contacts", contacts))
        .order_by("ordered_at", "id")[:LIMIT]
    )
    return [need for need in (_order(row, user, at) for row in rows) if need]


def _order(application: Application, user: User, at: datetime) -> Need | None:
    """What a customer can do about it; a step that is the vendor's asks the vendor."""
    people = [row.user for row in application.technical_contacts.all()]
    words = {"app": application, "vendor": settings.VENDOR_NAME}
    if application.state == Application.State.ORDERED:
        if not user.is_staff:
            return None
        where = _("The order is not signed yet")
        return _waiting(application, at, "info", where, _("See order"))
    if any(person.has_account for person in people):
        if not user.is_staff:
            return None
        where = _("The order is signed and the contact has an account: deliver it")
        return _waiting(application, at, "info", where, _("See app"))
    names = get_text_list([str(person) for person in people], _("and"))
    where = (
        _("%(name)s has no account yet; without one it is not delivered")
        % {"name": names}
        if names
        else _("Nobody is appointed yet; without a contact it is not delivered") % words
    )
    return _waiting(application, at, "warn", where, _("See contact"))


def _waiting(
    application: Application, at: datetime, tone: str, where: str, verb: str
) -> Need:
    since = application.order_signed_at or application.ordered_at
    contacts = reverse("contacts:for_application", args=[application.pk])
    is_about_contact = tone == "warn"
    title = (
        _("%(app)s waits for its technical contact")
        if is_about_contact
        else _("%(app)s waits to be delivered")
    )
    return Need(
        tone=tone,
        glyph="warn" if is_about_contact else "half",
        title=title % {"app": application},
        where=where,
        clock=Face(
            "",
            times.duration(at - since),
            _("since %(day)s") % {"day": times.weekday(since)},
            glyph="half",
        ),
        act=Act(verb, contacts if is_about_contact else application.get_absolute_url()),
        hurts_at=None,
        url=application.get_absolute_url(),
    )
