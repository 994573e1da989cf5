"""How the archive of a company's data is asked for, taken in hand, ended and removed.

What is in it, and the writing, is in `portal.archive`, where all floors are in sight.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from companies import archive_emails, audit
from companies.models import Archive, Company, User
from companies.verbs import Verb

HELD = timedelta(minutes=5)
TRIES = 3

State = Archive.State


@transaction.atomic
def ask_archive(company: Company, *, by: User, at: datetime) -> Archive:
    """An admin wants all data of the company; a worker will make it, one at a time."""
    company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    _assert_admin(by, company)
    if Archive.objects.of(company).unfinished().exists():
        raise ValidationError(_("An archive is being made already."))
    archive = Archive.objects.create(company=company, asked_by=by, asked_at=at)
    audit.record(company=company, by=by, verb=Verb.ARCHIVE_ASKED, thing=company, at=at)
    return archive


@transaction.atomic
def take_archive(*, at: datetime) -> Archive | None:
    """Put the oldest unfinished archive into the caller's hands, or nothing.

    One is made at a time in the whole house, so that a worker is left for letters.
    What was tried often enough fails instead.
    """
    rows = Archive.objects.unfinished().order_by("asked_at")
    unfinished = list(rows.select_for_update())
    if any(archive.is_held(at) for archive in unfinished):
        return None
    for archive in unfinished:
        if archive.tries < TRIES:
            return _take(archive, at=at)
        _fail(archive, at=at)
    return None


def _take(archive: Archive, *, at: datetime) -> Archive:
    archive.state = State.RUNNING
    archive.tries += 1
    archive.claim, archive.held_until = uuid.uuid4(), at + HELD
    archive.done = archive.total = 0
    archive.file = archive.place(archive.tries)
    archive.save(
        update_fields=["state", "tries", "claim", "held_until", "done", "total", "file"]
    )
    return archive


def hold_archive(archive: Archive, *, done: int, total: int, at: datetime) -> bool:
    """Say how far it is and keep it in hand; False when somebody else has it now."""
    held = Archive.objects.held_as(archive)
    return bool(held.update(done=done, total=total, held_until=at + HELD))


@transaction.atomic
def finish_archive(archive: Archive, *, size: int, at: datetime) -> bool:
    """It is whole: whoever asked is told, and an earlier one goes with the next sweep.

    False, and nothing changes, when somebody else has it in hand by now.
    """
    lapses_at = at + timedelta(days=settings.ARCHIVE_DAYS)
    ended = Archive.objects.held_as(archive).update(
        state=State.READY, size=size, ended_at=at, lapses_at=lapses_at
    )
    if not ended:
        return False
    archive.refresh_from_db()
    earlier = Archive.objects.of(archive.company).exclude(pk=archive.pk)
    earlier.filter(lapses_at__gt=at).update(lapses_at=at)
    archive_emails.ready(archive, at=at)
    return True


def _fail(archive: Archive, *, at: datetime) -> None:
    archive.state, archive.ended_at = State.FAILED, at
    archive.lapses_at = at + timedelta(days=settings.ARCHIVE_DAYS)
    archive.save(update_fields=["state", "ended_at", "lapses_at"])
    archive_emails.failed(archive, at=at)


@transaction.atomic
def note_download(archive: Archive, *, by: User, at: datetime) -> None:
    """Who takes all data of the company out of the house stays on record."""
    audit.record(
        company=archive.company,
        by=by,
        verb=Verb.ARCHIVE_DOWNLOADED,
        thing=archive.company,
        at=at,
    )


def purge_archives(*, at: datetime) -> int:
    """Remove what is over: the files first, so that none is left without a row."""
    gone = list(Archive.objects.over(at))
    for archive in gone:
        for place in archive.places:
            default_storage.delete(place)
        archive.delete()
    return len(gone)


def _assert_admin(by: User, company: Company) -> None:
    """An admin of this company, as of this moment; vendor staff are none."""
    by = User.objects.get(pk=by.pk)
    if not (by.is_active and by.is_company_admin and by.company_id == company.pk):
        raise PermissionDenied
