"""Whether a contact would hear of anything: one rule, asked of rows and of one row."""

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse

from apps.models import Application
from contacts import audience, still_links
from contacts.audience import Role
from contacts.models import TechnicalContact, unreachable
from contacts.reachability import Facts, Trouble, judge
from outbox.models import AddressStanding
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import ReviewFactory, TechnicalContactFactory

WORDS = "550 5.1.1 no such person"


def bounce(person, at):
    AddressStanding.objects.note_bounce(person.email, WORDS, at)


def health(contact, at):
    rows = TechnicalContact.objects.with_health()
    return rows.get(pk=contact.pk).judged(at).health


def row_of(application, person):
    return TechnicalContact.objects.get(application=application, user=person)


def test_a_contact_who_is_well(depot, bob, at):
    contact = row_of(depot, bob)

    found = health(contact, at)

    assert (found.trouble, found.state_code) == (None, "contact.reachable")
    assert found.reason == ""


def test_mail_that_came_back_is_said_with_its_day(depot, bob, at):
    bounce(bob, at)

    found = health(row_of(depot, bob), at)

    assert (found.state_code, found.since) == ("contact.bounced", at)
    assert found.reason == "mail came back on 24 Nov 2026"
    assert found.facts.bounce_words == WORDS


def test_the_next_mail_that_arrives_ends_it(depot, bob, at):
    bounce(bob, at)
    AddressStanding.objects.note_delivery(bob.email, at + timedelta(hours=1))

    assert health(row_of(depot, bob), at).trouble is None


def test_a_mail_that_is_only_taken_ends_no_mark_of_a_report(depot, bob, at):
    """Otherwise the trouble would come and go with each letter, and so would mails."""
    AddressStanding.objects.note_report(bob.email, WORDS, at)
    AddressStanding.objects.note_delivery(bob.email, at + timedelta(hours=1))

    assert health(row_of(depot, bob), at).trouble == Trouble.BOUNCED


def test_whoever_answers_a_letter_is_reached_by_letters(client, depot, bob, at):
    AddressStanding.objects.note_report(bob.email, WORDS, at - timedelta(days=30))
    review = ReviewFactory(application=depot, user=bob, asked_at=at)

    client.post(still_links.path_of(review.round), {"apps": [depot.pk]})

    assert health(row_of(depot, bob), at).trouble is None


def test_an_answer_in_the_portal_says_nothing_of_the_mail(client, depot, bob, at):
    AddressStanding.objects.note_report(bob.email, WORDS, at)
    ReviewFactory(application=depot, user=bob, asked_at=at)

    client.force_login(bob)
    client.post(reverse("contacts:still"), {"apps": [depot.pk]})

    assert row_of(depot, bob).confirmed_at
    assert health(row_of(depot, bob), at).trouble == Trouble.BOUNCED


def test_an_address_is_the_same_in_capitals(depot, bob, at):
    AddressStanding.objects.note_bounce(bob.email.upper(), WORDS, at)

    assert health(row_of(depot, bob), at).trouble == Trouble.BOUNCED


@pytest.mark.parametrize(
    ("days", "code"), [(0, "to_confirm"), (29, "to_confirm"), (30, "silent")]
)
def test_a_question_may_wait_for_a_while(depot, bob, at, days, code):
    ReviewFactory(application=depot, user=bob, asked_at=at - timedelta(days=days))

    assert health(row_of(depot, bob), at).state_code == f"contact.{code}"


def test_leavers_are_flagged(depot, bob, at):
    """TC-34: those who were deactivated."""
    bob.is_active = False
    bob.save()

    assert health(row_of(depot, bob), at).state_code == "contact.deactivated"


def everything(acme, at):
    """A contact for every combination of facts, each on an app of its own."""
    facts = product([True, False], [True, False], [True, False], [None, 5, 30])
    for number, (is_active, is_known, is_bounced, days) in enumerate(facts):
        person = UserFactory(
            company=acme,
            is_active=is_active,
            registered_at=at if is_known else None,
            email=f"p{number}@acme.example",
        )
        application = ApplicationFactory(company=acme, name=f"App {number}")
        TechnicalContactFactory(application=application, user=person)
        if is_bounced:
            bounce(person, at)
        if days:
            asked_at = at - timedelta(days=days)
            ReviewFactory(application=application, user=person, asked_at=asked_at)


