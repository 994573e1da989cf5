"""Another e-mail address: asked for, confirmed by both, refused, or waited for."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions, new_addresses, tasks
from companies.models import ActivityEntry, AddressChange
from companies.verbs import Verb
from outbox.models import AddressStanding, Message
from tests.factories.second_factors import switch_on

PASSWORD = "a sentence nobody guesses"
PAGE = reverse("account_email")
OLD, NEW = "alice@acme.example", "alice.moreau@acme.example"


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def wanted(alice):
    return actions.ask_address(alice, NEW, at=timezone.now())


def browser(person):
    """Signed in, and the password shown once more."""
    client = Client()
    client.force_login(person)
    page = reverse("account_reauthenticate")
    actions.confirm_address(person, at=timezone.now())
    client.post(f"{page}?next={PAGE}", {"password": PASSWORD})
    return client


def link_to(address):
    letters = Message.objects.filter(recipient=address, text__contains="/accounts/")
    return re.search(r"http://testserver(/\S+)", letters.latest("created_at").text)[1]


def address_of(person):
    person.refresh_from_db()
    return person.email


def days(number):
    return timezone.now() + timedelta(days=number)


# Asking


def test_it_is_asked_for_with_the_password_shown_once_more(client, alice):
    client.force_login(alice)

    answer = client.post(PAGE, {"email": NEW})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Message.objects.exists()


def test_both_addresses_get_a_letter_and_nothing_changes(alice):
    browser(alice).post(PAGE, {"email": "Alice.Moreau@acme.example"})

    letters = {row.recipient: row.template for row in Message.objects.all()}
    assert letters == {
        OLD: "companies/emails/old_address",
        NEW: "companies/emails/new_address",
    }
    assert address_of(alice) == OLD
    entry = ActivityEntry.objects.get(verb=Verb.ADDRESS_WANTED)
    assert (entry.old, entry.new) == (OLD, NEW)


def test_the_address_of_now_is_no_new_one(alice):
    with pytest.raises(ValidationError, match="your address already"):
        actions.ask_address(alice, " ALICE@acme.example", at=timezone.now())


def test_the_page_does_not_tell_that_an_address_is_taken(alice, bob):
    client = browser(alice)

    free = client.post(PAGE, {"email": NEW})
    taken = client.post(PAGE, {"email": bob.email})

    words = taken.content.decode().replace(bob.email, NEW)
    assert strip_tokens(words) == strip_tokens(free.content.decode())
    assert not Message.objects.filter(recipient=bob.email).exists()


def strip_tokens(said):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)


def test_nobody_makes_us_write_to_many_strangers(alice):
    for number in range(5):
        actions.ask_address(alice, f"stranger{number}@else.example", at=timezone.now())

    with pytest.raises(ValidationError, match="5 times"):
        actions.ask_address(alice, "stranger5@else.example", at=timezone.now())

    assert not Message.objects.filter(recipient="stranger5@else.example").exists()
    assert alice.address_changes.open().get().new == "stranger4@else.example"
    actions.ask_address(alice, "stranger5@else.example", at=days(1.1))


def test_another_wish_takes_the_place_of_the_first(alice, wanted):
    first = link_to(NEW)
    actions.ask_address(alice, "third@acme.example", at=timezone.now())

    answer = browser(alice).post(first)

    assert "This link no longer works" in answer.content.decode()
    assert AddressChange.objects.open().get().new == "third@acme.example"


def test_one_wish_is_open_at_a_time(alice, wanted):
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.create(
            person=alice, old=OLD, new="x@y.example", asked_at=timezone.now()
        )


def test_it_can_be_withdrawn(alice, wanted):
    client = browser(alice)
    assert f"{NEW} waits" in client.get(PAGE).content.decode()

    client.get(reverse("account_withdraw_address"))
    assert AddressChange.objects.open().exists(), "a GET withdraws nothing"
    client.post(reverse("account_withdraw_address"))

    assert not AddressChange.objects.open().exists()
    assert "waits" not in client.get(PAGE).content.decode()


# Both confirm


@pytest.mark.parametrize("first", [OLD, NEW])
def test_it_changes_when_both_have_confirmed_in_either_order(alice, first):
    client = browser(alice)
    client.post(PAGE, {"email": NEW})
    links = {OLD: link_to(OLD), NEW: link_to(NEW)}

    for side in (first, NEW if first == OLD else OLD):
        assert address_of(alice) == OLD
        client.get(links[side])
        assert address_of(alice) == OLD, "mail scanners follow links"
        client.post(links[side], {"answer": "yes"})

    assert address_of(alice) == NEW
    rows = EmailAddress.objects.filter(user=alice)
    assert [(row.email, row.verified, row.primary) for row in rows] == [
        (NEW, True, True)
    ]
    told = Message.objects.get(template="companies/emails/address_changed")
    assert told.recipient == OLD
    assert NEW in told.text
    entry = ActivityEntry.objects.get(verb=Verb.ADDRESS_CHANGED)
    assert (entry.old, entry.new) == (OLD, NEW)
    assert AddressChange.objects.get().ending == AddressChange.Ending.CHANGED


def test_the_old_address_answers_without_signing_in(alice, wanted):
    """A stranger may have shut its reader out."""
    link = link_to(OLD)

    page = Client().get(link).content.decode()
    Client().post(link, {"answer": "yes"})

    assert NEW in page
    assert "This was not me" in page
    wanted.refresh_from_db()
    assert wanted.old_confirmed_at


def test_the_page_says_what_is_missing(alice, wanted):
    client = browser(alice)

    answer = client.post(link_to(NEW), follow=True)

    assert f"One word is missing, that of {OLD}" in answer.content.decode()
    assert f"The word of {OLD} is missing" in client.get(PAGE).content.decode()


def test_one_signs_in_with_the_new_address_only(alice):
    actions.change_address(alice, NEW, at=timezone.now())
    found = []
    for login in (OLD, NEW):
        client = Client()
        fields = {"login": login, "password": PASSWORD}
        client.post(reverse("account_login"), fields)
        found.append(client.get(reverse("companies:account")).status_code)

    assert found == [302, 200]


def test_a_letter_that_went_astray_opens_nothing_for_its_reader(alice, bob, wanted):
    """Otherwise a mistyped address would give the account away."""
    link = link_to(NEW)
    stranger, nobody = Client(), Client()
    stranger.force_login(bob)

    page = stranger.post(link)
    shut = nobody.post(link)

    assert "This link no longer works" in page.content.decode()
    assert shut.url.startswith(reverse("account_login"))
    wanted.refresh_from_db()
    assert wanted.new_confirmed_at is None


def test_the_new_address_cannot_answer_for_the_old_one(alice, wanted):
    key = new_addresses.sign(wanted, new_addresses.NEW)

    answer = Client().post(
        reverse("account_answer_address", args=[key]), {"answer": "yes"}
    )

    assert "This link no longer works" in answer.content.decode()
    wanted.refresh_from_db()
    assert wanted.old_confirmed_at is None


@pytest.mark.parametrize("side", [OLD, NEW])
def test_a_link_works_until_it_is_done(alice, wanted, side):
    client = browser(alice)
    links = {OLD: link_to(OLD), NEW: link_to(NEW)}
    for link in links.values():
        client.post(link, {"answer": "yes"})

    answer = client.post(links[side], {"answer": "no"})

    assert "This link no longer works" in answer.content.decode()
    assert address_of(alice) == NEW


@pytest.mark.parametrize("side", [new_addresses.OLD, new_addresses.NEW])
def test_an_unconfirmed_wish_lasts_a_day(alice, wanted, side):
    key = new_addresses.sign(wanted, side)
    almost, late = timedelta(hours=23, minutes=59), timedelta(hours=24)

    assert new_addresses.change_in(key, side, wanted.asked_at + almost) == wanted
    assert new_addresses.change_in(key, side, wanted.asked_at + late) is None


def test_a_link_made_by_hand_is_none(db):
    for key in ("made-by-hand", "00000000000040008000000000000000:x"):
        assert new_addresses.change_in(key, new_addresses.OLD, timezone.now()) is None


def test_an_address_taken_meanwhile_is_refused_in_words(alice, bob, wanted):
    client = browser(alice)
    client.post(link_to(OLD), {"answer": "yes"})
    link = link_to(NEW)
    bob.email = NEW
    bob.save()

    answer = client.post(link)

    assert "This e-mail address is taken" in answer.content.decode()
    assert address_of(alice) == OLD


# It was not me


def test_who_did_not_ask_ends_it_and_every_session(alice, wanted):
    thief = browser(alice)
    link = link_to(OLD)

    answer = Client().post(link, {"answer": "no"})

    assert "Your address stays" in answer.content.decode()
    assert address_of(alice) == OLD
    wanted.refresh_from_db()
    assert wanted.ending == AddressChange.Ending.REFUSED
    assert thief.get(reverse("companies:account")).status_code == 302
    assert not alice.has_usable_password()
    assert ActivityEntry.objects.filter(verb=Verb.ADDRESS_REFUSED).count() == 1
    letter = Message.objects.get(template="companies/emails/address_kept")
    assert letter.recipient == OLD
    assert reverse("account_reset_password") in letter.text


def test_afterwards_the_owner_chooses_a_new_password(alice, wanted):
    Client().post(link_to(OLD), {"answer": "no"})
    owner = Client()
    owner.post(reverse("account_reset_password"), {"email": OLD})
    form = owner.get(link_to(OLD), follow=True).redirect_chain[-1][0]

    words = {"password1": "another long sentence", "password2": "another long sentence"}
    owner.post(form, words)
    fields = {"login": OLD, "password": "another long sentence"}
    owner.post(reverse("account_login"), fields)

    assert owner.get(reverse("companies:account")).status_code == 200


def test_an_app_that_a_thief_switched_on_keeps_nobody_out(alice, wanted):
    switch_on(alice)

    answer = Client().post(link_to(OLD), {"answer": "no"})

    assert not Authenticator.objects.filter(user=alice).exists()
    assert "nor does any passkey or authenticator app" in answer.content.decode()
    letter = Message.objects.get(template="companies/emails/address_kept")
    assert "switch it on again" in letter.text


def test_the_new_address_confirms_nothing_afterwards(alice, wanted):
    link = link_to(NEW)
    Client().post(link_to(OLD), {"answer": "no"})
    alice.refresh_from_db()
    client = Client()
    client.force_login(alice)

    answer = client.post(link)

    assert "This link no longer works" in answer.content.decode()
    actions.finish_addresses(at=days(30))
    assert address_of(alice) == OLD


def test_a_password_reset_by_letter_withdraws_it(alice, wanted):
    """Whoever reads the old mailbox has taken the account back."""
    actions.reset_password(alice, "another long sentence", at=timezone.now())

    wanted.refresh_from_db()
    assert wanted.ending == AddressChange.Ending.WITHDRAWN


def test_a_new_password_chosen_while_signed_in_withdraws_it_too(alice, wanted):
    """That is how an owner answers who has read of a change; a thief may confirm it."""
    actions.confirm_new_address(wanted, at=timezone.now())

    actions.set_password(alice, "another long sentence", at=timezone.now())

    assert actions.finish_addresses(at=days(8)) == 0
    assert address_of(alice) == OLD


# The mailbox of before is gone


def test_without_a_word_of_the_old_one_it_takes_effect_after_some_days(
    alice, wanted, settings
):
    settings.ADDRESS_CHANGE_DAYS = 3
    actions.confirm_new_address(wanted, at=timezone.now())

    assert actions.finish_addresses(at=days(2.9)) == 0
    assert address_of(alice) == OLD
    assert actions.finish_addresses(at=days(3.1)) == 1
    assert actions.finish_addresses(at=days(3.1)) == 0, "twice changes nothing"

    assert address_of(alice) == NEW
    assert Message.objects.filter(template="companies/emails/address_changed").exists()


def test_the_old_one_may_object_as_long_as_it_waits(alice, wanted):
    actions.confirm_new_address(wanted, at=timezone.now())

    actions.refuse_address(wanted, at=days(6.9))

    assert actions.finish_addresses(at=days(8)) == 0
    assert address_of(alice) == OLD


def test_without_the_new_one_nothing_takes_effect(alice, wanted):
    actions.confirm_old_address(wanted, at=timezone.now())

    assert actions.finish_addresses(at=days(30)) == 0

    assert address_of(alice) == OLD
    wanted.refresh_from_db()
    assert wanted.ending == AddressChange.Ending.LAPSED


def test_an_address_taken_while_it_waited_is_not_taken_away(alice, bob, wanted):
    actions.confirm_new_address(wanted, at=timezone.now())
    bob.email = NEW
    bob.save()

    assert actions.finish_addresses(at=days(8)) == 0

    assert (address_of(alice), address_of(bob)) == (OLD, NEW)
    wanted.refresh_from_db()
    assert wanted.ending == AddressChange.Ending.LAPSED


def test_a_closed_account_gets_no_address(alice, wanted):
    actions.confirm_new_address(wanted, at=timezone.now())
    alice.is_active = False
    alice.save()

    assert actions.finish_addresses(at=days(8)) == 0
    assert address_of(alice) == OLD


def test_the_clock_finishes_them(alice, wanted):
    AddressChange.objects.update(new_confirmed_at=days(-8))

    tasks.finish_addresses()

    assert address_of(alice) == NEW


def test_whoever_confirms_the_new_mailbox_reads_mail_there(wanted, alice):
    """A mark of the address from before is over; the one of the old address stays."""
    for address in (OLD, NEW):
        AddressStanding.objects.note_report(address, "550 5.1.1 gone", timezone.now())

    actions.confirm_new_address(wanted, at=timezone.now())

    assert AddressStanding.objects.bounced().get().address == OLD


def test_whoever_chose_a_password_by_letter_reads_mail_there(alice):
    AddressStanding.objects.note_report(OLD, "550 5.1.1 gone", timezone.now())

    actions.reset_password(alice, PASSWORD, at=timezone.now())

    assert not AddressStanding.objects.bounced().exists()
