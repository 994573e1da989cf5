"""Signing in by a letter: in the browser that asked, by a button, once."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions
from outbox.models import Message
from tests.factories.companies import UserFactory

ASK = reverse("account_request_login_code")
CONFIRM = reverse("account_confirm_login_code")


def ask(client, email):
    return client.post(ASK, {"email": email})


def letter_link():
    text = Message.objects.get(template="companies/emails/sign_in_code").text
    return re.search(r"http://testserver(/\S+)", text)[1]


def code_in(link):
    return link.partition("code=")[2]


def is_signed_in(client):
    return client.get(reverse("companies:account")).status_code == 200


def test_the_link_opens_a_page_whose_button_signs_in(client, alice):
    ask(client, "Alice@acme.example")
    link = letter_link()

    page = client.get(link)
    assert f'value="{code_in(link)}"' in page.content.decode()
    assert not is_signed_in(client), "mail scanners follow links: a GET opens nothing"
    client.post(link, {"code": code_in(link)})

    assert is_signed_in(client)


def test_the_code_can_be_typed_instead(client, alice):
    answer = ask(client, alice.email)
    assert answer.url == CONFIRM

    client.post(CONFIRM, {"code": code_in(letter_link()).lower()})

    assert is_signed_in(client)


def test_in_another_browser_the_link_opens_nothing(client, alice):
    """Whoever the letter is forwarded to, or reads along, stays outside."""
    ask(client, alice.email)
    link = letter_link()
    other = Client()

    page = other.get(link)
    other.post(link, {"code": code_in(link)})

    assert "This link does not work here" in page.content.decode()
    assert not is_signed_in(other)


def test_who_asked_for_somebody_elses_letter_needs_that_letter(client, alice, bob):
    """One's own code does not open the account of another."""
    ask(client, bob.email)
    own = code_in(letter_link())
    thief = Client()
    ask(thief, alice.email)

    thief.post(CONFIRM, {"code": own})

    assert not is_signed_in(thief)


def test_a_code_signs_in_once(client, alice):
    ask(client, alice.email)
    link = letter_link()
    client.post(link, {"code": code_in(link)})
    client.post(reverse("account_logout"))

    client.post(link, {"code": code_in(link)})

    assert not is_signed_in(client)


def test_after_a_quarter_of_an_hour_it_is_too_late(client, alice, monkeypatch):
    ask(client, alice.email)
    link, now = letter_link(), time.time()

    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    client.post(link, {"code": code_in(link)})

    assert not is_signed_in(client)
    letter = Message.objects.get()
    assert 14 < (letter.expires_at - letter.created_at).total_seconds() / 60 <= 15.1


def test_guessing_ends_after_three(client, alice):
    ask(client, alice.email)
    for _guess in range(3):
        client.post(CONFIRM, {"code": "AAAA-AAAA"})

    client.post(CONFIRM, {"code": code_in(letter_link())})

    assert not is_signed_in(client)


def test_the_letter_leaves_through_the_outbox_and_keeps_its_secret(
    client, alice, mailoutbox
):
    ask(client, alice.email)

    letter = Message.objects.get()
    assert letter.recipient == alice.email
    assert code_in(letter_link()) not in letter.key + letter.subject
    assert mailoutbox == []


@pytest.mark.parametrize("address", ["who@else.example", "closed@acme.example"])
def test_nobody_is_written_to_who_has_no_account(client, alice, acme, address):
    UserFactory(email="closed@acme.example", company=acme, deactivated=True)
    known = ask(Client(), alice.email)
    Message.objects.all().delete()

    answer = ask(client, address)

    assert (answer.status_code, answer.url) == (known.status_code, known.url)
    assert client.get(answer.url).status_code == 200
    assert not Message.objects.exists()


def test_an_account_closed_meanwhile_stays_closed(client, bob, stella):
    ask(client, bob.email)
    link = letter_link()
    actions.close_account(bob, by=stella, at=timezone.now())

    client.post(link, {"code": code_in(link)})

    assert not is_signed_in(client)


def test_a_second_factor_is_asked_for_all_the_same(client, alice):
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    ask(client, alice.email)
    link = letter_link()

    answer = client.post(link, {"code": code_in(link)})

    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_whoever_is_signed_in_goes_on(client, alice):
    client.force_login(alice)

    assert client.get(f"{CONFIRM}?code=ABCD-EFGH").status_code == 302


def test_whoever_gets_no_letter_begins_anew(client, alice):
    ask(client, "alise@acme.example")
    assert client.get(ASK).url == CONFIRM

    answer = client.post(reverse("account_logout"), {"next": ASK})
    assert answer.url == ASK
    ask(client, alice.email)
    client.post(CONFIRM, {"code": code_in(letter_link())})

    assert is_signed_in(client)


def test_nobody_can_be_flooded_with_letters(alice):
    for _time in range(5):
        ask(Client(), alice.email)

    assert Message.objects.count() == 3
