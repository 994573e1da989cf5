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
from companies.made_up import ACME, BOB, PRIYA, STELLA, WILLEM
from companies.models import User
from companies.topics import Topic
from contacts.audience import Reader, Role
from contacts.emails import AS_CONTACT
from licenses import emails, expansion_emails
from licenses.models import ExpansionRequest, License, LicenseKey
from licenses.reminders import step_for, steps
from outbox.samples import Sample

READERS = [Reader(BOB, Role.CONTACT), Reader(PRIYA, Role.CONTACT)]
YEAR = timedelta(days=365)
EVERYBODY = _("the technical contacts, the company's admins and the account executive")
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
    next_key = _key(at, license)
    next_key.pk, next_key.activated_at = UUID(int=62), None
    keys = [_key(at, license), next_key]
    license._prefetched_objects_cache = {"keys": keys}
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


def _planned_end(at: datetime) -> dict[str, Any]:
    """For one license, which is not renewed."""
    license = _license(at, 20418, ACCEPTANCE)
    license.ends_on, license.runs_until = at.date() + timedelta(days=15), None
    facts = _ending(at) | {"licenses": [license], "all_renewed": False}
    return facts | {
        "count": 1,
        "count_words": emails.number_word(1),
        "some_renewed": False,
        "kept_days": settings.LICENSE_KEPT_DAYS,
    }


def _over(at: datetime, **facts: Any) -> dict[str, Any]:
    """What is told when an environment or its license ends for good."""
    license = _license(at, 20418, ACCEPTANCE)
    return {
        "application": DEPOT,
        "company_name": ACME.name,
        "environment": ACCEPTANCE,
        "license": license,
        "by": STELLA.name,
        "kept_days": settings.LICENSE_KEPT_DAYS,
        "path": license.get_absolute_url(),
        **facts,
    }


def _expansion(at: datetime, state: str, by: User | None = None) -> dict[str, Any]:
    request = ExpansionRequest(
        pk=UUID(int=61),
        license=_license(at, 20417, PRODUCTION),
        users=400,
        users_then=300,
        besides="a second test system",
        reason="Two more docks open in spring.",
        asked_by=BOB,
        state=state,
        answer="The contract is on its way to you." if by else "",
    )
    desk = expansion_emails.desk_path(request)
    return {
        "application": DEPOT,
        "company_name": ACME.name,
        "expansion": request,
        "license": request.license,
        "by": by,
        "path": request.get_absolute_url() if by else desk,
    }


def _renewed(at: datetime) -> dict[str, Any]:
    license = _license(at, 20417, PRODUCTION)
    until = license.runs_until
    return _facts(
        READERS[0],
        license=license,
        in_use_until=until,
        old_end=until,
        **emails.new_keys([license]),
    )


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
    why: str | Promise = "",
) -> Sample:
    return Sample(
        template=f"licenses/emails/{name}",
        topic=topic.label,
        when=when,
        to=to,
        why=why,
        name=reader.name,
        facts=facts,
    )


RENEWALS = [
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

ENDS = [
    _letter(
        "end_planned",
        Topic.RENEWAL,
        _("It is noted that a license is not renewed."),
        EVERYBODY,
        lambda at: _over(at, on=at.date() + timedelta(days=120)),
        why=AS_CONTACT,
    ),
    _letter(
        "end_unplanned",
        Topic.RENEWAL,
        _("The planned end of a license is taken back."),
        EVERYBODY,
        lambda at: _over(at, on=at.date() + timedelta(days=120)),
        why=AS_CONTACT,
    ),
    _letter(
        "planned_end_reminder",
        Topic.RENEWAL,
        _("A license ends as planned: by the ladder of reminders."),
        CONTACTS,
        _planned_end,
    ),
    _letter(
        "environment_offboarded",
        Topic.COMPANY,
        _("An environment is off-boarded."),
        EVERYBODY,
        lambda at: _over(at, is_last=False),
        why=AS_CONTACT,
    ),
    _letter(
        "environment_brought_back",
        Topic.COMPANY,
        _("An environment that was off-boarded is brought back."),
        EVERYBODY,
        _over,
        why=AS_CONTACT,
    ),
]

EXPANSIONS = [
    _letter(
        "expansion_asked",
        Topic.EXPANSION,
        _("A customer asks for more users."),
        _("the account executive, else the support desk"),
        lambda at: _expansion(at, ExpansionRequest.State.SENT),
        WILLEM,
        why=expansion_emails.AS_EXECUTIVE,
    ),
    _letter(
        "expansion_withdrawn",
        Topic.EXPANSION,
        _("A request for more users is withdrawn."),
        _("the account executive, else the support desk"),
        lambda at: _expansion(at, ExpansionRequest.State.WITHDRAWN),
        WILLEM,
        why=expansion_emails.AS_EXECUTIVE,
    ),
    _letter(
        "expansion_answered",
        Topic.EXPANSION,
        _("A request for more users is taken up, agreed or declined."),
        _("whoever asked"),
        lambda at: _expansion(at, ExpansionRequest.State.AGREED, WILLEM),
        why=expansion_emails.AS_ASKER,
    ),
]

SAMPLES = [*RENEWALS, *ENDS, *EXPANSIONS]
