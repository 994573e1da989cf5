"""What must be read first on an application's page: its way to delivery, its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.models import Application
from companies.models import User
from licenses.models import License
from licenses.next_step import after_renewal
from portal.standing import Standing, ladder
from ui import times


@dataclass(frozen=True)
class Banner:
    """One thing to say on top of the page; `tone` is a class suffix of `alert`."""

    tone: str
    glyph: str
    title: str
    text: str


def banners(
    standing: Standing, contacts: Sequence[User], *, may_generate: bool
) -> list[Banner]:
    """In the order they should be read; mostly none."""
    application = standing.application
    if application.state == Application.State.OFFBOARDED:
        return [_offboarded(application)]
    if application.state == Application.State.ORDERED:
        return [_ordered()]
    if application.state == Application.State.SIGNED:
        return [_signed(contacts)]
    if application.is_cloud:
        return []
    renewed = partial(after_renewal, may_generate=may_generate, contacts=contacts)
    return _endings(standing, renewed)


def _offboarded(application: Application) -> Banner:
    words = {"day": times.day(application.offboarded_at)}
    return Banner(
        "info",
        "none",
        _("This app was off-boarded on %(day)s.") % words,
        _("Its history stays readable. Nothing runs and nothing is renewed."),
    )


def _ordered() -> Banner:
    words = {"vendor": settings.VENDOR_NAME}
    return Banner(
        "info",
        "ring",
        _("Ordered. The order is not signed yet."),
        _("%(vendor)s sets the app up once the order is signed.") % words,
    )


def _signed(contacts: Sequence[User]) -> Banner:
    """Signed, then a contact with an account, then delivered [TC-02 to TC-04]."""
    if any(person.has_account for person in contacts):
        words = {"vendor": settings.VENDOR_NAME}
        return Banner(
            "info",
            "half",
            _("The order is signed. %(vendor)s sets the app up.") % words,
            _("Its technical contacts are mailed when it is delivered."),
        )
    names = get_text_list([str(person) for person in contacts], _("and"))
    return Banner(
        "warning",
        "warn",
        _("This app waits for its technical contact."),
        _("%(names)s has no account yet. Without one the app is not delivered.")
        % {"names": names}
        if names
        else _("Nobody is appointed. Without a contact the app is not delivered."),
    )


def _endings(standing: Standing, renewed: Callable[[int], str]) -> list[Banner]:
    """One banner for all licenses that run out on the same day."""
    last = standing.today + timedelta(days=ladder().soon)
    due = [row for row in standing.licenses if row.due_on <= last]
    due.sort(key=lambda row: row.due_on)
    return [
        _ending(day, list(rows), standing, renewed)
        for day, rows in groupby(due, key=lambda row: row.due_on)
    ]


def _ending(
    day: date, rows: list[License], standing: Standing, renewed: Callable[[int], str]
) -> Banner:
    left = (day - standing.today).days
    tone = ladder().tone(left)
    names = get_text_list([row.environment.name for row in rows], _("and"))
    words = {
        "names": names,
        "time": times.days_in_words(abs(left)),
        "day": times.whole_day(day),
    }
    return Banner(
        "danger" if tone == "danger" else "warning",
        tone,
        _ends(left, len(rows)) % words,
        _what_comes(rows, standing, renewed, left),
    )


def _what_comes(
    rows: list[License], standing: Standing, renewed: Callable[[int], str], left: int
) -> str:
    if all(row.is_to_end for row in rows):
        return ngettext(
            "It is not renewed: its environment is off-boarded after that day.",
            "They are not renewed: their environments are off-boarded after that day.",
            len(rows),
        )
    return f"{_next_step(rows, standing, renewed)} {_otherwise(left)}"


def _ends(left: int, count: int) -> str:
    if left < 0:
        return ngettext(
            "The license of %(names)s ended %(time)s ago, on %(day)s.",
            "The licenses of %(names)s ended %(time)s ago, on %(day)s.",
            count,
        )
    if left == 0:
        return ngettext(
            "The license of %(names)s ends today.",
            "The licenses of %(names)s end today.",
            count,
        )
    return ngettext(
        "The license of %(names)s ends in %(time)s, on %(day)s.",
        "The licenses of %(names)s end in %(time)s, on %(day)s.",
        count,
    )


def _next_step(
    rows: list[License], standing: Standing, renewed: Callable[[int], str]
) -> str:
    if all(row.due_on < row.ends_on for row in rows):
        return renewed(len(rows))
    executive = standing.application.company.account_executive
    if not executive:
        return _("No renewal is signed yet. Ask us for one.")
    words = {"name": executive}
    return _("No renewal is signed yet. Your account executive is %(name)s.") % words


def _otherwise(left: int) -> str:
    """What happens if nothing happens [LI-26, LI-28]."""
    grace = settings.LICENSE_GRACE_DAYS
    words = {"time": times.days_in_words(max(0, grace + min(left, 0)))}
    if left < -grace:
        return _("The app only runs in trial mode.")
    if left < 0:
        return _("The app runs on for %(time)s with warnings, then in trial mode.") % (
            words
        )
    return (
        _(
            "If nothing happens, the app runs on for %(time)s with warnings, then in"
            " trial mode."
        )
        % words
    )
