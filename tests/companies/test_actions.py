import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from companies import actions
from companies.models import ActivityEntry, Company, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import CompanyFactory, ServiceLevelFactory, UserFactory
from tests.marks import on_postgresql

AT = timezone.now()


def log():
    return [
        (entry.verb, entry.actor, entry.thing, entry.old, entry.new)
        for entry in ActivityEntry.objects.order_by("id")
    ]


def add(stella, **facts):
    facts = {"email": "Carl@Acme.example ", "name": "Carl Ek", **facts}
    return actions.add_person(by=stella, at=AT, **facts)


def test_add_person_opens_an_account_that_waits_for_its_owner(acme, stella):
    carl = add(stella, company=acme, is_company_admin=True)

    carl.refresh_from_db()
    assert carl.email == "carl@acme.example"
    assert carl.company == acme
    assert carl.is_company_admin
    assert not carl.has_account
    assert not carl.has_usable_password()


def test_add_person_writes_a_letter_and_an_entry(acme, stella):
    add(stella, company=acme)

    message = Message.objects.get()
    assert message.recipient == "carl@acme.example"
    assert message.template == "companies/emails/welcome"
    assert "as one of Acme" in message.text
    assert log() == [(Verb.PERSON_ADDED, "Stella Brandt", "Carl Ek", "", "")]


