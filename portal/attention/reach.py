"""Technical contacts who may not hear of anything, and the question put to oneself.

Raised for the admins of the company; they can appoint another or ask again [TC-34].
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from companies.statements import KeptRows, Reader
from contacts.models import Review, TechnicalContact
from contacts.models.health import patience
from contacts.reachability import Health, Trouble
from portal.attention.need import Act, Need, days_clock
from portal.numbers import in_words
from ui import times
from ui.clocks import Face

LIMIT = 40
NAMED = 3


def _wanted(reader: Reader, asked_by: datetime) -> QuerySet:
    """My own roles that I am asked about, first; to an admin all that worry."""
    mine = Review.objects.visible_to(reader).open().filter(user=reader.pk)
    wanted = Q(user=reader.pk, application__in=mine.values("application"))
    rows = TechnicalContact.objects.visible_to(reader)
    if reader.is_company_admin:
        worrying = rows.worrying_when(asked_by=asked_by)
        own = worrying.filter(application__company=reader.company_id)
        wanted |= Q(pk__in=own.values("pk"))
    return (
        rows.in_service()
        .filter(wanted)
        .with_health()
        .select_related("application")
        .order_by(
            Case(When(user=reader.pk, then=0), default=1),
            *("user__name", "user", "application__name", "id"),
        )[:LIMIT]
    )


_rows = KeptRows(_wanted)


def needs(user: User, at: datetime) -> list[Need]:
    """One need for each contact and trouble, however many apps it touches."""
    rows = _rows(user, asked_by=at - patience())
    contacts = [row.judged(at) for row in rows]
    if len(contacts) == LIMIT:
        _say_there_may_be_more(contacts)
    mine = [row for row in contacts if row.user_id == user.pk and row.asked_at]
    raised = [row for row in contacts if row.health.trouble and row not in mine]
    raised.sort(key=lambda row: (str(row.user), str(row.user_id), row.health.trouble))
    groups = groupby(raised, lambda row: (row.user_id, row.health.trouble))
    found = [_raised(list(together), at) for _key, together in groups]
    return [*([_asked(mine, at)] if mine else []), *found]


def _say_there_may_be_more(contacts: list[TechnicalContact]) -> None:
    """Reading ended there: whoever came last may have more apps than were read."""
    last = contacts[-1].user_id
    for contact in contacts:
        contact.has_more = contact.user_id == last


def _asked(contacts: list[TechnicalContact], at: datetime) -> Need:
    """The quarterly question, put to whoever reads this."""
    asked_at = min(row.asked_at for row in contacts)
    due = asked_at + timedelta(days=settings.STILL_CONTACT_SILENT_DAYS)
    url = reverse("contacts:still")
    note = _("asked %(day)s") % {"day": times.weekday(asked_at)}
    return Need(
        tone="warn",
        glyph="you",
        title=_("Are you still the technical contact of %(apps)s?")
        % {"apps": _apps(contacts)},
        where=_("Without an answer your company admins are told"),
        clock=days_clock(
            max(due, at), at, of=settings.STILL_CONTACT_SILENT_DAYS, tone="", note=note
        ),
        act=Act(_("Answer"), url),
        hurts_at=due,
        url=url,
    )


def _raised(contacts: list[TechnicalContact], at: datetime) -> Need:
    contact = contacts[0]
    health: Health = contact.health
    tone = "danger" if health.is_unreachable else "warn"
    return Need(
        tone=tone,
        glyph=tone,
        title=capfirst(
            _title(health.trouble) % {"person": contact.user, "apps": _apps(contacts)}
        ),
        where=_where(contacts, health),
        clock=_clock(health, at),
        act=_act(contacts, health),
        hurts_at=at if health.is_unreachable else None,
        url=_place(contacts),
    )


def _title(trouble: Trouble) -> str:
    titles = {
        Trouble.DEACTIVATED: _("%(apps)s: %(person)s is deactivated"),
        Trouble.LEFT: _("%(apps)s: %(person)s has left the team"),
        Trouble.BOUNCED: _("%(apps)s: mail to %(person)s comes back"),
        Trouble.UNCONFIRMED: _("%(apps)s: %(person)s has no account"),
        Trouble.SILENT: _("%(apps)s: %(person)s does not answer"),
    }
    return titles[trouble]


def _where(contacts: list[TechnicalContact], health: Health) -> str:
    """What it means, with what the mail server said."""
    role = ngettext(
        "Technical contact of this app",
        "Technical contact of these apps",
        len(contacts),
    )
    if health.trouble == Trouble.BOUNCED:
        said = health.facts.bounce_words
        return _("%(role)s; the mail server says: %(words)s") % {
            "role": role,
            "words": said,
        }
    return _("%(role)s; %(reason)s") % {"role": role, "reason": health.reason}


def _clock(health: Health, at: datetime) -> Face:
    since = health.since
    if since is None:
        return Face("danger" if health.is_unreachable else "warn", _("now"), "")
    note = _("since %(day)s") % {"day": times.weekday(since)}
    return Face("", times.duration(at - since), note, glyph="half")


def _act(contacts: list[TechnicalContact], health: Health) -> Act:
    contact = contacts[0]
    if health.trouble == Trouble.SILENT:
        return Act(_("Ask again"), reverse("contacts:ask_again", args=[contact.pk]))
    if len(contacts) > 1:
        return Act(_("See apps"), contact.user.get_absolute_url())
    replace = reverse("contacts:replace", args=[contact.pk])
    return Act(_("Appoint another"), replace)


def _place(contacts: list[TechnicalContact]) -> str:
    contact = contacts[0]
    if len(contacts) > 1:
        return contact.user.get_absolute_url()
    return reverse("contacts:for_application", args=[contact.application_id])


def _apps(contacts: list[TechnicalContact]) -> str:
    """Some by name; many as a number."""
    names = [str(row.application) for row in contacts]
    if len(names) <= NAMED:
        return get_text_list(names, _("and"))
    if getattr(contacts[0], "has_more", False):
        return _("%(count)s apps or more") % {"count": in_words(len(names))}
    return _("%(count)s apps") % {"count": in_words(len(names))}
