"""Guessing is stopped where it happens, and locks nobody else out."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from companies import known_devices
from outbox.models import Message

PASSWORD = "a sentence nobody guesses"
HOME, ATTACK = "192.0.2.1", "198.51.100.66"


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in(client, person, password=PASSWORD):
    fields = {"login": person.email, "password": password}
    return client.post(reverse("account_login"), fields)


def is_signed_in(client):
    return client.get(reverse("companies:account")).status_code == 200


def guess(person, ip=ATTACK, times=5):
    for _time in range(times):
        sign_in(Client(REMOTE_ADDR=ip), person, "wrong")


def known_device(person, ip=HOME):
    """A browser that has signed in before, and is signed out now."""
    client = Client(REMOTE_ADDR=ip)
    sign_in(client, person)
    client.post(reverse("account_logout"))
    return client


def test_guessing_from_elsewhere_does_not_lock_the_owner_out(alice):
    guess(alice, times=8)
    owner = Client(REMOTE_ADDR=HOME)

    sign_in(owner, alice)

    assert is_signed_in(owner)


def test_who_guesses_is_stopped_after_five_even_with_the_right_one(alice):
    guess(alice)
    attacker = Client(REMOTE_ADDR=ATTACK)

    answer = sign_in(attacker, alice)

    assert "Too many attempts failed" in answer.content.decode()
    assert not is_signed_in(attacker)


def test_guessing_many_accounts_from_one_place_is_stopped_as_well(alice, bob, dora):
    for person in (alice, bob, dora):
        guess(person, times=4)
    attacker = Client(REMOTE_ADDR=ATTACK)

    sign_in(attacker, alice)

    assert not is_signed_in(attacker)


def test_a_known_device_is_not_locked_by_guesses_from_its_own_network(alice):
    """Everybody of a company may come from one address."""
    laptop = known_device(alice)
    guess(alice, ip=HOME, times=12)

    sign_in(laptop, alice)

    assert is_signed_in(laptop)


def test_on_a_known_device_guessing_ends_after_five_too(alice):
    laptop = known_device(alice)
    for _guess in range(5):
        sign_in(laptop, alice, "wrong")

    answer = sign_in(laptop, alice)

    assert "Too many attempts failed" in answer.content.decode()
    assert not is_signed_in(laptop)


def test_a_device_is_known_for_its_own_accounts_only(alice, bob):
    bob.set_password(PASSWORD)
    bob.save()
    laptop = known_device(bob)
    guess(alice, ip=HOME)

    sign_in(laptop, alice)

    assert not is_signed_in(laptop)


def test_a_cookie_made_by_hand_is_no_known_device(alice):
    guess(alice, ip=HOME)
    mark = known_devices._mark(alice.email)
    forged = Client(REMOTE_ADDR=HOME)
    facts = {"device": "mine", "accounts": [mark]}
    forged.cookies[known_devices.COOKIE] = signing.dumps(facts, key="x" * 50)

    sign_in(forged, alice)

    assert not is_signed_in(forged)


def test_the_cookie_tells_no_address_and_no_script(alice):
    laptop = known_device(alice)

    cookie = laptop.cookies[known_devices.COOKIE]

    facts = signing.loads(cookie.value, salt=known_devices.SALT)
    assert alice.email not in str(facts)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_device_knows_five_accounts_at_most(rf):
    request = rf.get("/")
    for number in range(7):
        response = Client().get("/healthz")
        known_devices.remember(request, response, f"person{number}@acme.example")
        request.COOKIES[known_devices.COOKIE] = response.cookies[
            known_devices.COOKIE
        ].value

    known = [
        number
        for number in range(7)
        if known_devices.device_of(request, f"Person{number}@acme.example")
    ]

    assert known == [2, 3, 4, 5, 6]


def test_asking_for_many_new_passwords_floods_nobody_and_shuts_nobody_out(alice):
    """Each letter that a stranger causes leads its reader to a new password."""
    for _time in range(8):
        attacker = Client(REMOTE_ADDR=ATTACK)
        attacker.post(reverse("account_reset_password"), {"email": alice.email})
    letters = Message.objects.filter(recipient=alice.email)
    assert 1 <= letters.count() <= 5

    owner = Client(REMOTE_ADDR=HOME)
    link = re.search(r"http://testserver(/\S+)", letters.earliest("created_at").text)[1]
    form = owner.get(link, follow=True).redirect_chain[-1][0]
    words = {"password1": "another long sentence", "password2": "another long sentence"}
    owner.post(form, words)
    sign_in(owner, alice, "another long sentence")

    assert is_signed_in(owner)


def test_a_stranger_who_asks_for_sign_in_letters_holds_up_no_password(alice):
    for _time in range(8):
        attacker = Client(REMOTE_ADDR=ATTACK)
        attacker.post(reverse("account_request_login_code"), {"email": alice.email})
    owner = Client(REMOTE_ADDR=HOME)

    sign_in(owner, alice)

    assert Message.objects.filter(recipient=alice.email).count() == 3
    assert is_signed_in(owner)
