"""Rights on an environment: given, taken, and ended with the membership.

What counts is judged under the application's lock, so that two people who change
rights at the same moment never give what one of them has just lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.models import Application, Environment, Membership
from apps.records import record
from companies.models import User
from companies.verbs import Verb
from contacts import emails
from contacts.actions import office
from contacts.holdings import (
    NOTHING,
    USED_BY_API,
    Holdings,
    Lock,
    of_the_role,
    rights_of,
)
from contacts.models import Grant, Right


@dataclass(frozen=True)
class Change:
    """What one person gets and loses on one environment."""

    person: User
    given: frozenset[Right] = NOTHING
    taken: frozenset[Right] = NOTHING


def grant(
    *,
    environment: Environment,
    person: User,
    right: Right,
    by: User | None,
    at: datetime,
) -> list[Change]:
    """Give one person one right; harmless when they have it."""
    change = Change(person, given=frozenset({right}))
    return change_rights(environment=environment, changes=[change], by=by, at=at)


def revoke(
    *,
    environment: Environment,
    person: User,
    right: Right,
    by: User | None,
    at: datetime,
) -> list[Change]:
    """Take one right from one person; harmless when they have it not."""
    change = Change(person, taken=frozenset({right}))
    return change_rights(environment=environment, changes=[change], by=by, at=at)


@transaction.atomic
def set_rights(
    *,
    environment: Environment,
    person: User,
    rights: Collection[Right],
    by: User | None,
    at: datetime,
) -> list[Change]:
    """Give one person exactly these rights, whatever they had."""
    application = environment.application
    application.lock()
    holdings = rights_of(application, environment)
    granted = holdings.granted(person, environment)
    has = granted | _by_role(holdings, person, environment)
    change = Change(person, frozenset(rights) - has, granted - frozenset(rights))
    return change_rights(environment=environment, changes=[change], by=by, at=at)


@transaction.atomic
def change_rights(
    *,
    environment: Environment,
    changes: Iterable[Change],
    by: User | None,
    at: datetime,
) -> list[Change]:
    """Give and take rights of several people on one environment, all or nothing.

    Each change says what is to differ, so whoever saves an old page undoes nobody
    else's change; what is so already is left out, and what was done comes back. Every
    person concerned is mailed once and has one entry in the log [PE-06]. Refused
    [E24]: rights that `by` may not change, or does not hold; whatever goes with the
    role of contact [TC-31]; giving to who is deactivated or not on the team; the API
    without a right to use it for; anything On-Premises or off-boarded.
    """
    application = environment.application
    application.lock()
    environment.refresh_from_db(fields=["offboarded_at", "purpose"])
    _require_place(application, environment)
    holdings = rights_of(application, environment)
    wanted = [_difference(change, holdings, environment) for change in changes]
    wanted = [change for change in wanted if change.given or change.taken]
    members = _members(application, wanted)
    for change in wanted:
        _require_may(change, holdings, environment, by)
        _require_fit(change, holdings, environment)
    for change in wanted:
        membership = members[change.person.pk]
        _write(change, membership, environment, by=by, at=at)
        before = holdings.granted(change.person, environment)
        after = (before | change.given) - change.taken
        _record(application, change.person, environment, before, after, by=by, at=at)
        emails.rights_changed(membership, environment, change, now=after, by=by, at=at)
    return wanted


@transaction.atomic
def note_refusal(
    *,
    environment: Environment,
    changes: Iterable[Change],
    by: User,
    why: str,
    at: datetime,
) -> None:
    """Write down that somebody tried to change rights and may not [CO-18, E24].

    Apart from `change_rights`, whose transaction a refusal has undone.
    """
    application = environment.application
    people = ", ".join(str(change.person) for change in changes)
    record(
        application,
        Verb.RIGHTS_REFUSED,
        by=by,
        thing=_thing(people, environment),
        new=why,
        at=at,
    )


def end_rights(
    application: Application,
    memberships: Iterable[Membership],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Take all that these members were given; each is told in one letter.

    Called under the application's lock, when somebody leaves the team and when the app
    leaves the Cloud.
    """
    for membership in memberships:
        grants = Grant.objects.filter(membership=membership)
        places: dict[Environment, set[Right]] = {}
        for row in grants.select_related("environment__application"):
            places.setdefault(row.environment, set()).add(Right(row.right))
        if not places:
            continue
        grants.delete()
        person = membership.user
        for environment, rights in places.items():
            _record(application, person, environment, rights, NOTHING, by=by, at=at)
        emails.rights_ended(membership, list(places), by=by, at=at)


