"""On-Premises licenses that end: to be renewed, or to be given their new key.

And those that are suspended, whenever they end: the vendor waits for somebody.

Cloud licenses are the vendor's business and never ask a customer [LI-05].
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from licenses.models import License
from portal.attention.need import Act, Need, days_clock
from portal.numbers import in_words
from portal.standing import ladder
from ui import times
from ui.clocks import Face

LIMIT = 40


def ending(user: User, at: datetime) -> QuerySet:
    """The licenses that end first, ended ones as long as something can be saved.

    Feeds the needs and the runway alike.
    """
    first = timezone.localdate(at) - timedelta(days=settings.LICENSE_KEPT_DAYS)
    mine = user.technical_contacts.filter(
        application=OuterRef("environment__application")
    )
    return (
        License.objects.visible_to(user)
        .on_premises()
        .live()
        .with_rules()
        .with_waiting_key()
        .filter(due_on__gte=first)
        .defer("purchase", "notes")
        .annotate(is_mine=Exists(mine))
        .prefetch_related("environment__application__company__account_executive")
        .order_by("due_on", "id")[:LIMIT]
    )


def needs(licenses: Iterable[License], user: User, at: datetime) -> list[Need]:
    """One need for all licenses of an application that end on the same day.

    Those that are suspended stand apart from the others.
    """
    horizon = timezone.localdate(at) + timedelta(days=ladder().renew)
    due = [one for one in licenses if one.due_on <= horizon or one.is_suspended]
    due.sort(key=_together)
    return [
        _need(list(together), user, at) for _key, together in groupby(due, _together)
    ]


def _together(license: License) -> tuple:
    application = license.environment.application_id
    sort = license.is_renewed_not_activated, license.is_to_end
    return license.due_on, str(application), license.suspension_reason, *sort


def _need(rows: list[License], user: User, at: datetime) -> Need:
    license = rows[0]
    if license.is_suspended:
        return _suspended(rows, user, at)
    left = (license.due_on - license.company.today(at)).days
    tone = "danger" if left < 0 else ladder().tone(left)
    return Need(
        tone=tone or "warn",
        glyph=tone or "warn",
        title=_title(rows, left),
        where=_where(rows, left, user),
        clock=_clock(license, left, at),
        act=_act(rows, user),
        hurts_at=_end_of(license),
        url=license.application.get_absolute_url(),
    )


def _suspended(rows: list[License], user: User, at: datetime) -> Need:
    """It hurts from the moment on at which apps are told so."""
    license = rows[0]
    title = ngettext(
        "The license of %(app)s is suspended",
        "%(count)s licenses of %(app)s are suspended",
        len(rows),
    )
    words = title % {"app": license.application, "count": in_words(len(rows))}
    why = {"company": license.company, "why": license.suspension_reason}
    since = times.duration(at - license.suspended_at)
    return Need(
        tone="danger",
        glyph="danger",
        title=words[0].upper() + words[1:],
        where=_("%(company)s. %(why)s") % why if user.is_staff else why["why"],
        clock=Face("danger", since, _("suspended"), glyph="danger"),
        act=_ask(license, user, _("Ask why")),
        hurts_at=license.suspended_at,
        url=license.application.get_absolute_url(),
    )


def _end_of(license: License) -> datetime:
    """A license ends at the end of its last day where the company is."""
    zone = ZoneInfo(license.company.time_zone)
    return datetime.combine(license.due_on, time(23, 59), zone)


def _title(rows: list[License], left: int) -> str:
    words = {"app": rows[0].application, "count": in_words(len(rows))}
    if len(rows) == 2:
        both = (
            _("Both licenses of %(app)s have ended"),
            _("Both licenses of %(app)s end"),
        )
        return both[left >= 0] % words
    if left < 0:
        title = ngettext(
            "The license of %(app)s has ended",
            "%(count)s licenses of %(app)s have ended",
            len(rows),
        )
    else:
        title = ngettext(
            "The license of %(app)s ends",
            "%(count)s licenses of %(app)s end",
            len(rows),
        )
    words = title % words
    return words[0].upper() + words[1:]


def _where(rows: list[License], left: int, user: User) -> str:
    """What stands in the way; support also reads whose license it is."""
    words = _why(rows, left)
    if not user.is_staff:
        return words
    return _("%(company)s. %(why)s") % {"company": rows[0].company, "why": words}


def _why(rows: list[License], left: int) -> str:
    license = rows[0]
    if license.is_renewed_not_activated:
        return _keys_wait(rows)
    if left < 0:
        return _after_the_end(left)
    if license.is_to_end:
        return _("Not renewed: its environment is off-boarded after that day")
    executive = license.company.account_executive
    if executive is None:
        return _("No renewal is signed yet")
    words = {"name": executive}
    return _("No renewal is signed yet; account executive is %(name)s") % words


def _keys_wait(rows: list[License]) -> str:
    count = {"count": in_words(len(rows))}
    if all(row.has_waiting_key for row in rows):
        return (
            ngettext(
                "The renewal is signed; its key is made, but not activated",
                "The renewal is signed; its %(count)s keys are made, but not activated",
                len(rows),
            )
            % count
        )
    return (
        ngettext(
            "The renewal is signed; its key is not activated yet",
            "The renewal is signed; its %(count)s keys are not activated yet",
            len(rows),
        )
        % count
    )


def _after_the_end(left: int) -> str:
    rest = settings.LICENSE_GRACE_DAYS + left
    if rest < 0:
        return _("The app only runs in trial mode")
    words = {"time": times.days_in_words(rest)}
    return _("The app runs on for %(time)s with warnings, then in trial mode") % words


def _clock(license: License, left: int, at: datetime) -> Face:
    note = times.weekday(license.due_on)
    if left < 0:
        words = times.ends_in(license.due_on, license.company.today(at))
        return Face("danger", words, note, glyph="danger")
    tone = ladder().tone(left)
    return days_clock(_end_of(license), at, of=ladder().renew, tone=tone, note=note)


def _act(rows: list[License], user: User) -> Act:
    """Keys are made by a contact or by support; a renewal is asked of the vendor."""
    license = rows[0]
    application = license.application
    licenses = reverse("licenses:for_application", args=[application.pk])
    if license.is_renewed_not_activated:
        if not (license.is_mine or user.is_staff):
            return Act(_("See licenses"), licenses)
        if all(row.has_waiting_key for row in rows):
            return Act(_("Activate key"), licenses)
        if len(rows) > 1:
            return Act(_("Generate keys"), licenses)
        return Act(_("Generate key"), reverse("licenses:generate", args=[license.pk]))
    if license.is_to_end:
        return Act(_("See licenses"), licenses)
    return _ask(license, user, _("Ask to renew"))


def _ask(license: License, user: User, label: str) -> Act:
    """Of the account executive, or by a ticket; support looks for itself."""
    application = license.application
    if user.is_staff:
        licenses = reverse("licenses:for_application", args=[application.pk])
        return Act(_("See licenses"), licenses)
    executive = license.company.account_executive
    if executive:
        return Act(label, f"mailto:{executive.email}")
    new_ticket = reverse("tickets:new")
    return Act(label, f"{new_ticket}?application={application.pk}")
