"""Letters about licenses and keys, with made-up facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.models import Environment
from apps.samples import ACCEPTANCE, DEPOT, PRODUCTION
from companies.made_up import ACME, BOB, PRIYA, WILLEM
from companies.models import User
from companies.topics import Topic
from contacts.audience import Reader, Role
from licenses import emails
from licenses.models import License, LicenseKey
from licenses.reminders import step_for, steps
from outbox.samples import Sample

READERS = [Reader(BOB, Role.CONTACT), Reader(PRIYA, Role.CONTACT)]
YEAR = timedelta(days=365)
CONTACTS = _("the technical contacts, or who stands in")


def _license(at: datetime, number: int, environment: Environment) -> License:
    """Renewed for a year, while the key of the year before still runs for 15 days."""
    ends_on = at.date() + timedelta(days=15)
    license = License(
        pk=UUID(int=number),
        number=number,
        environment=environment,
        users=300,
        starts_on=ends_on - YEAR,
        ends_on=ends_on + YEAR,
        runs_until=ends_on,
    )
    # What a page would have fetched with it: nothing here is in the database.
    license._prefetched_objects_cache = {"keys": [_key(at, license)]}
    return license


def _key(at: datetime, license: License) -> LicenseKey:
    return LicenseKey(
        pk=UUID(int=60),
        license=license,
        server_id="7C41-E09B-55D2",
        server_name=f"rtm-{license.environment.name[:3]}-01",
        fingerprint="E2D4-71B9",
        ends_on=license.ends_on,
        activated_at=at,
    )


def _facts(reader: Reader, **facts: Any) -> dict[str, Any]:
    return {
        "application": DEPOT,
        "company_name": ACME.name,
        "executive": WILLEM,
        **emails.reader_facts(reader, READERS),
        **facts,
    }


def _ending(at: datetime) -> dict[str, Any]:
    rungs = steps(settings.RENEWAL_REMINDER_DAYS, settings.LICENSE_GRACE_DAYS)
    ending = emails.Ending(
        licenses=[_license(at, 20417, PRODUCTION), _license(at, 20418, ACCEPTANCE)],
        due_on=at.date() + timedelta(days=15),
        step=step_for(15, rungs) or rungs[-1],
        rungs=rungs,
        today=at.date(),
    )
    return _facts(READERS[0], **emails.reminder_facts(ending))


def _renewed(at: datetime) -> dict[str, Any]:
    license = _license(at, 20417, PRODUCTION)
    until = license.runs_until
    return _facts(READERS[0], license=license, in_use_until=until, old_end=until)


def _stopped(at: datetime) -> dict[str, Any]:
    return _facts(
        READERS[0],
        license=_license(at, 20417, PRODUCTION),
        reason="The invoice of March is open.",
        since=at,
    )


def _with_key(reader: Reader, by: User) -> Callable[[datetime], dict[str, Any]]:
    def facts(at: datetime) -> dict[str, Any]:
        license = _license(at, 20417, PRODUCTION)
        return _facts(reader, license=license, key=_key(at, license), by=by)

    return facts


def _letter(
    name: str,
    topic: Topic,
    when: str | Promise,
    to: str | Promise,
    facts: Callable[[datetime], dict[str, Any]],
    reader: User = BOB,
) -> Sample:
    return Sample(
        template=f"licenses/emails/{name}",
        topic=topic.label,
        when=when,
        to=to,
        name=reader.name,
        facts=facts,
    )


SAMPLES = [
    _letter(
        "renewal_reminder",
        Topic.RENEWAL,
        _("A license ends: by the ladder of reminders, until its new key is active."),
        _("the technical contacts; for Cloud who looks after the customer"),
        _ending,
    ),
    _letter(
        "renewed",
        Topic.RENEWAL,
        _("A renewal is signed."),
        _("the technical contacts; for Cloud who looks after the customer"),
        _renewed,
    ),
    _letter(
        "suspended",
        Topic.RENEWAL,
        _("A license is suspended."),
        CONTACTS,
        _stopped,
    ),
    _letter(
        "reinstated",
        Topic.RENEWAL,
        _("A suspended license runs again."),
        CONTACTS,
        _stopped,
    ),
    _letter(
        "revoked",
        Topic.RENEWAL,
        _("A license is revoked for good."),
        CONTACTS,
        _stopped,
    ),
    _letter(
        "key_link",
        Topic.CONTACT,
        _("A colleague asks for a key to be activated on a server."),
        _("the technical contact at the server"),
        _with_key(READERS[1], BOB),
        PRIYA,
    ),
    _letter(
        "key_activated",
        Topic.LICENSE,
        _("A key has been activated."),
        CONTACTS,
        _with_key(READERS[1], BOB),
        PRIYA,
    ),
]