def _require_place(application: Application, environment: Environment) -> None:
    office.refuse_offboarded(application)
    if environment.offboarded_at:
        raise ValidationError(
            _("%(environment)s is off-boarded."), params={"environment": environment}
        )
    if not application.is_cloud:
        raise ValidationError(
            _(
                "%(application)s runs on your own servers, where your administrators"
                " decide. Rights are given on Cloud apps."
            ),
            params={"application": application},
        )


def _difference(change: Change, holdings: Holdings, environment: Environment) -> Change:
    """The change without what is so already."""
    granted = holdings.granted(change.person, environment)
    return Change(
        change.person, frozenset(change.given) - granted, change.taken & granted
    )


def _members(
    application: Application, changes: Iterable[Change]
) -> Mapping[object, Membership]:
    """The seats of the people concerned; whoever has none is refused."""
    people = {change.person.pk: change.person for change in changes}
    rows = Membership.objects.of(application).filter(user__in=people)
    members = {row.user_id: row for row in rows.select_related("user")}
    for key, person in people.items():
        if key not in members:
            raise ValidationError(
                _("%(person)s is not on the team. Add them to the team first."),
                params={"person": person},
            )
        members[key].application = application
    return members


def _require_may(
    change: Change, holdings: Holdings, environment: Environment, by: User | None
) -> None:
    if by is None:
        return
    for right in Right:
        if right not in change.given | change.taken:
            continue
        lock = holdings.lock(by, right, change.person, environment)
        if lock == Lock.READER:
            raise PermissionDenied
        if lock:
            raise ValidationError(
                _("“%(right)s” of %(person)s stays as it is: %(reason)s."),
                params={
                    "right": right.label,
                    "person": change.person,
                    "reason": lock.label,
                },
                code=lock.value,
            )


def _require_fit(change: Change, holdings: Holdings, environment: Environment) -> None:
    """What a person holds afterwards must make sense."""
    person = change.person
    if change.given and not person.is_active:
        raise ValidationError(
            _("The account of %(person)s is deactivated. Choose somebody else."),
            params={"person": person},
        )
    after = holdings.granted(person, environment) | change.given
    after = (after | _by_role(holdings, person, environment)) - change.taken
    if Right.API in after and not after & USED_BY_API:
        raise ValidationError(
            _(
                "The API is of no use to %(person)s alone: give a right to deploy, to"
                " backups or to monitoring with it, or take the API as well."
            ),
            params={"person": person},
            code="api_alone",
        )


def _by_role(
    holdings: Holdings, person: User, environment: Environment
) -> frozenset[Right]:
    return of_the_role(environment) if person.pk in holdings.contacts else NOTHING


def _write(
    change: Change,
    membership: Membership,
    environment: Environment,
    *,
    by: User | None,
    at: datetime,
) -> None:
    rows = Grant.objects.on(environment).filter(membership=membership)
    rows.filter(right__in=change.taken).delete()
    Grant.objects.bulk_create(
        Grant(
            membership=membership,
            environment=environment,
            right=right,
            granted_at=at,
            granted_by=by,
        )
        for right in Right
        if right in change.given
    )


def _record(
    application: Application,
    person: User,
    environment: Environment,
    before: Collection[Right],
    after: Collection[Right],
    *,
    by: User | None,
    at: datetime,
) -> None:
    record(
        application,
        Verb.RIGHTS_CHANGED,
        by=by,
        thing=_thing(person, environment),
        old=in_words(before),
        new=in_words(after),
        at=at,
    )


def _thing(people: User | str, environment: Environment) -> str:
    words = {"person": people, "environment": environment}
    return _("%(person)s on %(environment)s") % words


def in_words(rights: Collection[Right]) -> str:
    """Their names in the order of the page, or that there is none."""
    names = [str(right.label) for right in Right if right in rights]
    return ", ".join(names) or _("no rights")
