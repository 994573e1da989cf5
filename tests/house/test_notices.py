"""What people are told is in their inbox as well, and leads somewhere [LI-03]."""

import pytest
from django.test import Client

from apps.models import Application
from companies.models import User

# Letters that are no notices, and why.
LETTERS_ONLY = {
    "companies/emails/address_kept": "to somebody who must choose a password first",
    "companies/emails/account_exists": "to whoever typed the address",
    "companies/emails/confirm_address": "carries a key to the account",
    "companies/emails/deactivated": "to somebody who cannot sign in any more",
    "companies/emails/digest": "lists notices that are in the inbox already",
    "companies/emails/invitation": "carries a key to the company",
    "companies/emails/new_address": "carries a key, to an address not confirmed",
    "companies/emails/old_address": "carries a key to the account",
    "companies/emails/password_reset": "carries a key to the account",
    "companies/emails/sign_in_code": "carries a key to the account",
    "companies/emails/welcome": "carries a key to the account",
    "outbox/emails/test": "to whoever tries out at the desk whether mail goes out",
}
# To an address that is no longer the person's; the notice is there all the same.
ELSEWHERE = {"companies/emails/address_changed"}


@pytest.fixture
def people(db, told):
    return {person.email: person for person in User.objects.all()}


def test_a_letter_to_a_person_is_a_notice_as_well(told, people):
    """LI-03: by e-mail and in the portal, in the same words."""
    shown = {(row.person.email, row.key): row for row in told.notices}
    letters = [
        letter
        for letter in told.letters
        if letter.recipient in people and letter.template not in LETTERS_ONLY
    ]

    missing = [
        f"{letter.template} to {letter.recipient}"
        for letter in letters
        if (letter.recipient, letter.key) not in shown
    ]
    assert missing == []
    for letter in letters:
        notice = shown[letter.recipient, letter.key]
        assert notice.title == letter.subject
        assert notice.text


def test_a_letter_with_a_key_is_a_letter_only(told):
    """A session left open must not show the way into the account."""
    keys = {row.key for row in told.letters if row.template in LETTERS_ONLY}

    assert keys
    assert keys.isdisjoint(row.key for row in told.notices)


def test_the_exceptions_are_letters_of_the_story(told):
    assert LETTERS_ONLY.keys() | ELSEWHERE <= {row.template for row in told.letters}


def test_every_notice_opens_for_whom_it_is(told, people):
    """Unless the app is out of their sight by now: then the page is not there [E30]."""
    for notice in told.notices:
        client = Client()
        client.force_login(notice.person)
        apps = Application.objects.visible_to(notice.person)
        is_lost = notice.about and not apps.filter(pk=notice.about).exists()
        answers = {200, 404} if is_lost else {200}
        assert notice.link, notice.title
        assert client.get(notice.link).status_code in answers, notice.link


def test_no_notice_says_markup_or_what_python_calls_it(told):
    for notice in told.notices:
        for said in (notice.title, notice.text):
            assert not any(word in said for word in ("<", "&amp;", "{{", "None")), said
