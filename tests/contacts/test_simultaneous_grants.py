"""Rights changed by several people at the same moment: nothing is lost or overtaken.

Real threads and real transactions: only PostgreSQL can show what the lock is for.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.models import Environment
from companies.models import ActivityEntry
from contacts import actions
from contacts.actions import Change
from contacts.models import Grant, Right
from tests.factories.apps import EnvironmentFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import GrantFactory
from tests.marks import on_postgresql

GIVERS = 8

pytestmark = [
    pytest.mark.django_db(transaction=True),
    on_postgresql(),
]


@pytest.fixture
def place(driver):
    return EnvironmentFactory(application=driver, purpose="test")


@pytest.fixture
def managers(acme, place):
    people = UserFactory.create_batch(GIVERS, company=acme)
    for person in people:
        GrantFactory(environment=place, user=person, right=Right.MANAGE_PERMISSIONS)
        GrantFactory(environment=place, user=person, right=Right.BACKUPS)
    return people


@pytest.fixture
def newcomers(acme, driver):
    people = UserFactory.create_batch(GIVERS, company=acme)
    for person in people:
        MembershipFactory(application=driver, user=person)
    return people


def at_once(deed, things):
    """Run the deed for each thing in a thread of its own, all started together."""
    start = Barrier(len(things))

    def run(thing):
        start.wait()
        try:
            deed(thing)
        except ValidationError as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def fresh(place):
    """The environment as another process reads it."""
    return Environment.objects.select_related("application").get(pk=place.pk)


def test_many_givers_of_the_same_right_write_one_row(place, managers, newcomers, at):
    taker = newcomers[0]

    outcomes = at_once(
        lambda giver: actions.grant(
            environment=fresh(place), person=taker, right=Right.BACKUPS, by=giver, at=at
        ),
        managers,
    )

    assert set(outcomes) == {"done"}
    assert Grant.objects.on(place).held_by(taker).count() == 1
    assert ActivityEntry.objects.filter(verb="rights_changed").count() == 1


def test_pages_saved_at_once_undo_nothing_of_each_other(place, managers, newcomers, at):
    """Each saves what differs from the page that was shown, and no more."""

    def save(pair):
        giver, taker = pair
        change = Change(taker, given=frozenset({Right.BACKUPS}))
        actions.change_rights(
            environment=fresh(place), changes=[change], by=giver, at=at
        )

    outcomes = at_once(save, list(zip(managers, newcomers, strict=True)))

    rows = Grant.objects.on(place).filter(right=Right.BACKUPS)
    assert set(outcomes) == {"done"}
    assert rows.count() == 2 * GIVERS


def test_nobody_gives_what_is_being_taken_from_them(
    place, bob, managers, newcomers, at
):
    """E24: whatever the manager gave, they gave before they lost it."""
    manager = managers[0]

    def act(taker):
        facts = {"environment": fresh(place), "right": Right.BACKUPS, "at": at}
        if taker is None:
            actions.revoke(person=manager, by=bob, **facts)
        else:
            actions.grant(person=taker, by=manager, **facts)

    outcomes = at_once(act, [*newcomers[:4], None, *newcomers[4:]])

    log = list(ActivityEntry.objects.filter(verb="rights_changed").order_by("id"))
    taken = next(place for place, row in enumerate(log) if row.actor == "Bob Weber")
    assert log[taken + 1 :] == []
    assert outcomes.count("done") == len(log)
    assert outcomes.count("not_held") == GIVERS - taken
