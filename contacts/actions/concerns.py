"""Contacts who may not hear of anything: raised once, then escalated, then over."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from apps import records
from companies.verbs import Verb
from contacts import reach_emails
from contacts.models import Concern, TechnicalContact, TechnicalContactQuerySet
from contacts.reachability import Trouble

BATCH = 200
# What comes back within a week is the same trouble: nobody is told again.
SAME_FOR = timedelta(days=7)
HOLDER = {"user": OuterRef("user"), "application": OuterRef("application")}


@dataclass
class Tally:
    """How many contacts were raised, told to the vendor, and are well again."""

    raised: int = 0
    escalated: int = 0
    over: int = 0


def watch_contacts(*, at: datetime) -> Tally:
    """Compare what is raised with how the contacts are, and tell whoever must know.

    The company's admins hear once for each occurrence; the account executive and the
    support desk when nothing has changed for some days [TC-29, TC-34]. In bounded
    transactions; a second sweep finds nothing left.
    """
    tally = Tally()
    for kind in Trouble.values:
        worrying = TechnicalContact.objects.worrying_for(kind, at)
        tally.over += _close(kind, worrying, at)
        _reopen(kind, worrying, at)
        tally.raised += _in_batches(lambda k=kind, w=worrying: _raise(k, w, at))
    tally.escalated = _in_batches(lambda: _escalate(at))
    return tally


def _in_batches(step: Callable[[], int]) -> int:
    done = 0
    while number := step():
        done += number
    return done


def _close(kind: str, worrying: TechnicalContactQuerySet, at: datetime) -> int:
    """Those who are well again, or are contact no more."""
    still = Exists(worrying.filter(**HOLDER).order_by())
    return Concern.objects.open().of_kind(kind).exclude(still).update(closed_at=at)


def _reopen(kind: str, worrying: TechnicalContactQuerySet, at: datetime) -> None:
    """An address may bounce, be tried, and bounce again: that is one occurrence."""
    again = Exists(worrying.filter(**HOLDER).order_by())
    is_open = Exists(
        Concern.objects.open().of_kind(kind).of_holder(**HOLDER).order_by()
    )
    closed = Concern.objects.of_kind(kind).closed_since(at - SAME_FOR)
    closed.filter(again).exclude(is_open).update(closed_at=None)


@transaction.atomic
def _raise(kind: str, worrying: TechnicalContactQuerySet, at: datetime) -> int:
    is_open = Exists(
        Concern.objects.open().of_kind(kind).of_holder(**HOLDER).order_by()
    )
    fresh = (
        worrying.exclude(is_open).with_health().select_related("application__company")
    )
    people = fresh.order_by("user").values_list("user", flat=True).distinct()
    whole = fresh.filter(user__in=list(people[:BATCH]))  # all of a person's at once
    contacts = list(whole.order_by("application", "user"))
    rows = {
        contact.pk: Concern(
            application=contact.application, user=contact.user, kind=kind, raised_at=at
        )
        for contact in contacts
    }
    Concern.objects.bulk_create(rows.values(), ignore_conflicts=True)
    mine = Concern.objects.filter(pk__in=[row.pk for row in rows.values()])
    landed = set(mine.values_list("pk", flat=True))
    told = [contact for contact in contacts if rows[contact.pk].pk in landed]
    for group in _together(told):
        concern = rows[group[0].pk]
        reach_emails.contact_raised([row.judged(at) for row in group], concern)
        for contact in group:
            records.record(
                contact.application,
                Verb.CONTACT_RAISED,
                by=None,
                at=at,
                old=Trouble(kind).label,
                new=contact.user,
            )
    return len(contacts)


@transaction.atomic
def _escalate(at: datetime) -> int:
    moment = at - timedelta(days=settings.CONTACT_ESCALATION_DAYS)
    rows = Concern.objects.awaiting_escalation(moment)
    people = rows.order_by("user").values_list("user", flat=True).distinct()
    rows = rows.filter(user__in=list(people[:BATCH])).order_by("raised_at", "id")
    claimed = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    pks = [concern.pk for concern in claimed]
    Concern.objects.filter(pk__in=pks).update(escalated_at=at)
    by_holder = {(row.application_id, row.user_id): row for row in claimed}
    contacts = TechnicalContact.objects.filter(
        application__in={row.application_id for row in claimed},
        user__in={row.user_id for row in claimed},
    ).with_health()
    found = [
        contact.judged(at)
        for contact in contacts.select_related(
            "application__company__account_executive",
            "application__company__customer_success_manager",
        ).order_by("application__name", "id")
        if (contact.application_id, contact.user_id) in by_holder
    ]
    for group in _together(found):
        first = group[0]
        concern = by_holder[first.application_id, first.user_id]
        reach_emails.contact_escalated(group, concern)
        for contact in group:
            records.record(
                contact.application,
                Verb.CONTACT_ESCALATED,
                by=None,
                at=at,
                new=contact.user,
            )
    return len(claimed)


def _together(contacts: Iterable[TechnicalContact]) -> list[list[TechnicalContact]]:
    """One letter tells of all applications of a company that lose the same person."""
    groups: dict[tuple[uuid.UUID, uuid.UUID], list[TechnicalContact]] = defaultdict(
        list
    )
    for contact in contacts:
        groups[contact.application.company_id, contact.user_id].append(contact)
    return list(groups.values())
