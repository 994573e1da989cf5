"""Another e-mail address: asked for, confirmed there, told to the one of before."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions, new_addresses
from companies.models import ActivityEntry
from companies.verbs import Verb
from outbox.models import Message

PASSWORD = "a sentence nobody guesses"
PAGE = reverse("account_email")
NEW = "alice.moreau@acme.example"


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def browser(person):
    """Signed in, and the password shown once more."""
    client = Client()
    client.force_login(person)
    page = reverse("account_reauthenticate")
    actions.confirm_address(person, at=timezone.now())
    client.post(f"{page}?next={PAGE}", {"password": PASSWORD})
    return client


def link_to(address):
    text = Message.objects.get(recipient=address).text
    return re.search(r"http://testserver(/\S+)", text)[1]


def test_it_is_asked_for_with_the_password_shown_once_more(client, alice):
    client.force_login(alice)

    answer = client.post(PAGE, {"email": NEW})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Message.objects.exists()


def test_the_new_address_confirms_and_the_old_one_is_told(alice):
    client = browser(alice)
    client.post(PAGE, {"email": "Alice.Moreau@acme.example"})
    link = link_to(NEW)

    client.get(link)
    alice.refresh_from_db()
    assert alice.email == "alice@acme.example", "mail scanners follow links"
    client.post(link)

    alice.refresh_from_db()
    assert alice.email == NEW
    rows = EmailAddress.objects.filter(user=alice)
    assert [(row.email, row.verified, row.primary) for row in rows] == [
        (NEW, True, True)
    ]
    told = Message.objects.get(recipient="alice@acme.example")
    assert told.template == "companies/emails/address_changed"
    assert NEW in told.text
    entry = ActivityEntry.objects.get(verb=Verb.ADDRESS_CHANGED)
    assert (entry.old, entry.new) == ("alice@acme.example", NEW)


def test_one_signs_in_with_the_new_address_only(alice):
    actions.change_address(alice, NEW, at=timezone.now())
    found = []
    for login in ("alice@acme.example", NEW):
        client = Client()
        fields = {"login": login, "password": PASSWORD}
        client.post(reverse("account_login"), fields)
        found.append(client.get(reverse("companies:account")).status_code)

    assert found == [302, 200]


def test_a_letter_that_went_astray_opens_nothing_for_its_reader(alice, bob):
    """Otherwise a mistyped address would give the account away."""
    browser(alice).post(PAGE, {"email": NEW})
    link = link_to(NEW)
    stranger, nobody = Client(), Client()
    stranger.force_login(bob)

    page = stranger.post(link)
    shut = nobody.post(link)

    assert "This link no longer works" in page.content.decode()
    assert shut.url.startswith(reverse("account_login"))
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.email, bob.email) == ("alice@acme.example", "bob@acme.example")


def test_the_link_works_once(alice):
    client = browser(alice)
    client.post(PAGE, {"email": NEW})
    link = link_to(NEW)
    client.post(link)
    alice.refresh_from_db()
    actions.change_address(alice, "third@acme.example", at=timezone.now())

    answer = client.post(link)

    assert "This link no longer works" in answer.content.decode()


def test_the_link_lasts_a_day(alice, monkeypatch):
    key = new_addresses.sign(alice, NEW)
    now = signing.time.time()
    assert new_addresses.address_in(key, alice) == NEW

    late = now + timedelta(hours=24, minutes=1).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)

    assert new_addresses.address_in(key, alice) == ""


def test_a_link_made_by_hand_is_none(alice):
    assert new_addresses.address_in("made-by-hand", alice) == ""


def test_the_page_does_not_tell_that_an_address_is_taken(alice, bob):
    client = browser(alice)

    free = client.post(PAGE, {"email": NEW})
    taken = client.post(PAGE, {"email": bob.email})

    words = taken.content.decode().replace(bob.email, NEW)
    assert strip_tokens(words) == strip_tokens(free.content.decode())
    assert not Message.objects.filter(recipient=bob.email).exists()


def strip_tokens(said):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)


def test_an_address_taken_meanwhile_is_refused_in_words(alice, bob):
    key = new_addresses.sign(alice, bob.email)
    client = browser(alice)

    answer = client.post(reverse("account_confirm_address", args=[key]))

    assert "This e-mail address is taken" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@acme.example"


def test_the_address_of_now_is_no_new_one(alice):
    with pytest.raises(ValidationError, match="your address already"):
        actions.ask_address(alice, " ALICE@acme.example", at=timezone.now())
