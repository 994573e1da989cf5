"""The secret address of somebody's calendar: made, shown once, revoked."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from companies import audit
from companies.models import Company, User
from companies.models.invitation import digest_of, new_token
from companies.verbs import Verb
from licenses.models import CalendarFeed


@sensitive_variables("token")
@transaction.atomic
def make_feed(
    *,
    by: User,
    at: datetime,
    company: Company | None = None,
    with_maintenance: bool = False,
) -> tuple[CalendarFeed, str]:
    """Open a calendar to whoever has its address; returns the address's secret, once.

    Without a company it is about the licenses of `by`. The address this person had for
    the same is revoked. Refused: a company whose admin `by` is not.
    """
    by = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    token = new_token()
    feed = CalendarFeed(
        person=by,
        company=company,
        with_maintenance=with_maintenance,
        token_digest=digest_of(token),
        made_at=at,
    )
    if not feed.is_open:
        raise PermissionDenied
    CalendarFeed.objects.like(by, company).current().update(revoked_at=at)
    feed.save(force_insert=True)
    _record(feed, Verb.CALENDAR_MADE, by=by, at=at)
    return feed, token


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: User, at: datetime) -> bool:
    """Close the address for good; False says that it was closed before.

    Refused: anybody who neither made it nor is admin of the company it is about.
    """
    mine = CalendarFeed.objects.visible_to(by).filter(pk=feed.pk)
    if not mine.exists():
        raise PermissionDenied
    if not mine.current().update(revoked_at=at):
        return False
    _record(feed, Verb.CALENDAR_REVOKED, by=by, at=at)
    return True


def _record(feed: CalendarFeed, verb: Verb, *, by: User, at: datetime) -> None:
    """Said of a person or of the company; in whose log it stands."""
    company = feed.company or feed.person.company
    audit.record(company=company, by=by, verb=verb, thing=feed, at=at)
