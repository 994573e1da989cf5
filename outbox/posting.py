"""The letterbox: how every other package writes a letter.

    post(key=…, to=…, template=…, context=…)

A letter is a row in the transaction of the event it tells of. If that is rolled back,
there is no letter; if it is committed, the letter will be delivered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.text import Truncator

from outbox import tasks
from outbox.models import (
    Attachment,
    Message,
    Postponement,
    message_id_for,
    sending_domain,
)
from outbox.postponing import Postponed
from outbox.preview import lets_in
from outbox.rendering import ReaderLike, Rendered, language_of, render

BATCH = 500
CHAIN_LENGTH = 10
_kept_back: ContextVar[bool] = ContextVar("_kept_back", default=False)


class OutsideTransactionError(RuntimeError):
    """A letter was posted where nothing would tie it to what it tells of."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Everything the letterbox asks about one letter.

    `key` names the occasion: one letter per key and recipient, for ever. `thread` names
    a conversation, `audience` says why this person is told, `about` is the id of the
    application it is filed under and `thing` the row it tells of. `topic` names the
    list it belongs to; `unsubscribe_url` is where its reader may leave that list with
    one click, without signing in, and empty where nobody may. `postponed` says that its
    reader wants it later.
    """

    key: str
    to: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    reader: ReaderLike | None = None
    reply_to: str = ""
    thread: str | None = None
    attachments: Iterable[tuple[str, str, bytes]] = ()
    audience: str = ""
    topic: str = ""
    unsubscribe_url: str = ""
    kind: str = Message.Kind.NOTICE
    priority: int = Message.Priority.NORMAL
    about: UUID | None = None
    thing: models.Model | None = None
    expires_at: datetime | None = None
    postponed: Postponed | None = None

    @cached_property
    def words(self) -> Rendered:
        """Rendered when first asked for, and only once."""
        facts = {
            "audience": self.audience,
            "unsubscribe_url": self.unsubscribe_url,
            **self.context,
        }
        return render(self.template, facts, self.reader)

    @property
    def reason(self) -> str:
        """Why this person is told, in the language of the letter."""
        with translation.override(language_of(self.reader)):
            return str(self.audience)


@contextmanager
def kept_back() -> Iterator[None]:
    """Inside, letters are neither rendered nor written.

    For playing the past into a portal: nobody waits for last year's mail.
    """
    token = _kept_back.set(True)
    try:
        yield
    finally:
        _kept_back.reset(token)


def are_kept_back() -> bool:
    """Whether nobody is to be told of anything at the moment."""
    return _kept_back.get()


def require_transaction() -> None:
    """Telling of what may still be undone is only safe together with it."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(
            "Post letters inside the transaction of the event they tell of."
        )


def post(**fields: Any) -> Message | None:
    """Writes one letter, with the fields of `Letter`.

    Returns its row, or None when this recipient has a letter of that key already.
    """
    return next(iter(_write([Letter(**fields)], timezone.now())), None)


def post_many(letters: Iterable[Letter]) -> int:
    """Writes any number of letters in bounded batches; returns how many were new."""
    at = timezone.now()
    return sum(len(_write(batch, at)) for batch in batches(letters))


def batches(letters: Iterable[Any]) -> Iterator[list[Any]]:
    """However many there are, only some of them are held at a time."""
    rest = iter(letters)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _write(letters: Sequence[Letter], at: datetime) -> list[Message]:
    """Rows for the letters that were not there; the unique key settles every race."""
    require_transaction()
    if are_kept_back():
        return []
    fresh = _unwritten(letters)
    chains = _chains([letter for letter in fresh.values() if letter.thread])
    rows = {
        place: _row(letter, chains.get((letter.thread, place[1]), ()), at)
        for place, letter in fresh.items()
    }
    # In one order for everybody: two who write the same never wait for each other.
    ordered = [rows[place] for place in sorted(rows)]
    Message.objects.bulk_create(ordered, ignore_conflicts=True)
    landed = set(
        Message.objects.filter(pk__in=[row.pk for row in rows.values()]).values_list(
            "pk", flat=True
        )
    )
    Attachment.objects.bulk_create(
        Attachment(message=row, filename=name, mimetype=mimetype, content=content)
        for place, row in rows.items()
        if row.pk in landed
        for name, mimetype, content in fresh[place].attachments
    )
    Postponement.objects.bulk_create(
        _postponement(row, fresh[place])
        for place, row in rows.items()
        if row.pk in landed and fresh[place].postponed
    )
    if landed:
        tasks.nudge_after_commit()
    return [row for row in rows.values() if row.pk in landed]


