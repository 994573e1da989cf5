"""Passkeys, as the portal meets them: added, shown in every place, named, removed."""

import json
import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from companies import actions, passkeys
from companies.models import ActivityEntry
from companies.second_factor import second_factor_of
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.passkeys import ORIGIN, PRESENT, Device
from tests.factories.second_factors import app_code, switch_on

PASSWORD = "a sentence nobody guesses"
ACCOUNT = reverse("companies:account")
LIST, ADD = reverse("mfa_list_webauthn"), reverse("mfa_add_webauthn")
SIGN_IN = reverse("mfa_login_webauthn")
SECOND_STEP = reverse("mfa_authenticate")
SHOW = reverse("mfa_reauthenticate_webauthn")
CODE = reverse("mfa_reauthenticate")


@pytest.fixture(autouse=True)
def _at_a_name(settings):
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def enter(client, person):
    """Signed in by password, and the password shown once more."""
    fields = {"login": person.email, "password": PASSWORD}
    client.post(reverse("account_login"), fields)
    page = reverse("account_reauthenticate")
    client.post(f"{page}?next={ADD}", {"password": PASSWORD})


def add(client, device, name="My laptop"):
    options = client.get(ADD).context["options"]
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(ADD, {"name": name, "credential": device.make(options)})


@pytest.fixture
def device(client, alice):
    """Alice's, who is signed out again."""
    device = Device()
    enter(client, alice)
    add(client, device)
    client.post(reverse("account_logout"))
    cache.clear()
    return device


def challenge(client):
    answer = client.get(SIGN_IN, headers={"Accept": "application/json"})
    return answer.json()["request_options"]["publicKey"]


def sign_in(client, device, **more):
    return client.post(SIGN_IN, {"credential": device.sign(challenge(client)), **more})


def is_signed_in(client):
    return client.get(ACCOUNT).status_code == 200


def row_of(person):
    return Authenticator.objects.get(user=person, type="webauthn")


# Adding


def test_adding_one_asks_for_the_password_once_more(client, alice):
    client.force_login(alice)

    assert unquote(client.get(ADD).url).endswith(f"?next={ADD}")
    assert client.post(ADD, {"credential": "{}"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_added_it_is_kept_told_and_written_down(client, alice):
    enter(client, alice)

    answer = add(client, Device())

    assert answer.url == reverse("mfa_view_recovery_codes"), "the way back comes along"
    state = second_factor_of(alice)
    assert (state.is_on, state.app_since, state.passkeys) == (True, None, 1)
    assert state.codes_left == 10
    letter = Message.objects.get(subject="Your account has a new passkey")
    assert letter.recipient == alice.email
    assert ActivityEntry.objects.filter(verb=Verb.PASSKEY_ADDED).count() == 1


def test_the_browser_is_asked_for_one_that_signs_in_by_itself(client, alice):
    enter(client, alice)

    options = json.loads(client.get(ADD).context["options"])

    assert options["rp"] == {"id": "portal.example", "name": "Aldwick"}
    assert options["user"]["name"] == alice.email
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == (
        "required",
        "required",
    )


def test_a_second_one_excludes_the_first_and_makes_no_new_codes(client, alice):
    enter(client, alice)
    device = Device()
    add(client, device)
    codes = Authenticator.objects.get(type="recovery_codes").data

    options = json.loads(client.get(ADD).context["options"])
    answer = add(client, Device(), name="In the drawer")

    assert [one["id"] for one in options["excludeCredentials"]] == [
        json.loads(device.sign(options | {"rpId": "portal.example"}))["id"]
    ]
    assert client.get(answer.url).url == f"{ACCOUNT}#security"
    assert Authenticator.objects.get(type="recovery_codes").data == codes


def test_without_a_name_it_has_that_of_the_browser(client, alice):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.defaults["HTTP_USER_AGENT"] = agent
    enter(client, alice)

    add(client, Device(), name="")

    assert row_of(alice).wrap().name == "Firefox on Linux"


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://portal.example.evil.example"),
        Device(origin="https://shop.portal.example"),
        Device(origin="http://portal.example"),
        Device(flags=PRESENT),
    ],
    ids=["foreign", "another of the domain", "not safe", "nobody verified"],
)
def test_one_made_elsewhere_or_for_anybody_is_refused(client, alice, device):
    enter(client, alice)

    answer = add(client, device)

    assert "This passkey does not fit" in answer.content.decode()
    assert not Authenticator.objects.exists()


