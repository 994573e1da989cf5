"""The one letter a day for whoever wants no more, and what waits for it.

It lists what the letters say that went into it, and leads to each page.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import User
from outbox import posting, postponing
from outbox.models import Postponement
from outbox.postponing import Postponed

TEMPLATE = "companies/emails/digest"
MOST_LINES = 40

logger = logging.getLogger(__name__)


def postponed(
    person: User,
    at: datetime,
    *,
    expires_at: datetime | None = None,
    has_files: bool = False,
    link: str = "",
) -> Postponed | None:
    """How a letter to this person waits that is not urgent; None is not at all.

    A letter with files, such as an invitation into a calendar, waits for the end of
    quiet hours only: a digest cannot carry it.
    """
    wait = person.rhythm.wait(at, expires_at=expires_at, alone=has_files)
    if wait is None:
        return None
    return Postponed(
        reader=person.pk, until=wait.until, in_digest=wait.in_digest, link=link
    )


def plan_anew(person: User, *, at: datetime) -> None:
    """What waits for this person follows what is chosen now."""

    def plan(expires_at: datetime | None, has_files: bool) -> Postponed | None:
        return postponed(person, at, expires_at=expires_at, has_files=has_files)

    postponing.plan_anew(person.pk, plan, at=at)


def write_digests(*, at: datetime) -> dict[str, int]:
    """Every digest that is due, each in a transaction of its own.

    One that cannot be written holds up nobody else; its letters go alone after a while.
    """
    written = folded = 0
    for reader in postponing.readers_of_due_digests(at):
        try:
            lines = _write(reader, at)
        except Exception:  # the next person's digest is no worse for it
            logger.exception("no digest for %s", reader)
            continue
        written += bool(lines)
        folded += lines
    return {"sent": written, "folded": folded}


@transaction.atomic
def _write(reader: UUID, at: datetime) -> int:
    """One digest; how many letters went into it. A single letter goes as it is."""
    letters = postponing.letters_for_digest(reader, at)
    if not letters:  # another worker is at it
        return 0
    person = User.objects.filter(pk=reader).first()
    if person is None or not person.is_active:
        postponing.drop(letters, at=at)
        return 0
    if len(letters) == 1 and letters[0].message.recipient == person.email:
        postponing.release(letters, at=at)
        return 0
    digest = posting.post(
        key=f"digest:{letters[0].message_id}",
        to=person.email,
        reader=person,
        template=TEMPLATE,
        context=_facts(person, letters),
        audience=_("whoever chose one letter a day"),
    )
    if digest is None:
        raise RuntimeError("These letters are in a digest already.")
    postponing.fold(letters, into=digest, at=at)
    return len(letters)


def _facts(person: User, letters: Sequence[Postponement]) -> dict[str, Any]:
    return {
        "lines": [_line(letter) for letter in letters[:MOST_LINES]],
        "count": len(letters),
        "more": max(0, len(letters) - MOST_LINES),
        "daily_at": person.daily_at,
        "notices_url": settings.PUBLIC_URL + reverse("companies:notices"),
        "choices_url": settings.PUBLIC_URL + reverse("companies:mail_times"),
    }


def _line(letter: Postponement) -> dict[str, Any]:
    """The page to look at; without one, the inbox."""
    path = letter.link or reverse("companies:notices")
    return {
        "title": letter.message.subject,
        "gist": letter.gist,
        "at": letter.message.created_at,
        "url": settings.PUBLIC_URL + path,
    }
