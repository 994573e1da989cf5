"""Telling a person something: by e-mail, in the portal, or both, as they chose.

    tell(person, topic=Topic.CONTACT, key=…, template=…, context=…, link=…)

Called by the verb, in its transaction. Rules about who may switch off what are in
`companies.topics`; a bare address without a person behind it only ever gets a letter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from companies import digests, unsubscribing
from companies.models import Notice, User
from companies.models.notice import Choices
from companies.topics import RULES, Channel, Topic
from outbox import posting
from outbox.models import Message

__all__ = ["Tiding", "Told", "Topic", "tell", "tell_many", "tiding"]

TEXT_LENGTH = 300


class Told(NamedTuple):
    """How many letters and notices were written."""

    letters: int
    notices: int


@dataclass(frozen=True)
class Tiding:
    """One thing for one person; or, without a person, for one bare address."""

    person: User | None
    topic: Topic
    letter: posting.Letter
    link: str = ""

    @property
    def place(self) -> tuple[Any, str]:
        """What makes it one and the same, however often it is told."""
        return (self.person and self.person.pk, self.letter.key)


def tell(
    person: User,
    *,
    topic: Topic,
    key: str,
    template: str,
    context: Mapping[str, Any],
    link: str = "",
    at: datetime | None = None,
    **letter: Any,
) -> bool:
    """Tells one person; says whether that was new to them.

    `link` is the path of the page to look at. The rest are fields of a letter, such as
    `audience`, `about`, `thing`, `thread`, `reply_to` and `attachments`.
    """
    words = {"key": key, "template": template, "context": context, **letter}
    return any(tell_many([tiding(person, topic=topic, link=link, **words)], at=at))


def tiding(
    person: User | None, *, topic: Topic, link: str = "", **letter: Any
) -> Tiding:
    """What `tell_many` takes; without a person, `to` names the address."""
    if person:
        context = {"choices_url": _choices_url(person), **letter.pop("context", {})}
        letter = {"to": person.email, "reader": person, "context": context, **letter}
        letter["unsubscribe_url"] = unsubscribing.url_of(person, topic)
    return Tiding(person, topic, posting.Letter(topic=topic, **letter), link)


def _choices_url(person: User) -> str:
    """Where the reader of a letter chooses what to get; empty who cannot sign in."""
    page = reverse("companies:notice_choices")
    return settings.PUBLIC_URL + page if person.has_account else ""


def tell_many(tidings: Iterable[Tiding], *, at: datetime | None = None) -> Told:
    """Tells any number of people in bounded batches.

    Whoever was told of a key before is not told again: neither by a letter nor by a
    notice, whatever they have chosen since.
    """
    posting.require_transaction()
    if posting.are_kept_back():
        return Told(0, 0)
    at = at or timezone.now()
    told = [_tell(batch, at) for batch in posting.batches(tidings)]
    return Told(sum(one.letters for one in told), sum(one.notices for one in told))


def _tell(tidings: Sequence[Tiding], at: datetime) -> Told:
    choices = Choices(tiding.person for tiding in tidings if tiding.person)

    def wanted(tiding: Tiding, channel: Channel) -> bool:
        return choices.want(tiding.person, tiding.topic, channel)

    tidings = [_in_time(tiding, at) for tiding in tidings]
    letters = posting.post_many(
        tiding.letter
        for tiding in tidings
        if tiding.person is None or wanted(tiding, Channel.EMAIL)
    )
    shown = [
        tiding
        for tiding in tidings
        if tiding.person and tiding.person.is_active and wanted(tiding, Channel.PORTAL)
    ]
    by_email = {one.place for one in shown if wanted(one, Channel.EMAIL)}
    return Told(letters, _show(shown, by_email, at))


def _in_time(tiding: Tiding, at: datetime) -> Tiding:
    """The same, its letter postponed if that is how its reader wants it."""
    letter = tiding.letter
    is_urgent = letter.priority == Message.Priority.URGENT
    if tiding.person is None or is_urgent or RULES[tiding.topic].is_urgent:
        return tiding
    postponed = digests.postponed(
        tiding.person,
        at,
        expires_at=letter.expires_at,
        has_files=bool(letter.attachments),
        link=tiding.link,
    )
    if postponed is None:
        return tiding
    return replace(tiding, letter=replace(letter, postponed=postponed))


def _show(tidings: Sequence[Tiding], by_email: Collection[tuple], at: datetime) -> int:
    """Rows for the notices that were not there; the unique key settles every race."""
    fresh = _unshown(tidings)
    # In one order for everybody: two who tell the same never wait for each other.
    rows = [_row(fresh[place], place in by_email, at) for place in sorted(fresh)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _unshown(tidings: Sequence[Tiding]) -> dict[tuple[Any, str], Tiding]:
    wanted = {tiding.place: tiding for tiding in reversed(tidings)}
    if not wanted:
        return {}
    there = Notice.objects.told(wanted).values_list("person_id", "key")
    return {place: wanted[place] for place in wanted.keys() - set(there)}


def _row(tiding: Tiding, by_email: bool, at: datetime) -> Notice:
    words = tiding.letter.words
    return Notice(
        person=tiding.person,
        key=tiding.letter.key,
        topic=tiding.topic,
        title=words.subject,
        text=Truncator(words.gist).chars(TEXT_LENGTH),
        link=tiding.link,
        about=tiding.letter.about,
        created_at=at,
        by_email=by_email,
    )