MADE_BY_HAND = [
    "",
    "no json",
    "{}",
    "[]",
    "7",
    "null",
    '{"response": []}',
    '{"response": {"clientDataJSON": 7}}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON":'
    ' "eyJvcmlnaW4iOiJodHRwczovL3BvcnRhbC5leGFtcGxlIn0", "attestationObject": "oA",'
    ' "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
]


@pytest.mark.parametrize("credential", MADE_BY_HAND)
def test_whatever_is_made_by_hand_is_refused_in_words(client, alice, credential):
    enter(client, alice)
    client.get(ADD)

    answer = client.post(ADD, {"name": "x", "credential": credential})

    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


def test_an_old_challenge_adds_nothing(client, alice):
    enter(client, alice)
    device = Device()
    old = client.get(ADD).context["options"]
    client.get(ADD)

    answer = client.post(ADD, {"name": "x", "credential": device.make(old)})

    assert "does not fit" in answer.content.decode()


# Signing in


def test_it_signs_in_without_password_and_code(client, alice, device):
    sign_in(client, device)

    assert is_signed_in(client)
    assert row_of(alice).last_used_at is not None


def test_it_leads_to_where_one_wanted_to_go(client, device):
    answer = sign_in(client, device, next=LIST)

    assert answer.url == LIST


def test_it_leads_nowhere_else(client, device):
    answer = sign_in(client, device, next="https://evil.example/")

    assert answer.url == reverse("home")


def test_signing_in_with_it_opens_what_is_sensitive(client, device, bob):
    """PE-05"""
    sign_in(client, device)

    page = client.get(reverse("companies:name_admin", args=[bob.pk]))

    assert page.status_code == 200


def test_the_sign_in_page_offers_it(client, db):
    said = client.get(reverse("account_login") + f"?next={LIST}").content.decode()

    assert f'data-options-url="{SIGN_IN}"' in said
    assert "Use a passkey" in said


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "http://portal.test"])
def test_where_browsers_know_none_no_page_offers_it(
    client, alice, settings, public_url
):
    settings.PUBLIC_URL = public_url
    said = client.get(reverse("account_login")).content.decode()
    enter(client, alice)

    assert "passkey" not in said
    for page in (LIST, ADD):
        assert "This one has none" in client.get(page).content.decode()


def test_on_this_very_machine_it_works_without_https(settings):
    settings.PUBLIC_URL = "http://localhost:8000"

    assert passkeys.are_possible()
    assert (passkeys.domain(), passkeys.origin()) == (
        "localhost",
        "http://localhost:8000",
    )


@pytest.mark.parametrize("credential", MADE_BY_HAND)
def test_a_stranger_gets_in_by_no_made_up_answer(client, device, credential):
    challenge(client)

    answer = client.post(SIGN_IN, {"credential": credential, "next": LIST})

    assert answer.url == f"{reverse('account_login')}?next=%2Faccounts%2Fpasskeys%2F"
    assert not is_signed_in(client)


def test_a_refusal_is_said_on_the_sign_in_page(client, device):
    challenge(client)
    client.post(SIGN_IN, {"credential": "{}"})

    assert "does not fit" in client.get(reverse("account_login")).content.decode()


def test_another_key_signs_in_as_nobody(client, device):
    thief = Device()
    thief.name, thief.owner = device.name, device.owner

    sign_in(client, thief)

    assert not is_signed_in(client)


def test_a_passkey_opens_its_own_account_only(client, device, bob):
    """What the device says about its owner is not signed: the key must be hers."""
    bob.set_password(PASSWORD)
    bob.save()
    his = Device()
    at_home = Client()
    enter(at_home, bob)
    add(at_home, his)
    assert his.owner != device.owner
    device.owner = his.owner

    sign_in(client, device)

    assert not is_signed_in(client)


def test_what_was_signed_once_signs_in_once(client, device):
    """Whoever has read it on its way is too late."""
    answer = device.sign(challenge(client))
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(SIGN_IN, {"credential": answer})

    thief.post(SIGN_IN, {"credential": answer})
    other = Client()
    challenge(other)
    other.post(SIGN_IN, {"credential": answer})

    assert is_signed_in(client)
    assert not is_signed_in(thief)
    assert not is_signed_in(other)


