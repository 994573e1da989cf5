"""The letters about accounts: to whom, in which words, for how long."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve
from django.utils import timezone

from companies import actions, emails
from companies.invitees import Invitee
from companies.verbs import Verb
from outbox.models import Message
from outbox.preview import without_secrets
from tests.factories.companies import UserFactory

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIGN_UP = {
    "name": "Uma",
    "email": "uma@new.example",
    "password1": "a sentence nobody guesses",
    "password2": "a sentence nobody guesses",
}
LINK = "http://testserver/accounts/somewhere/secret-key/"

LETTERS = {
    "password_reset": lambda person: emails.password_reset(person, link=LINK, at=AT),
    "confirm_address": lambda person: emails.confirm_address(person, link=LINK, at=AT),
    "account_exists": lambda person: emails.account_exists(person.email, at=AT),
    "password_changed": lambda person: emails.password_changed(person, at=AT),
    "sign_in_code": lambda person: emails.sign_in_code(person, code="ABCD-EFGH", at=AT),
    "security_changed": lambda person: emails.security_changed(
        person, verb=Verb.SECOND_FACTOR_ON, at=AT
    ),
    "welcome": lambda person: emails.welcome(person, at=AT),
}


@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_goes_to_the_person_with_one_thing_to_do(name, bob):
    LETTERS[name](bob)

    letter = Message.objects.get()
    assert letter.recipient == "bob@acme.example"
    assert letter.template == f"companies/emails/{name}"
    assert letter.text.startswith("Hello Bob,")
    assert "http://testserver/accounts/" in letter.text
    assert letter.html.count("display:inline-block; padding:12px") == 1
    assert "You get this because" in letter.text
    assert "You get this because" in letter.html
    assert len(letter.html) < 30_000


def test_both_addresses_are_asked_each_by_a_link_of_its_own(bob):
    actions.ask_address(bob, "bob@new.example", at=AT)

    told = {letter.recipient: letter for letter in Message.objects.all()}
    assert set(told) == {"bob@new.example", "bob@acme.example"}
    assert "http://testserver/accounts/email/" in told["bob@new.example"].text
    assert "/accounts/email/answer/" not in told["bob@new.example"].text
    assert "/accounts/email/answer/" in told["bob@acme.example"].text


def test_the_address_of_before_is_told_without_a_link(bob):
    emails.address_changed(bob, old="bob@acme.example", at=AT)

    letter = Message.objects.get()
    assert letter.recipient == "bob@acme.example"
    assert "http" not in letter.text.partition("-- ")[0]


@pytest.mark.parametrize("name", LETTERS)
def test_the_same_letter_twice_is_one_letter(name, bob):
    LETTERS[name](bob)
    LETTERS[name](bob)

    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "lasts"),
    [("password_reset", timedelta(days=1)), ("confirm_address", timedelta(days=3))],
)
def test_a_letter_whose_link_has_died_is_not_sent_any_more(name, lasts, bob):
    LETTERS[name](bob)

    assert Message.objects.get().expires_at == AT + lasts


def test_times_are_the_readers(bob):
    bob.time_zone = "Asia/Tokyo"

    emails.password_reset(bob, link=LINK, at=AT)

    assert "until Mon 23 Nov 2026, 21:00 JST" in Message.objects.get().text


def test_a_name_is_shown_as_it_is_and_does_no_harm(acme):
    eve = UserFactory(name="<b>Eve</b> & Co", company=acme)

    emails.welcome(eve, at=timezone.now())

    letter = Message.objects.get()
    assert "Hello <b>Eve</b>," in letter.text
    assert "<b>Eve</b>" not in letter.html


def test_somebody_without_an_account_is_not_called_by_a_name(db):
    emails.account_exists("nora@new.example", at=AT)

    assert Message.objects.get().text.startswith("Hello,")


def test_the_desk_reads_no_letter_that_lets_somebody_in(client, alice, bob, acme):
    """Each link in it works once, for whoever reads the mailbox."""
    who = {"by": alice, "at": AT}
    emails.welcome(bob, at=AT)
    actions.ask_address(bob, "bob@new.example", at=AT)
    actions.invite(acme, [Invitee("nora@new.example")], **who)
    actions.name_security_contact(acme, name="Sec", email="sec@acme.example", **who)
    client.post("/accounts/password/reset/", {"email": bob.email})
    client.post("/accounts/signup/", SIGN_UP)

    letters = list(Message.objects.all())

    secrets = [secret for letter in letters for secret in secrets_in(letter.text)]
    shown = "".join(without_secrets(one.text + one.html) for one in letters)
    assert len(secrets) == 7
    assert [secret for secret in secrets if secret in shown] == []


def secrets_in(text):
    """What the views behind the links of a letter take for proof."""
    for path in re.findall(r"http://testserver(/\S+)", text):
        match = resolve(path)
        if "public" in match.func.door or match.url_name == "account_confirm_address":
            yield from list(match.kwargs.values())[-1:]
