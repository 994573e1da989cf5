"""How long a term is: arithmetic with calendar days."""

import calendar
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

LAST_YEAR = 2999
TOO_FAR = _("Choose a day before the year 3000.")


def year_later(day: date) -> date:
    """The same day of the next year; the last of February for a leap day."""
    return months_later(day, 12)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_too_far(day: date | None) -> bool:
    """Whether grace and further terms would run over the end of the calendar."""
    return day is not None and day.year > LAST_YEAR


def end_of_term(first: date, months: int) -> date:
    """The last valid day of a term that begins on `first`."""
    return months_later(first, months) - timedelta(days=1)
