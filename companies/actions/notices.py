"""What people do with their notices, and with the ways in which they get them.

None of it is recorded in the company's activity: it is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from companies import digests
from companies.models import Notice, NoticeChoice, User
from companies.topics import RULES, Channel, Topic
from outbox import actions as outbox_actions

BATCH = 1_000


def mark_read(notice: Notice, *, at: datetime) -> None:
    """The first moment counts: marking it again changes nothing."""
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=at)


def mark_unread(notice: Notice) -> None:
    """For later: it counts as new again."""
    Notice.objects.filter(pk=notice.pk).update(read_at=None)


def mark_all_read(
    person: User, *, topic: str = "", until: datetime, at: datetime
) -> int:
    """Whatever was there when the person looked, and nothing that came since."""
    mine = Notice.objects.visible_to(person).unread().on(topic)
    return mine.told_until(until).update(read_at=at)


@transaction.atomic
def choose_notices(
    person: User, *, wanted: Mapping[tuple[Topic, Channel], bool], at: datetime
) -> None:
    """Keeps what differs from what everybody gets; a lock is not a choice.

    Letters that wait and are not wanted any more are not sent.
    """
    mine = NoticeChoice.objects.visible_to(person)
    mine.delete()
    NoticeChoice.objects.bulk_create(
        (
            NoticeChoice(person=person, topic=topic, channel=channel, is_on=is_on)
            for (topic, channel), is_on in wanted.items()
            if channel not in RULES[topic].locked
            and is_on != RULES[topic].is_on(channel)
        ),
        ignore_conflicts=True,
    )
    unwanted = [
        topic
        for (topic, channel), is_on in wanted.items()
        if channel == Channel.EMAIL and not is_on
    ]
    outbox_actions.stop(recipient=person.email, topics=unwanted, at=at)


@transaction.atomic
def switch_letters(person: User, topic: Topic, *, is_on: bool, at: datetime) -> None:
    """The e-mails of one topic, off or on, and nothing else of the person's choice.

    Off, what of it still waits is not sent. A lock holds.
    """
    rule = RULES[topic]
    if Channel.EMAIL in rule.locked:
        return
    choice = {"person": person, "topic": topic, "channel": Channel.EMAIL}
    if is_on == rule.is_on(Channel.EMAIL):
        NoticeChoice.objects.visible_to(person).filter(**choice).delete()
    else:
        NoticeChoice.objects.update_or_create(**choice, defaults={"is_on": is_on})
    if not is_on:
        outbox_actions.stop(recipient=person.email, topics=[topic], at=at)


@transaction.atomic
def choose_rhythm(
    person: User,
    *,
    daily_at: time | None,
    quiet_from: time | None,
    quiet_until: time | None,
    at: datetime,
) -> None:
    """From now on, and for what waits already: it goes if it need wait no more."""
    person.daily_at = daily_at
    person.quiet_from, person.quiet_until = quiet_from, quiet_until
    person.save(update_fields=["daily_at", "quiet_from", "quiet_until"])
    digests.plan_anew(person, at=at)


def reset_notices(person: User) -> None:
    """Everything as everybody gets it."""
    NoticeChoice.objects.visible_to(person).delete()


def purge_notices(*, at: datetime) -> int:
    """Drops what was read long ago, in bounded batches; the unread is never dropped."""
    before = at - timedelta(days=settings.NOTICES_KEPT_DAYS)
    purged = 0
    while keys := list(
        Notice.objects.read_before(before)
        .order_by()
        .values_list("pk", flat=True)[:BATCH]
    ):
        purged += Notice.objects.filter(pk__in=keys).delete()[0]
    return purged