def test_nobody_verified_signs_in_nobody(client, device):
    """Without fingerprint, face or PIN whoever holds the device would be in."""
    device.flags = PRESENT

    sign_in(client, device)

    assert not is_signed_in(client)


def test_after_this_was_not_me_no_passkey_of_a_thief_signs_in(client, alice, device):
    change = actions.ask_address(alice, "thief@else.example", at=timezone.now())

    actions.refuse_address(change, at=timezone.now())

    sign_in(client, device)
    assert not is_signed_in(client)


def test_a_closed_account_stays_closed(client, alice, device):
    alice.is_active = False
    alice.save()

    sign_in(client, device)

    assert not is_signed_in(client)


def test_trying_passkeys_ends_after_ten_for_this_place_alone(device):
    """There is nothing to guess; it only keeps the machine free."""
    attacker, owner = Client(REMOTE_ADDR="198.51.100.66"), Client()
    answers = [attacker.post(SIGN_IN, {"credential": "{}"}) for _try in range(11)]

    sign_in(owner, device)

    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert is_signed_in(owner)


# As the second factor


def first_half(client, person):
    fields = {"login": person.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), fields)
    assert answer.url == SECOND_STEP
    return client.get(SECOND_STEP)


def test_it_is_the_second_half_of_signing_in(client, alice, device):
    page = first_half(client, alice)
    assert not is_signed_in(client)
    assert "Show your passkey" in page.content.decode()

    credential = device.sign(page.context["options"])
    client.post(SECOND_STEP, {"credential": credential})

    assert is_signed_in(client)


def test_a_recovery_code_is_the_way_back(client, alice, device):
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    first_half(client, alice)

    client.post(SECOND_STEP, {"code": codes[0]})

    assert is_signed_in(client)


def test_whoever_has_both_may_show_either(client, alice, device):
    secret = switch_on_app(alice)
    page = first_half(client, alice)
    said = page.content.decode()

    client.post(SECOND_STEP, {"code": app_code(secret)})

    assert "Show a passkey" in said
    assert "Enter your code" in said
    assert is_signed_in(client)


def switch_on_app(person):
    Authenticator.objects.filter(type="recovery_codes").delete()
    return switch_on(person)


def test_another_key_is_refused_in_words(client, alice, device):
    page = first_half(client, alice)

    credential = Device().sign(page.context["options"])
    answer = client.post(SECOND_STEP, {"credential": credential})

    assert "does not fit" in answer.content.decode()
    assert not is_signed_in(client)


def test_trying_keys_as_the_second_factor_ends_after_five(client, alice, device):
    for _try in range(5):
        page = first_half(client, alice)
        credential = Device().sign(page.context["options"])
        client.post(SECOND_STEP, {"credential": credential})
        client.post(reverse("account_logout"))
    page = first_half(client, alice)

    credential = device.sign(page.context["options"])
    answer = client.post(SECOND_STEP, {"credential": credential})

    assert "Too many attempts" in answer.content.decode()
    assert not is_signed_in(client)


def test_who_guesses_codes_with_a_stolen_password_locks_no_passkey_out(alice, device):
    """The second step is counted for the account; the whole way by passkey is not."""
    thief, owner = Client(REMOTE_ADDR="198.51.100.66"), Client()
    first_half(thief, alice)
    for _guess in range(6):
        thief.post(SECOND_STEP, {"code": "00000000"})

    sign_in(owner, device)

    assert not is_signed_in(thief)
    assert is_signed_in(owner)


# Before something sensitive


def test_it_is_shown_again_before_something_sensitive(client, alice, device, bob):
    """TC-24, PE-05"""
    client.force_login(alice)
    page = reverse("companies:name_admin", args=[bob.pk])
    asked = client.post(page)
    assert unquote(asked.url) == f"{SHOW}?next={page}"

    credential = device.sign(client.get(asked.url).context["options"])
    client.post(asked.url, {"credential": credential})

    bob.refresh_from_db()
    assert bob.is_company_admin


def test_shown_again_it_opens_for_eight_hours(client, alice, device, monkeypatch):
    """PE-05"""
    client.force_login(alice)
    asked = client.get(ADD)
    credential = device.sign(client.get(asked.url).context["options"])
    client.post(asked.url, {"credential": credential})
    now = time.time()

    soon = client.get(ADD).status_code
    monkeypatch.setattr(time, "time", lambda: now + 8.1 * 3600)
    late = client.get(ADD).status_code

    assert (soon, late) == (200, 302)


