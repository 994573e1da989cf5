"""The security contact: named by an admin, confirmed by a link, dropped in time."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions, security_links, tasks
from companies.models import ActivityEntry, SecurityContact
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import SecurityContactFactory, UserFactory

PASSWORD = "a sentence nobody guesses"
NAME_PAGE = reverse("companies:name_security_contact")
COMPANY = reverse("companies:company")
MAILBOX = "security@acme.example"


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def browser(alice):
    """Alice, who has shown her password once more."""
    client = Client()
    client.force_login(alice)
    actions.confirm_address(alice, at=timezone.now())
    page = reverse("account_reauthenticate")
    client.post(f"{page}?next={NAME_PAGE}", {"password": PASSWORD})
    return client


def named(alice, name="Security Desk", email=MAILBOX, at=None):
    return actions.name_security_contact(
        alice.company, name=name, email=email, by=alice, at=at or timezone.now()
    )


def confirmed(alice, **facts):
    contact = named(alice, **facts)
    actions.confirm_security_contact(contact, at=timezone.now())
    contact.refresh_from_db()
    return contact


def letters(template):
    return Message.objects.filter(template=f"companies/emails/{template}")


def link_to(address):
    text = letters("security_contact").filter(recipient=address).last().text
    return re.search(r"http://testserver(/\S+)", text)[1]


def said(answer):
    return " ".join(answer.content.decode().split())


# Named and confirmed


def test_it_is_named_with_the_password_shown_once_more(client, alice):
    """CO-16"""
    client.force_login(alice)

    answer = client.post(NAME_PAGE, {"name": "Security Desk", "email": MAILBOX})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not SecurityContact.objects.exists()


def test_a_named_contact_confirms_on_a_page_with_a_button(browser, alice):
    """CO-16"""
    answer = browser.post(
        NAME_PAGE,
        {"name": "Security Desk", "email": "Security@ACME.example"},
        follow=True,
    )
    assert "A link is on its way to security@acme.example" in said(answer)
    assert "Waits to be confirmed" in said(answer)
    nobody, link = Client(), link_to(MAILBOX)

    page = nobody.get(link)
    assert "Be the security contact of Acme?" in said(page)
    assert not SecurityContact.objects.get().is_confirmed, "scanners follow links"
    done = nobody.post(link)

    assert "You are the security contact of Acme" in said(done)
    assert SecurityContact.objects.get().is_confirmed
    assert "Security Desk" in said(browser.get(COMPANY))
    told = letters("security_contact_news").get()
    assert told.recipient == alice.email
    assert told.subject == "Security Desk is your security contact"


def test_the_log_says_who_named_and_who_confirmed(alice):
    """CO-16"""
    confirmed(alice)

    found = ActivityEntry.objects.order_by("pk").values_list("actor", "verb", "new")
    whom = f"Security Desk, {MAILBOX}"
    assert list(found) == [
        ("Alice Moreau", Verb.SECURITY_CONTACT_NAMED, whom),
        ("Security Desk", Verb.SECURITY_CONTACT_CONFIRMED, whom),
    ]


def test_a_link_confirms_once(alice):
    named(alice)
    link, nobody = link_to(MAILBOX), Client()
    nobody.post(link)

    again = nobody.post(link)

    assert "This link no longer works" in said(again)
    assert letters("security_contact_news").count() == 1


@pytest.mark.parametrize("key", ["made-by-hand", "0123:abc", "x" * 200])
def test_a_link_made_by_hand_confirms_nothing(alice, client, key):
    named(alice)

    answer = client.post(reverse("companies:confirm_security_contact", args=[key]))

    assert "This link no longer works" in said(answer)
    assert not SecurityContact.objects.get().is_confirmed


def test_what_was_signed_for_something_else_confirms_nothing(alice):
    contact = named(alice)
    key = security_links.sign(contact)

    other = security_links.signing.Signer(salt="elsewhere").sign(contact.pk.hex)

    assert security_links.contact_in(key, timezone.now()) == contact
    assert security_links.contact_in(other, timezone.now()) is None


# Seven days


def test_the_time_is_a_setting(alice, settings):
    """CO-16"""
    settings.SECURITY_CONTACT_DAYS = 3
    at = timezone.now()

    assert named(alice, at=at).lapses_at == at + timedelta(days=3)


def test_unconfirmed_for_seven_days_it_is_dropped_and_the_admins_are_told(alice):
    """CO-16"""
    at = timezone.now()
    contact = named(alice, at=at)
    in_time = at + timedelta(days=7, seconds=-1)
    late = at + timedelta(days=7)

    assert actions.lapse_security_contacts(at=in_time) == 0
    assert actions.lapse_security_contacts(at=late) == 1
    assert actions.lapse_security_contacts(at=late) == 0

    assert not SecurityContact.objects.exists()
    assert security_links.contact_in(security_links.sign(contact), in_time) is None
    told = letters("security_contact_news").get()
    assert told.recipient == alice.email
    assert "Nobody confirmed the address security@acme.example" in told.text
    assert ActivityEntry.objects.filter(verb=Verb.SECURITY_CONTACT_LAPSED).count() == 1


def test_a_late_click_changes_nothing_though_the_clock_has_not_noted_it(alice):
    """CO-16"""
    at = timezone.now()
    contact = named(alice, at=at)

    with pytest.raises(ValidationError, match="no longer works"):
        actions.confirm_security_contact(contact, at=at + timedelta(days=7))

    assert not SecurityContact.objects.get().is_confirmed


def test_the_clock_drops_nobody_who_has_confirmed(alice):
    contact = confirmed(alice)

    assert actions.lapse_security_contacts(at=contact.lapses_at) == 0
    assert SecurityContact.objects.get().is_confirmed


def test_two_sweeps_that_both_saw_it_drop_it_once(alice):
    """Exactly once: the second finds the row gone under the company's lock."""
    contact = named(alice, at=timezone.now() - timedelta(days=8))
    stale = SecurityContact.objects.with_people().get(pk=contact.pk)
    tasks.lapse_security_contacts()

    repeated = actions.security_contacts._lapse(stale, at=timezone.now())

    assert repeated is False
    assert letters("security_contact_news").count() == 1


