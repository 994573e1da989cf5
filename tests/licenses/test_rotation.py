"""A new signing key: what it signs, and what the one before it is still good for."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from companies.models import ActivityEntry
from licenses import actions, keys, signers
from licenses.models import SigningKey

ROTATE = reverse("admin:licenses_signingkey_rotate")
LIST = reverse("admin:licenses_signingkey_changelist")
SERVER = "7C41-E09B-55D2"

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(production, at):
    return actions.generate_key(license=production, server_id=SERVER, by=None, at=at)


@pytest.fixture
def old(key):
    return SigningKey.objects.get()


def rotate(old, stella):
    return actions.rotate_signing_key(
        retiring=str(old.pk), by=stella, at=timezone.now()
    )


# The verb


def test_rotating_retires_the_old_key_and_signs_with_a_new_one(
    production, acceptance, key, old, stella, at
):
    fresh = rotate(old, stella)

    old.refresh_from_db()
    assert (old.is_active, fresh.is_active) == (False, True)
    assert old.retired_at is not None
    assert signers.active().id == fresh.pk
    made = actions.generate_key(license=acceptance, server_id="S-2", by=None, at=at)
    assert made.signing_key == fresh
    assert keys.read(actions.text_of(made), fresh.public_key)


def test_what_the_old_key_signed_stays_genuine(key, old, stella):
    fresh = rotate(old, stella)
    text = actions.text_of(key)

    assert keys.read(text, old.public_key)
    with pytest.raises(keys.ForgedKeyError):
        keys.read(text, fresh.public_key)
    assert [one.public_key for one in signers.tried()] == [
        fresh.public_key,
        old.public_key,
    ]


def test_rotating_is_in_the_log(old, stella):
    fresh = rotate(old, stella)

    entry = ActivityEntry.objects.get(verb="signing_key_rotated")
    assert str(entry) == (
        f"{stella} made the signing key {fresh}, which takes the place of {old}"
    )


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_only_the_vendor_rotates(old, who, request):
    with pytest.raises(PermissionDenied):
        rotate(old, request.getfixturevalue(who))

    assert signers.active().id == old.pk


def test_whoever_comes_second_is_told_so(old, stella):
    rotate(old, stella)

    with pytest.raises(ValidationError, match="meanwhile"):
        rotate(old, stella)

    assert SigningKey.objects.count() == 2


def test_the_first_key_can_be_made_before_any_license_key(stella):
    first = actions.rotate_signing_key(retiring="", by=stella, at=timezone.now())

    assert signers.active().id == first.pk
    said = str(ActivityEntry.objects.get(verb="signing_key_made"))
    assert said == f"{stella} made the signing key {first}"
    with pytest.raises(ValidationError, match="meanwhile"):
        actions.rotate_signing_key(retiring="", by=stella, at=timezone.now())


def test_few_of_many_retired_keys_are_tried(old, stella, monkeypatch):
    for _ in range(3):
        last = rotate(signers.tried()[0], stella)
    monkeypatch.setattr(signers, "MOST_TRIED", 2)

    tried = signers.tried()

    assert [one.pk for one in tried] == [last.pk, tried[1].pk]
    assert old not in tried


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begin", ["none yet", "one active"])
def test_of_two_who_rotate_at_once_one_does(stella, begin):
    retiring = ""
    if begin == "one active":
        first = actions.rotate_signing_key(retiring="", by=stella, at=timezone.now())
        retiring = str(first.pk)
    before, start, told = SigningKey.objects.count(), threading.Barrier(2), []

    def try_it():
        start.wait()
        try:
            actions.rotate_signing_key(retiring=retiring, by=stella, at=timezone.now())
            told.append("made")
        except ValidationError:
            told.append("second")
        finally:
            connection.close()

    both = [threading.Thread(target=try_it) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(told) == ["made", "second"]
    assert SigningKey.objects.count() == before + 1
    assert SigningKey.objects.active().count() == 1


# The page at the support desk


def show_it_is_me(client, person):
    person.set_password("a sentence nobody guesses")
    person.save()
    client.force_login(person)
    client.post(
        reverse("account_reauthenticate"), {"password": "a sentence nobody guesses"}
    )


def text(answer):
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_list_of_keys_leads_to_the_page(client, old, stella):
    client.force_login(stella)

    assert ROTATE in text(client.get(LIST))


def test_the_page_asks_who_it_is_first(client, old, stella):
    client.force_login(stella)

    answer = client.get(ROTATE)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client.post(ROTATE, {"retiring": str(old.pk)})
    assert signers.active().id == old.pk


def test_the_page_says_what_follows_and_changes_nothing(client, old, stella):
    show_it_is_me(client, stella)

    page = text(client.get(ROTATE))

    assert old.public_key[:12] in page
    assert "signed by the new key" in page
    assert "stay genuine" in page
    assert "until they are released with the new public key" in page
    assert reverse("licenses:public_keys") in page
    assert signers.active().id == old.pk


def test_one_click_rotates_and_a_second_one_does_not(client, old, stella):
    show_it_is_me(client, stella)
    wish = {"retiring": str(old.pk)}

    first = text(client.post(ROTATE, wish, follow=True))
    second = text(client.post(ROTATE, wish, follow=True))

    assert "are signed by" in first
    assert "meanwhile" in second
    assert SigningKey.objects.count() == 2


def test_before_the_first_key_the_page_offers_to_make_it(client, stella):
    show_it_is_me(client, stella)

    assert "There is no signing key yet" in text(client.get(ROTATE))
    client.post(ROTATE, {"retiring": ""})

    assert signers.active() is not None