def test_a_wrong_key_is_refused_on_the_page(client, alice, device):
    client.force_login(alice)
    asked = client.get(ADD)

    credential = Device().sign(client.get(asked.url).context["options"])
    answer = client.post(asked.url, {"credential": credential})

    assert "does not fit" in answer.content.decode()
    assert client.get(ADD).status_code == 302


def test_the_page_leads_to_the_codes_and_back(client, alice, device):
    client.force_login(alice)
    asked = client.get(ADD)

    to_codes = client.get(asked.url).context["reauthentication_alternatives"]
    to_passkey = client.get(to_codes[0]["url"]).context["reauthentication_alternatives"]

    assert [one["url"].split("?")[0] for one in to_codes] == [CODE]
    assert [one["url"].split("?")[0] for one in to_passkey] == [SHOW]
    assert unquote(to_passkey[0]["url"]) == f"{SHOW}?next={ADD}"


# The list


@pytest.fixture
def at_home(client, device):
    """Alice, signed in with her passkey and shown it again."""
    sign_in(client, device)
    asked = client.get(ADD)
    credential = device.sign(client.get(asked.url).context["options"])
    client.post(asked.url, {"credential": credential})
    return client


def test_the_list_names_each_and_when_it_was_used(client, alice, device):
    client.force_login(alice)
    before = client.get(LIST).content.decode()
    client.post(reverse("account_logout"))
    sign_in(client, device)

    after = client.get(LIST).content.decode()

    assert "My laptop" in before
    assert "not yet" in before
    assert "not yet" not in after


def test_it_can_be_renamed(at_home, alice):
    page = reverse("mfa_edit_webauthn", args=[row_of(alice).pk])

    answer = at_home.post(page, {"name": "Work laptop"})

    assert answer.url == LIST
    assert row_of(alice).wrap().name == "Work laptop"


def test_a_name_has_a_length(at_home, alice):
    page = reverse("mfa_edit_webauthn", args=[row_of(alice).pk])

    answer = at_home.post(page, {"name": "x" * 61})

    assert answer.context["form"].errors


def test_removed_it_signs_nobody_in_and_the_owner_is_told(at_home, alice, device):
    page = reverse("mfa_remove_webauthn", args=[row_of(alice).pk])
    at_home.get(page)
    assert second_factor_of(alice).passkeys == 1, "a GET removes nothing"

    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = at_home.post(page)

    assert answer.url == LIST
    assert not Authenticator.objects.exists(), "the codes go with the last factor"
    letter = Message.objects.get(subject="A passkey of your account was removed")
    assert letter.recipient == alice.email
    assert ActivityEntry.objects.filter(verb=Verb.PASSKEY_REMOVED).count() == 1
    stranger = Client()
    sign_in(stranger, device)
    assert not is_signed_in(stranger)


def test_beside_an_app_the_recovery_codes_stay(at_home, alice):
    switch_on_app(alice)

    at_home.post(reverse("mfa_remove_webauthn", args=[row_of(alice).pk]))

    state = second_factor_of(alice)
    assert (state.is_on, state.passkeys, state.codes_left) == (True, 0, 10)


@pytest.mark.parametrize("deed", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_anothers_passkey_does_not_exist(alice, device, bob, deed):
    """E25"""
    bob.set_password(PASSWORD)
    bob.save()
    stranger = Client()
    enter(stranger, bob)
    page = reverse(deed, args=[row_of(alice).pk])

    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"name": "mine"}).status_code == 404
    assert row_of(alice).wrap().name == "My laptop"


@pytest.mark.parametrize("deed", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_changing_one_asks_for_it_once_more(client, alice, device, deed):
    client.force_login(alice)
    page = reverse(deed, args=[row_of(alice).pk])

    for answer in (client.get(page), client.post(page, {"name": "x"})):
        assert unquote(answer.url) == f"{SHOW}?next={page}"
    assert row_of(alice).wrap().name == "My laptop"


def test_support_takes_passkeys_away_as_well(client, alice, device, stella):
    actions.reset_second_factor(alice, by=stella, at=timezone.now())

    sign_in(client, device)

    assert not is_signed_in(client)
