"""Times in words: weekday, date, time and zone of whoever reads."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import formats, timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def date_format(value: date, pattern: str) -> str:
    """Django's, remembered: a list writes the same few days and hours a hundred times.

    Good for patterns down to the minute that do not speak of the zone.
    """
    if isinstance(value, datetime):
        value = value.replace(second=0, microsecond=0, tzinfo=None)
    return _written(value, pattern, get_language())


def pgettext(context: str, message: str) -> str:
    """How the reader's language arranges a date."""
    return _arranged(context, message, get_language())


@lru_cache
def _arranged(context: str, message: str, language: str | None) -> str:
    return translation.pgettext(context, message)


@lru_cache(maxsize=16_384)
def _written(value: date, pattern: str, language: str | None) -> str:
    return formats.date_format(value, pattern)


def zone_of(at: datetime) -> str:
    """ "CET", or "UTC+03" where the zone has no letters of its own."""
    name = timezone.localtime(at).tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name


def moment(at: datetime) -> str:
    """Sat 28 Nov 2026, 22:00 CET"""
    local = timezone.localtime(at)
    words = date_format(local, pgettext("moment", "D j M Y, H:i"))
    return f"{words} {zone_of(at)}"


def day(on: date) -> str:
    """6 Dec 2026"""
    return date_format(_date(on), pgettext("day", "j M Y"))


def full_day(on: date) -> str:
    """6 December 2026"""
    return date_format(_date(on), pgettext("full day", "j F Y"))


def whole_day(on: date) -> str:
    """Sunday 6 December 2026"""
    return date_format(_date(on), pgettext("long day", "l j F Y"))


def month_day(on: date) -> str:
    """6 December"""
    return date_format(_date(on), pgettext("month and day", "j F"))


def weekday(on: date) -> str:
    """Sun 6 Dec"""
    return date_format(_date(on), pgettext("weekday", "D j M"))


def clock_time(at: datetime) -> str:
    """22:00"""
    return date_format(timezone.localtime(at), pgettext("time", "H:i"))


def brief(at: datetime, now: datetime) -> str:
    """today, 09:42; Fri 20 Nov, 17:00; 20 Nov 2025"""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    if local.date() == today:
        return _("today, %(time)s") % {"time": clock_time(at)}
    if local.date() == today - timedelta(days=1):
        return _("yesterday, %(time)s") % {"time": clock_time(at)}
    if local.year == today.year:
        return f"{weekday(local)}, {clock_time(at)}"
    return day(local)


def nearby(at: datetime, now: datetime) -> str:
    """22:00 of today; yesterday, 22:00; Fri 17:00 of these days; Fri 4 Dec; 4 Dec 2027.

    For the second line of a clock, where the words before it say which way it is.
    """
    local, today = timezone.localtime(at), timezone.localtime(now)
    days = (local.date() - today.date()).days
    if days == 0:
        return clock_time(at)
    if -7 < days < 7 and days != -1:
        return date_format(local, pgettext("weekday and time", "D H:i"))
    if days != -1 and local.year == today.year:
        return weekday(local)
    return brief(at, now)


def period(start: datetime, end: datetime) -> str:
    """Sat 28 Nov 2026, 22:00 to Sun 02:00 CET"""
    first, last = timezone.localtime(start), timezone.localtime(end)
    begin = date_format(first, pgettext("moment", "D j M Y, H:i"))
    if last.date() == first.date():
        finish = clock_time(end)
    elif end - start < timedelta(hours=24):
        finish = date_format(last, pgettext("weekday and time", "D H:i"))
    else:
        finish = date_format(last, pgettext("moment", "D j M Y, H:i"))
    words = _("%(start)s to %(end)s") % {"start": begin, "end": finish}
    return f"{words} {zone_of(end)}"


def duration(span: timedelta) -> str:
    """14 min; 6 h 36 min; 1 day 6 h; 12 days"""
    minutes = int(abs(span).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days >= 3:
        return days_in_words(days)
    parts = []
    if days:
        parts.append(days_in_words(days))
    if hours:
        parts.append(_("%(count)d h") % {"count": hours})
    if minutes and not days or not parts:
        parts.append(_("%(count)d min") % {"count": minutes})
    return " ".join(parts)


def days_in_words(count: int) -> str:
    """1 day; 12 days"""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def ends_in(on: date, today: date) -> str:
    """12 days; today; 4 days over"""
    left = (_date(on) - today).days
    if left == 0:
        return _("today")
    if left < 0:
        return _("%(days)s over") % {"days": days_in_words(-left)}
    return days_in_words(left)


def _date(on: date) -> date:
    """The reader's calendar day; a plain date stays as it is."""
    return timezone.localtime(on).date() if isinstance(on, datetime) else on


def runway_sentence(left: int, renewed_until: date | None) -> str:
    """What the drawing of a license says to those who do not see it."""
    if left < 0:
        words = _("expired %(days)s ago") % {"days": days_in_words(-left)}
    elif left == 0:
        words = _("ends today")
    else:
        words = _("ends in %(days)s") % {"days": days_in_words(left)}
    if renewed_until:
        until = {"words": words, "day": day(renewed_until)}
        return _("%(words)s, renewed until %(day)s once the key is active") % until
    return words