# The link again


def test_the_link_goes_out_again_within_the_same_time(browser, alice):
    """CO-16"""
    at = timezone.now() - timedelta(days=2)
    contact = named(alice, at=at)

    answer = browser.post(
        reverse("companies:ask_security_contact_again", args=[contact.pk]), follow=True
    )

    assert "on its way to security@acme.example again" in said(answer)
    contact.refresh_from_db()
    assert contact.lapses_at == at + timedelta(days=7)
    first, again = letters("security_contact").order_by("created_at")
    assert again.subject.startswith("Reminder")
    assert link_to(MAILBOX) in first.text


def test_nobody_makes_us_write_to_many_strangers(alice):
    for number in range(10):
        named(alice, email=f"stranger{number}@else.example")

    with pytest.raises(ValidationError, match="10 times"):
        named(alice, email="stranger10@else.example")

    assert letters("security_contact").count() == 10
    tomorrow = timezone.now() + timedelta(days=1.1)
    named(alice, email="stranger10@else.example", at=tomorrow)


def test_not_more_than_once_an_hour(alice):
    contact = named(alice)

    with pytest.raises(ValidationError, match="less than an hour ago"):
        actions.ask_security_contact_again(contact, by=alice, at=timezone.now())

    assert letters("security_contact").count() == 1


def test_not_after_the_time(alice):
    at = timezone.now()
    contact = named(alice, at=at)

    with pytest.raises(ValidationError, match="Nobody waits"):
        actions.ask_security_contact_again(
            contact, by=alice, at=at + timedelta(days=7, hours=1)
        )


# Replaced, withdrawn, removed


def test_the_one_before_stays_until_the_new_one_confirms(alice):
    """CO-16"""
    confirmed(alice, name="Vera", email="vera@acme.example")
    new = named(alice)
    known = SecurityContact.objects.confirmed().get()
    assert known.email == "vera@acme.example"

    actions.confirm_security_contact(new, at=timezone.now())

    assert SecurityContact.objects.get().email == MAILBOX
    told = letters("security_contact_ended").get()
    assert told.recipient == "vera@acme.example"
    assert "Security Desk is the security contact of Acme" in told.text
    news = letters("security_contact_news").order_by("created_at").last()
    assert "Vera was it before and is told" in " ".join(news.text.split())


