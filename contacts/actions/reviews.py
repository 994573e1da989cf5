"""Are you still the technical contact? Asked each quarter, reminded of, answered."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import records
from companies.models import User
from companies.verbs import Verb
from contacts import reach_emails, rights
from contacts.actions import office
from contacts.models import REMINDER_PAUSE, Review, TechnicalContact
from outbox.models import AddressStanding

BATCH = 100


def ask_contacts(*, at: datetime) -> int:
    """Ask everybody whose role was taken or confirmed a quarter ago [TC-34].

    One letter for each person, about all their applications. In bounded transactions;
    the database keeps two sweeps from asking twice. Returns how many people were asked.
    """
    asked = 0
    while True:
        with transaction.atomic():
            due = TechnicalContact.objects.to_be_asked(at).order_by("user")
            people = list(due.values_list("user", flat=True).distinct()[:BATCH])
            if not people:
                return asked
            asked += _ask(people, at)


def _ask(people: Collection[uuid.UUID], at: datetime) -> int:
    contacts = TechnicalContact.objects.in_service().filter(user__in=people)
    rounds: dict[uuid.UUID, uuid.UUID] = defaultdict(uuid.uuid4)
    rows = [
        Review(
            round=rounds[contact.user_id],
            application=contact.application,
            user=contact.user,
            asked_at=at,
        )
        for contact in contacts.select_related("user", "application__company").order_by(
            "user", "application"
        )
    ]
    Review.objects.bulk_create(rows, ignore_conflicts=True)
    mine = Review.objects.filter(pk__in=[row.pk for row in rows])
    landed = set(mine.values_list("pk", flat=True))
    asked = _by_round(row for row in rows if row.pk in landed)
    for reviews in asked:
        reach_emails.still_contact(reviews)
        for review in reviews:
            records.record(
                review.application,
                Verb.CONTACT_ASKED,
                by=None,
                at=at,
                new=review.user,
            )
    return len(asked)


def remind_contacts(*, at: datetime) -> int:
    """Once more to whoever has not answered after two weeks; returns how many."""
    moment = at - timedelta(days=settings.STILL_CONTACT_REMIND_DAYS)
    reminded = 0
    while True:
        with transaction.atomic():
            waiting = Review.objects.open().not_reminded().asked_before(moment)
            rounds = list(
                waiting.order_by("round")
                .values_list("round", flat=True)
                .distinct()[:BATCH]
            )
            rows = waiting.filter(round__in=rounds).by_application()
            claimed = list(
                rows.select_related("user").select_for_update(
                    of=("self",), no_key=True, skip_locked=True
                )
            )
            if not claimed:
                return reminded
            pks = [row.pk for row in claimed]
            Review.objects.filter(pk__in=pks).update(reminded_at=at)
            for reviews in _by_round(claimed):
                reach_emails.still_contact(reviews, occasion="reminder")
                reminded += 1


@transaction.atomic
def ask_again(*, contact: TechnicalContact, by: User, at: datetime) -> Review:
    """An admin asks one contact once more, at most once a day.

    Refused for somebody deactivated, whom no letter would reach.
    """
    application = contact.application
    application.lock()
    office.assert_may(rights.may_replace_contact(by, application))
    office.refuse_offboarded(application)
    office.require_active(contact.user)
    of_both = {"application": application, "user": contact.user}
    review = Review.objects.open().filter(**of_both).first()
    if review is None:
        review = Review.objects.create(round=uuid.uuid4(), asked_at=at, **of_both)
    elif (
        at - max(review.asked_at, review.reminded_at or review.asked_at)
        < REMINDER_PAUSE
    ):
        raise ValidationError(
            _("%(person)s had a mail about this in the last 24 hours."),
            params={"person": contact.user},
        )
    else:
        review.reminded_at = at
        review.save(update_fields=["reminded_at"])
    review.application, review.user = application, contact.user
    occasion = f"again:{at:%Y-%m-%dT%H:%M}"
    reach_emails.still_contact([review], occasion=occasion, by=by)
    records.record(application, Verb.CONTACT_ASKED, by=by, at=at, new=contact.user)
    return review


@transaction.atomic
def confirm_still(
    *,
    person: User,
    applications: Collection[uuid.UUID],
    by_letter: bool = False,
    at: datetime,
) -> list[Review]:
    """The person says “still me” about some of the applications they were asked about.

    Whoever says so `by_letter` has read it, so mail reaches them whatever came back.
    What was answered before, or is no longer theirs, is left alone. Returns the
    questions that are answered by it; each is written into the activity.
    """
    held = TechnicalContact.objects.held_by(person).filter(application__in=applications)
    asked = Review.objects.open().filter(
        user=person, application__in=held.values("application")
    )
    reviews = list(asked.by_application().select_for_update(of=("self",), no_key=True))
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(
        answer=Review.Answer.CONFIRMED, answered_at=at, answered_by=person
    )
    if reviews and by_letter:
        AddressStanding.objects.note_proof(person.email, at)
    confirmed = [review.application for review in reviews]
    held.filter(application__in=confirmed).update(confirmed_at=at)
    for application in confirmed:
        records.record(
            application, Verb.CONTACT_CONFIRMED, by=person, at=at, new=person
        )
    return reviews


def _by_round(reviews: Iterable[Review]) -> list[list[Review]]:
    rounds: dict[uuid.UUID, list[Review]] = defaultdict(list)
    for review in reviews:
        rounds[review.round].append(review)
    return list(rounds.values())
