"""Many requests at once leave exactly one contact on Cloud and never none elsewhere.

Real threads and real transactions: only PostgreSQL can show what the lock is for.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from contacts import actions
from contacts.models import Handover, TechnicalContact
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.marks import on_postgresql

THREADS = 16
# Whoever comes late finds the role gone, or a giver who may not give it any more.
LATE = (TechnicalContact.DoesNotExist, PermissionDenied)
REFUSALS = (ValidationError, IntegrityError, *LATE)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    on_postgresql(),
]


@pytest.fixture
def people(acme, driver, depot, joins):
    found = UserFactory.create_batch(THREADS, company=acme, admin=True)
    joins(driver, *found)
    joins(depot, *found)
    return found


def at_once(deed, things):
    """Run the deed for each thing in a thread of its own, all started together."""
    start = Barrier(len(things))

    def run(thing):
        start.wait()
        try:
            deed(thing)
        except REFUSALS as refusal:
            return type(refusal)
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def refused_in_words(outcomes):
    """How many were refused; each by the verb, none by the database."""
    assert IntegrityError not in outcomes
    return outcomes.count(ValidationError)


def test_sixteen_replacements_on_cloud_leave_one_contact(driver, people, at):
    """E1"""
    contact = driver.technical_contacts.get()
    rows = [TechnicalContact.objects.get(pk=contact.pk) for _person in people]

    def replace(pair):
        row, person = pair
        actions.replace_contact(
            contact=row, person=person, by=person, at=at, reason="Mine"
        )

    outcomes = at_once(replace, list(zip(rows, people, strict=True)))

    assert refused_in_words(outcomes) == THREADS - 1
    assert TechnicalContact.objects.of(driver).count() == 1


def test_sixteen_appointments_to_an_empty_cloud_application(acme, driver, people, at):
    """E1"""
    driver.delivered_at = None
    driver.save()
    TechnicalContact.objects.of(driver).delete()

    outcomes = at_once(
        lambda person: actions.appoint(
            application=type(driver).objects.get(pk=driver.pk),
            person=person,
            by=person,
            at=at,
            reason="First",
        ),
        people,
    )

    assert refused_in_words(outcomes) == THREADS - 1
    assert TechnicalContact.objects.of(driver).count() == 1


def test_thirty_two_handovers_of_one_cloud_application(acme, driver, bob, joins, at):
    """E1: each would give the role to somebody else, at the same moment."""
    takers = UserFactory.create_batch(32, company=acme)
    joins(driver, *takers)
    contact = driver.technical_contacts.get()

    def hand_over(taker):
        row = TechnicalContact.objects.select_related("application", "user").get(
            pk=contact.pk
        )
        offer = actions.offer_handover(contact=row, to=taker, by=bob, at=at)
        actions.accept_handover(handover=offer, by=taker, at=at)

    outcomes = at_once(hand_over, takers)

    # An offer is refused while another one waits; an accepted one has ended Bob's role.
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, ValidationError, *LATE}
    holder = TechnicalContact.objects.get(application=driver).user
    assert holder == takers[outcomes.index(None)]
    accepted = Handover.objects.filter(state=Handover.State.ACCEPTED)
    assert [offer.to_user for offer in accepted] == [holder]


def test_sixteen_answers_to_one_handover(driver, bob, people, at):
    """E1"""
    taker = people[0]
    contact = driver.technical_contacts.select_related("application", "user").get()
    offer = actions.offer_handover(contact=contact, to=taker, by=bob, at=at)

    def answer(number):
        handover = Handover.objects.select_related("application").get(pk=offer.pk)
        by = {0: taker, 1: taker, 2: bob}[number % 3]
        verb = {
            0: actions.accept_handover,
            1: actions.decline_handover,
            2: actions.cancel_handover,
        }[number % 3]
        verb(handover=handover, by=by, at=at)

    outcomes = at_once(answer, list(range(THREADS)))

    assert refused_in_words(outcomes) == THREADS - 1
    offer.refresh_from_db()
    holder = TechnicalContact.objects.get(application=driver).user
    accepted = offer.state == Handover.State.ACCEPTED
    assert holder == (taker if accepted else bob)


def test_sixteen_dismissals_leave_one_contact_on_premises(depot, people, alice, at):
    """E4"""
    rows = [TechnicalContactFactory(application=depot, user=who) for who in people[1:]]
    rows.append(depot.technical_contacts.get(user__name="Bob Weber"))
    ids = [row.pk for row in rows]

    def dismiss(pk):
        row = TechnicalContact.objects.select_related("application", "user").get(pk=pk)
        actions.dismiss(contact=row, by=alice, at=at)

    outcomes = at_once(dismiss, ids)

    assert refused_in_words(outcomes) == 1
    assert TechnicalContact.objects.of(depot).count() == 1


def test_everything_at_once_on_premises_never_leaves_none(depot, people, alice, at):
    """E4"""
    for person in people[:4]:
        TechnicalContactFactory(application=depot, user=person)

    def shuffle(number):
        person = people[number]
        rows = TechnicalContact.objects.select_related("application", "user")
        if number < 8:
            row = rows.of(depot).order_by("?").first()
            actions.dismiss(contact=row, by=alice, at=at)
        else:
            application = type(depot).objects.get(pk=depot.pk)
            actions.appoint(
                application=application, person=person, by=alice, at=at, reason="Help"
            )

    outcomes = at_once(shuffle, list(range(THREADS)))

    refused_in_words(outcomes)
    held = list(TechnicalContact.objects.of(depot).values_list("user", flat=True))
    assert len(held) == len(set(held)) >= 1


def test_the_database_alone_keeps_the_last_of_two(depot, alice):
    """E4: two transactions that know nothing of our lock each remove one."""
    TechnicalContactFactory(application=depot, user=alice)
    meet = Barrier(2)

    def remove(pk):
        with transaction.atomic():
            TechnicalContact.objects.filter(pk=pk).delete()
            meet.wait()

    outcomes = at_once(
        remove, list(TechnicalContact.objects.of(depot).values_list("pk", flat=True))
    )

    assert sorted(outcomes, key=str) == [IntegrityError, None]
    assert TechnicalContact.objects.of(depot).count() == 1