def test_naming_another_takes_the_link_from_the_one_who_waited(alice, client):
    first = named(alice, name="Vera", email="vera@acme.example")
    link = link_to("vera@acme.example")

    named(alice)

    assert SecurityContact.objects.get().email == MAILBOX
    assert "no longer works" in said(client.post(link))
    dropped = ActivityEntry.objects.get(verb=Verb.SECURITY_CONTACT_REMOVED)
    assert dropped.old == f"{first.name}, vera@acme.example"


def test_the_same_address_only_corrects_the_name(alice):
    contact = confirmed(alice, name="Scurity Desk")

    named(alice, name="Security Desk")

    contact.refresh_from_db()
    assert (contact.name, contact.is_confirmed) == ("Security Desk", True)
    assert letters("security_contact").count() == 1


def test_an_address_that_let_its_time_pass_may_be_named_anew(alice):
    at = timezone.now()
    named(alice, at=at - timedelta(days=8))

    contact = named(alice, at=at)

    assert contact.is_waiting(at)
    assert SecurityContact.objects.get() == contact


def test_removing_asks_first_and_tells_both_sides(browser, alice):
    """CO-16"""
    contact = confirmed(alice)
    page = reverse("companies:remove_security_contact", args=[contact.pk])

    question = said(browser.get(page))
    assert "Remove Security Desk as security contact?" in question
    assert SecurityContact.objects.exists()
    answer = browser.post(page, follow=True)

    assert "Security Desk is removed" in said(answer)
    assert not SecurityContact.objects.exists()
    assert letters("security_contact_ended").get().recipient == MAILBOX
    news = letters("security_contact_news").order_by("created_at").last()
    assert "Alice Moreau has removed the address" in news.text
    assert ActivityEntry.objects.filter(verb=Verb.SECURITY_CONTACT_REMOVED).exists()


def test_withdrawing_one_who_waits_writes_to_nobody(browser, alice):
    contact = named(alice)

    browser.post(reverse("companies:remove_security_contact", args=[contact.pk]))

    assert not SecurityContact.objects.exists()
    assert not letters("security_contact_ended").exists()


# Who may


def test_only_admins_of_the_company_decide(alice, bob, charlie):
    """CO-16, PE-02"""
    contact = named(alice)
    at = timezone.now()

    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            actions.name_security_contact(
                alice.company, name="Me", email="me@x.example", by=person, at=at
            )
        with pytest.raises(PermissionDenied):
            actions.remove_security_contact(contact, by=person, at=at)
        with pytest.raises(PermissionDenied):
            actions.ask_security_contact_again(contact, by=person, at=at)

    assert SecurityContact.objects.get() == contact


def test_an_admin_who_is_one_no_longer_decides_nothing(alice):
    stale = UserFactory(company=alice.company, admin=True)
    type(stale).objects.filter(pk=stale.pk).update(is_company_admin=False)

    with pytest.raises(PermissionDenied):
        named(stale)


def test_members_are_not_shown_it(client, alice, bob):
    confirmed(alice)
    client.force_login(bob)

    assert client.get(NAME_PAGE).status_code == 403
    assert MAILBOX not in said(client.get(COMPANY))


@pytest.mark.parametrize("fields", [{"name": "", "email": MAILBOX}, {"name": "A"}])
def test_a_name_and_an_address_are_needed(browser, fields):
    answer = browser.post(NAME_PAGE, {"email": "no address", **fields})

    assert answer.status_code == 200
    assert not SecurityContact.objects.exists()


# What the database holds


@pytest.mark.parametrize("trait", [{"confirmed": True}, {}])
def test_one_confirmed_and_one_waiting_at_most(alice, trait):
    """CO-16"""
    facts = {"company": alice.company, "named_by": alice, **trait}
    SecurityContactFactory(**facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        SecurityContactFactory(**facts)