def _unwritten(letters: Sequence[Letter]) -> dict[tuple[str, str], Letter]:
    """The letters still to be written, so that nothing is rendered for a repetition."""
    wanted = {(letter.key, letter.to.strip()): letter for letter in reversed(letters)}
    keys = {key for key, _ in wanted}
    there = Message.objects.filter(
        key__in=keys, recipient__in={recipient for _, recipient in wanted}
    ).values_list("key", "recipient")
    for place in there:
        wanted.pop(place, None)
    return dict(reversed(wanted.items()))


def _row(letter: Letter, chain: Sequence[str], at: datetime) -> Message:
    words = letter.words
    row = Message(
        key=letter.key,
        recipient=letter.to.strip(),
        recipient_name=_one_line(getattr(letter.reader, "name", ""), 200),
        template=letter.template,
        kind=letter.kind,
        audience=Truncator(letter.reason).chars(250),
        topic=letter.topic,
        unsubscribe_url=letter.unsubscribe_url,
        about_id=letter.about,
        subject=words.subject,
        text=words.text,
        html=words.html,
        holds_secret=lets_in(words.text, except_for=letter.unsubscribe_url),
        thread=letter.thread or "",
        references=" ".join(chain),
        reply_to=letter.reply_to,
        priority=letter.priority,
        created_at=at,
        due_at=_due_at(letter, at),
        expires_at=letter.expires_at,
    )
    if letter.thing is not None:
        row.thing_kind = letter.thing._meta.model_name
        row.thing_id = letter.thing.pk
    row.message_id = message_id_for(row.pk)
    return row


def _due_at(letter: Letter, at: datetime) -> datetime:
    return letter.postponed.due_at(letter.expires_at) if letter.postponed else at


def _postponement(row: Message, letter: Letter) -> Postponement:
    """Beside the letter, what a digest says of it."""
    postponed = letter.postponed
    return Postponement(
        message=row,
        reader=postponed.reader,
        until=postponed.until,
        in_digest=postponed.in_digest,
        gist=_one_line(letter.words.gist, 300),
        link=postponed.link,
    )


def _chains(letters: Sequence[Letter]) -> dict[tuple[str, str], list[str]]:
    """What each recipient got in these conversations before, oldest first.

    Every chain begins with the conversation's own id, which no letter bears: so letters
    of one conversation belong together even for who joined late.
    """
    chains = {
        (letter.thread, letter.to.strip()): [_thread_id(letter.thread)]
        for letter in letters
    }
    if not chains:
        return {}
    earlier = (
        Message.objects.filter(
            thread__in={thread for thread, _ in chains},
            recipient__in={recipient for _, recipient in chains},
        )
        .order_by("created_at")
        .values_list("thread", "recipient", "message_id")
    )
    for thread, recipient, message_id in earlier:
        if (thread, recipient) in chains:
            chains[thread, recipient].append(message_id)
    return {
        place: [chain[0], *chain[1:][-CHAIN_LENGTH:]] for place, chain in chains.items()
    }


def _thread_id(thread: str) -> str:
    digest = sha256(thread.encode()).hexdigest()
    return f"<{digest[:12]}.{digest[12:32]}@{sending_domain()}>"


def _one_line(text: str, length: int) -> str:
    return Truncator(" ".join(str(text).split())).chars(length)