def test_rows_and_one_row_are_judged_alike(acme, at):
    everything(acme, at)
    rows = TechnicalContact.objects.with_health()
    judged = {contact.pk: contact.judged(at).health.trouble for contact in rows}

    found = {
        contact.pk: kind
        for kind in Trouble.values
        for contact in TechnicalContact.objects.worrying_for(kind, at)
    }
    worrying = set(TechnicalContact.objects.worrying(at).values_list("pk", flat=True))

    assert len(judged) == 24
    assert found == {pk: trouble for pk, trouble in judged.items() if trouble}
    assert worrying == found.keys()


def test_one_who_left_the_team_counts_as_gone(at):
    """TC-34: those who left the team; PostgreSQL keeps a contact from it."""
    facts = Facts(is_active=True, is_on_team=False, registered_at=at, affirmed_at=at)

    found = judge(facts, at, timedelta(days=30))

    assert (found.state_code, found.is_unreachable) == ("contact.left", True)


def test_until_delivery_a_contact_may_still_sign_up(acme, at):
    """TC-05"""
    application = ApplicationFactory(company=acme, signed=True)
    person = UserFactory(company=acme, registered_at=None)
    TechnicalContactFactory(application=application, user=person)

    assert not TechnicalContact.objects.worrying(at).exists()


def test_an_offboarded_app_worries_nobody(depot, bob, at):
    bounce(bob, at)
    depot.offboarded_at = at
    depot.save()

    assert not TechnicalContact.objects.worrying(at).exists()


def test_an_app_whose_only_address_bounces_is_without_a_reachable_contact(
    depot, driver, bob, dora, at
):
    """TC-18"""
    TechnicalContactFactory(application=depot, user=dora)
    bounce(bob, at)

    assert list(unreachable(Application.objects.all())) == [driver]


def test_admins_hear_beside_a_contact_whose_mail_came_back(depot, alice, bob, at):
    bounce(bob, at)

    readers = audience.technical_readers([depot])[depot.pk]

    assert [(reader.user, reader.role) for reader in readers] == [
        (bob, Role.CONTACT),
        (alice, Role.COMPANY_ADMIN),
    ]


def test_the_vendor_hears_when_the_only_admin_is_the_contact_who_bounced(
    acme, depot, bob, willem, at
):
    bob.is_company_admin = True
    bob.save()
    bounce(bob, at)

    readers = audience.technical_readers([depot])[depot.pk]

    assert [(reader.user, reader.role) for reader in readers] == [
        (bob, Role.CONTACT),
        (willem, Role.ACCOUNT_EXECUTIVE),
    ]


def test_the_tab_says_why_and_shows_the_servers_words_to_those_in_charge(
    client, depot, alice, bob, dora, at, joins
):
    joins(depot, dora)
    bounce(bob, at)

    def page(reader):
        client.force_login(reader)
        return client.get(f"/applications/{depot.pk}/contacts/").content.decode()

    assert "Mail comes back" in page(alice)
    assert "mail came back on 24 Nov 2026" in page(alice)
    assert WORDS in page(alice)
    assert "Mail comes back" in page(dora)
    assert WORDS not in page(dora)


def test_the_page_of_the_app_and_of_the_person_say_it_too(
    client, depot, alice, bob, at
):
    bounce(bob, at)
    client.force_login(alice)

    for address in (f"/applications/{depot.pk}/", f"/people/{bob.pk}/"):
        assert "mail came back on 24 Nov 2026" in client.get(address).content.decode()


def test_the_desk_finds_contacts_by_what_is_wrong(client, depot, bob, dora, stella, at):
    TechnicalContactFactory(application=depot, user=dora)
    bounce(bob, at)
    client.force_login(stella)
    address = "/admin/contacts/technicalcontact/?trouble="

    assert "Mail comes back" in client.get(f"{address}bounced").content.decode()
    found = {
        kind: {row.user for row in client.get(address + kind).context["cl"].result_list}
        for kind in ("bounced", "silent", "nonsense")
    }
    assert found == {"bounced": {bob}, "silent": set(), "nonsense": {bob, dora}}


def test_the_vendor_hears_when_mail_to_the_admins_comes_back_too(
    depot, alice, bob, willem, at
):
    """TC-18: nobody reachable must never mean nobody told."""
    bounce(bob, at)
    bounce(alice, at)

    readers = audience.technical_readers([depot])[depot.pk]

    assert [(reader.user, reader.role) for reader in readers] == [
        (bob, Role.CONTACT),
        (alice, Role.COMPANY_ADMIN),
        (willem, Role.ACCOUNT_EXECUTIVE),
    ]