@pytest.mark.parametrize(
    "facts",
    [
        {"email": "alice@ACME.example"},
        {"email": "no address"},
        {"is_company_admin": True},
        {"is_staff": True, "company": "acme"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_add_person_is_refused_and_leaves_no_trace(facts, alice, acme, stella):
    facts = {k: acme if v == "acme" else v for k, v in facts.items()}

    with pytest.raises(ValidationError):
        add(stella, **facts)

    assert not Message.objects.exists()
    assert log() == []


def test_confirm_address_makes_an_account_once(bob):
    """TC-04"""
    User.objects.filter(pk=bob.pk).update(registered_at=None)
    bob.refresh_from_db()

    actions.confirm_address(bob, at=AT)
    actions.confirm_address(bob, at=AT + timedelta(days=1))

    bob.refresh_from_db()
    assert bob.registered_at == AT
    row = EmailAddress.objects.get(user=bob)
    assert (row.email, row.verified, row.primary) == (bob.email, True, True)
    assert log() == [(Verb.PERSON_REGISTERED, "Bob Weber", "bob@acme.example", "", "")]


def test_change_account_notes_each_change_in_words(bob):
    actions.change_account(
        bob,
        by=bob,
        at=AT,
        name="Bob Weaver",
        phone="+31 6 1",
        appearance="dark",
        language="en",
    )

    bob.refresh_from_db()
    assert (bob.name, bob.phone, bob.appearance) == ("Bob Weaver", "+31 6 1", "dark")
    who = "Bob Weber"
    assert log() == [
        (Verb.PERSON_CHANGED, who, "name of Bob Weaver", "Bob Weber", "Bob Weaver"),
        (Verb.PERSON_CHANGED, who, "phone of Bob Weaver", "nothing", "+31 6 1"),
        (
            Verb.PERSON_CHANGED,
            who,
            "appearance of Bob Weaver",
            "As the system",
            "Dark",
        ),
    ]


def test_change_account_refuses_what_the_model_refuses(bob):
    with pytest.raises(ValidationError):
        actions.change_account(bob, by=bob, at=AT, time_zone="Mars/Olympus")

    bob.refresh_from_db()
    assert bob.time_zone == "Europe/Amsterdam"
    assert log() == []


def test_join_company_is_for_who_has_none(acme, stella):
    nora = UserFactory(company=None, name="Nora")

    actions.join_company(nora, acme, by=stella, at=AT)

    nora.refresh_from_db()
    assert nora.company == acme
    assert log() == [(Verb.PERSON_JOINED, "Stella Brandt", "Nora", "", "Acme")]


def test_join_company_refuses_who_belongs_elsewhere(acme, charlie, stella, willem):
    for person in (charlie, willem):
        with pytest.raises(ValidationError, match="belongs elsewhere"):
            actions.join_company(person, acme, by=stella, at=AT)


def test_end_sessions_signs_out_on_every_device(client, bob, stella):
    client.force_login(bob)

    actions.end_sessions(bob, by=stella, at=AT)

    assert client.get("/account/").status_code == 302
    assert log() == [(Verb.SESSIONS_ENDED, "Stella Brandt", "Bob Weber", "", "")]


def test_a_session_survives_a_change_of_the_secret_key(client, bob, settings):
    settings.SECRET_KEY, first = "another-key" * 5, settings.SECRET_KEY
    client.force_login(bob)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = first

    assert client.get("/account/").status_code == 200


def test_close_account_is_refused_for_oneself(alice):
    """E35, CO-05"""
    UserFactory(company=alice.company, admin=True)

    with pytest.raises(ValidationError, match="your own"):
        actions.close_account(alice, by=alice, at=AT)


def test_close_account_is_refused_for_the_last_admin(alice, stella):
    """E35"""
    with pytest.raises(ValidationError, match="only company admin"):
        actions.close_account(alice, by=stella, at=AT)

    alice.refresh_from_db()
    assert alice.is_active


def test_close_account_is_refused_for_the_company_contact(acme, bob, stella):
    """CO-10"""
    actions.name_contact(bob, by=stella, at=AT)

    with pytest.raises(ValidationError, match="company contact"):
        actions.close_account(bob, by=stella, at=AT)


def test_closing_and_opening_are_noted(bob, stella):
    actions.close_account(bob, by=stella, at=AT)
    bob.refresh_from_db()
    assert not bob.is_active
    assert not bob.has_account

    actions.reopen_account(bob, by=stella, at=AT)
    bob.refresh_from_db()
    assert bob.is_active
    assert [entry[0] for entry in log()] == [
        Verb.ACCOUNT_CLOSED,
        Verb.ACCOUNT_REOPENED,
    ]


# Companies


def test_register_company_begins_a_customer(stella):
    company = actions.register_company(name=" Initech ", by=stella, at=AT)

    assert Company.objects.get() == company
    assert company.name == "Initech"
    assert log() == [(Verb.COMPANY_REGISTERED, "Stella Brandt", "Initech", "", "")]


def test_register_company_refuses_a_name_that_is_taken(acme, stella):
    with pytest.raises(ValidationError):
        actions.register_company(name="Acme", by=stella, at=AT)


def test_change_company_notes_names_not_numbers(acme, stella, willem):
    level = ServiceLevelFactory(name="Platinum")

    actions.change_company(
        acme, by=stella, at=AT, service_level=level, customer_success_manager=willem
    )

    acme.refresh_from_db()
    assert acme.service_level == level
    assert [entry[2:] for entry in log()] == [
        ("service level of Acme", "nothing", "Platinum"),
        ("customer success manager of Acme", "nothing", "Willem Fraser"),
    ]


def test_the_company_contact_is_one_of_the_company(acme, charlie, stella):
    with pytest.raises(ValidationError, match="of the company"):
        actions.change_company(acme, by=stella, at=AT, contact=charlie)


def test_name_contact_needs_somebody_with_an_account(acme, alice):
    carl = UserFactory(company=acme, unregistered=True)

    with pytest.raises(ValidationError, match="confirmed address"):
        actions.name_contact(carl, by=alice, at=AT)


def test_name_admin_makes_one_more(alice, bob):
    """CO-04"""
    actions.name_admin(bob, by=alice, at=AT)
    actions.name_admin(bob, by=alice, at=AT)

    assert set(User.objects.admins_of(bob.company)) == {alice, bob}
    assert log() == [(Verb.ADMIN_NAMED, "Alice Moreau", "Bob Weber", "", "")]


def test_unname_admin_makes_a_member_again(alice, bob):
    actions.name_admin(bob, by=alice, at=AT)

    actions.unname_admin(bob, by=alice, at=AT)
    actions.unname_admin(bob, by=alice, at=AT)

    assert list(User.objects.admins_of(alice.company)) == [alice]
    assert log()[1:] == [(Verb.ADMIN_UNNAMED, "Alice Moreau", "Bob Weber", "", "")]


def test_unname_admin_is_refused_for_oneself(alice, bob):
    """E35, CO-05: even when another admin is left."""
    actions.name_admin(bob, by=alice, at=AT)

    with pytest.raises(ValidationError, match="yourself"):
        actions.unname_admin(alice, by=alice, at=AT)


def test_unname_admin_is_refused_for_the_last_one(alice, stella):
    """E35"""
    UserFactory(company=alice.company, admin=True, deactivated=True)

    with pytest.raises(ValidationError, match="only company admin"):
        actions.unname_admin(alice, by=stella, at=AT)

    alice.refresh_from_db()
    assert alice.is_company_admin


@pytest.mark.parametrize("who", ["bob", "charlie"])
@pytest.mark.parametrize(
    "verb", [actions.name_admin, actions.unname_admin, actions.name_contact]
)
def test_only_own_admins_and_staff_decide(verb, who, request, alice, bob):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        verb(bob, by=by, at=AT)


def test_who_has_just_lost_the_role_decides_no_more(alice, bob):
    """The request began as an admin; the row says otherwise now."""
    actions.name_admin(bob, by=alice, at=AT)
    User.objects.filter(pk=alice.pk).update(is_company_admin=False)

    with pytest.raises(PermissionDenied):
        actions.unname_admin(bob, by=alice, at=AT)


def test_somebody_without_a_company_cannot_be_its_admin(stella):
    nora = UserFactory(company=None)

    with pytest.raises(ValidationError, match="needs a company"):
        actions.name_admin(nora, by=stella, at=AT)


def test_a_closed_account_cannot_be_admin(acme, alice):
    carl = UserFactory(company=acme, deactivated=True)

    with pytest.raises(ValidationError, match="closed"):
        actions.name_admin(carl, by=alice, at=AT)


@on_postgresql()
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_leave_one():
    """CO-05 under two simultaneous requests."""
    company = CompanyFactory()
    pair = UserFactory.create_batch(2, company=company, admin=True)
    start = threading.Barrier(2)

    def remove(person, by):
        start.wait()
        try:
            actions.unname_admin(person, by=by, at=AT)
        except (ValidationError, PermissionDenied):
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=remove, args=(pair[0], pair[1])),
        threading.Thread(target=remove, args=(pair[1], pair[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.admins_of(company).count() == 1
