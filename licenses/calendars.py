"""The days on which licenses end, as entries of a calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from icalendar import Event

from licenses.models import CalendarFeed, License, LicenseQuerySet
from ui import calendars
from ui.times import day

# What has ended stays for so long; and no calendar takes more entries than this.
LOOK_BACK = timedelta(days=92)
MOST = 2_000


@sensitive_variables("token")
def feed_behind(token: str) -> CalendarFeed | None:
    """What this secret address opens; nothing when it is unknown, revoked or shut."""
    feed = CalendarFeed.objects.current().by_token(token).with_people().first()
    return feed if feed and feed.is_open else None


def shown_in(feed: CalendarFeed, today: date) -> LicenseQuerySet:
    """What whoever made the feed may see now, those that end first.

    Customers are told nothing of Cloud, which the vendor renews [LI-05]; vendor staff
    have the customers in it whom they look after.
    """
    reader = feed.person
    rows = License.objects.visible_to(reader).live()
    rows = rows.looked_after_by(reader) if reader.is_staff else rows.on_premises()
    if feed.company:
        rows = rows.of_company(feed.company)
    return rows.filter(due_on__gte=today - LOOK_BACK).with_company().by_end()[:MOST]


def event_of(license: License, *, is_staff: bool) -> Event:
    """One whole day, the last valid one, which makes nobody busy and rings no bell.

    One UID for the life of the license; SEQUENCE grows whenever the day moves. Without
    a METHOD the stamp says when that was, as LAST-MODIFIED does.
    """
    revised = license.revised_at.astimezone(UTC)
    event = Event()
    event.add("uid", calendars.uid(f"license-{license.pk}"))
    event.add("sequence", license.end_moves)
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("dtstart", license.due_on)
    event.add("dtend", license.due_on + timedelta(days=1))
    event.add("summary", _summary(license, is_staff=is_staff))
    event.add("description", _description(license))
    event.add("url", settings.PUBLIC_URL + license.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event


def _summary(license: License, *, is_staff: bool) -> str:
    words = _("License ends: %(app)s, %(environment)s") % {
        "app": license.application.name,
        "environment": license.environment.name,
    }
    return f"{words} ({license.company.name})" if is_staff else words


def _description(license: License) -> str:
    """The license's number, what is signed beyond this day, and where it stands."""
    said = [_("%(license)s: this is its last valid day.") % {"license": license}]
    if license.is_renewed_not_activated:
        words = _("It is renewed until %(day)s. Activate the new key before this day.")
        said.append(words % {"day": day(license.ends_on)})
    said.append(settings.PUBLIC_URL + license.get_absolute_url())
    return "\n".join(said)
