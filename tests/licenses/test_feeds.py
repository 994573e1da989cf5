"""The secret address of a calendar: who makes it, who revokes it; and moved ends."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from companies.models import ActivityEntry
from companies.models.invitation import digest_of
from licenses import actions
from licenses.models import CalendarFeed
from tests.factories.companies import UserFactory
from tests.factories.licenses import CalendarFeedFactory

pytestmark = pytest.mark.django_db


def log():
    return list(ActivityEntry.objects.order_by("at").values_list("actor", "verb"))


# Made and revoked


def test_an_address_is_made_and_only_its_digest_is_kept(bob, at):
    feed, token = actions.make_feed(by=bob, at=at)

    assert len(token) >= 43
    assert feed.token_digest == digest_of(token)
    kept = CalendarFeed.objects.values().get()
    assert token not in str(kept)
    assert (kept["person_id"], kept["company_id"]) == (bob.pk, None)
    assert log() == [("Bob Weber", "calendar_made")]


def test_no_two_secrets_are_alike(bob, at):
    secrets = {actions.make_feed(by=bob, at=at)[1] for _ in range(20)}

    assert len(secrets) == 20


def test_a_new_address_takes_the_place_of_the_one_before(alice, acme, at):
    old, _token = actions.make_feed(by=alice, at=at)
    whole, _token = actions.make_feed(by=alice, company=acme, at=at)

    new, _token = actions.make_feed(by=alice, at=at)

    assert set(CalendarFeed.objects.current()) == {new, whole}
    old.refresh_from_db()
    assert old.revoked_at == at


def test_the_calendar_of_a_company_is_made_by_its_admins_alone(
    alice, bob, charlie, stella, acme, at
):
    for person in (bob, charlie, stella):
        with pytest.raises(PermissionDenied):
            actions.make_feed(by=person, company=acme, at=at)

    assert actions.make_feed(by=alice, company=acme, at=at)[0].is_open
    assert len(log()) == 1


def test_what_somebody_was_is_read_afresh(alice, acme, at):
    """An admin until a moment ago makes no calendar of the company."""
    type(alice).objects.filter(pk=alice.pk).update(is_company_admin=False)

    with pytest.raises(PermissionDenied):
        actions.make_feed(by=alice, company=acme, at=at)


def test_revoking_is_noted_once(bob, at):
    feed, _token = actions.make_feed(by=bob, at=at)

    assert actions.revoke_feed(feed, by=bob, at=at) is True
    assert actions.revoke_feed(feed, by=bob, at=at) is False

    assert [verb for _actor, verb in log()] == ["calendar_made", "calendar_revoked"]


def test_another_admin_revokes_what_is_the_companys(alice, acme, bob, at):
    other = UserFactory(company=acme, admin=True)
    whole, _token = actions.make_feed(by=alice, company=acme, at=at)
    own, _token = actions.make_feed(by=alice, at=at)

    assert actions.revoke_feed(whole, by=other, at=at)
    for person in (other, bob):
        with pytest.raises(PermissionDenied):
            actions.revoke_feed(own, by=person, at=at)


def test_two_open_addresses_for_the_same_cannot_be(bob, acme):
    for company in (None, acme):
        CalendarFeedFactory(person=bob, company=company)
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarFeedFactory(person=bob, company=company)


# How often an end has moved


def test_a_renewal_moves_the_end_once(production, stella, at):
    actions.renew_license(license=production, ends_on=date(2027, 12, 6), by=None, at=at)

    production.refresh_from_db()
    assert (production.end_moves, production.end_moved_at) == (1, at)
    assert production.revised_at == at


def test_a_renewal_moves_nothing_until_the_new_key_is_active(production, bob, at):
    """E12: the app runs on with the key from before, so its day stays."""
    server = {"server_id": "7C41-E09B", "by": bob, "at": at}
    key = actions.generate_key(license=production, **server)
    actions.activate_key(key=key, by=bob, at=at)
    later = at + timedelta(hours=1)
    actions.renew_license(
        license=production, ends_on=date(2027, 12, 6), by=None, at=later
    )
    production.refresh_from_db()
    assert production.end_moves == 0

    key = actions.generate_key(license=production, **server)
    actions.activate_key(key=key, by=bob, at=later)

    production.refresh_from_db()
    assert (production.end_moves, production.end_moved_at) == (1, later)
    assert production.due_on == date(2027, 12, 6)


def test_a_correction_counts_when_it_is_one_of_the_day(production, at):
    actions.correct_license(license=production, by=None, at=at, users=7)
    assert production.end_moves == 0

    earlier = date(2026, 11, 30)
    actions.correct_license(license=production, by=None, at=at, ends_on=earlier)

    production.refresh_from_db()
    assert (production.end_moves, production.due_on) == (1, earlier)
    assert production.revised_at == at
