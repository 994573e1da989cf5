"""What is sensitive opens for who has shown the second factor in this session."""

import time
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.urls import reverse

from companies.models import Invitation, User
from tests.factories.companies import UserFactory
from tests.factories.second_factors import app_code, switch_on

PASSWORD = "a sentence nobody guesses"
SHOW_AGAIN = reverse("mfa_reauthenticate")


@pytest.fixture
def secret(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return switch_on(alice)


@pytest.fixture
def name_bob(bob):
    return reverse("companies:name_admin", args=[bob.pk])


def is_asked(answer, page):
    return (
        answer.status_code == 302 and unquote(answer.url) == f"{SHOW_AGAIN}?next={page}"
    )


def sign_in(client, person, secret):
    page = reverse("account_login")
    client.post(page, {"login": person.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    cache.clear()


def test_naming_an_admin_asks_for_the_second_factor(
    client, alice, bob, secret, name_bob
):
    client.force_login(alice)

    assert is_asked(client.get(name_bob), name_bob)
    assert is_asked(client.post(name_bob), name_bob)
    bob.refresh_from_db()
    assert not bob.is_company_admin


def test_shown_it_does_what_was_wanted(client, alice, bob, secret, name_bob):
    client.force_login(alice)
    asked = client.post(name_bob)

    answer = client.post(asked.url, {"code": app_code(secret)})

    assert answer.url == bob.get_absolute_url()
    bob.refresh_from_db()
    assert bob.is_company_admin


def test_a_wrong_code_does_nothing(client, alice, bob, secret, name_bob):
    client.force_login(alice)
    asked = client.post(name_bob)

    answer = client.post(asked.url, {"code": "000000"})

    assert "code" in answer.context["form"].errors
    bob.refresh_from_db()
    assert not bob.is_company_admin


def test_shown_at_sign_in_it_opens_for_eight_hours(
    client, alice, secret, name_bob, monkeypatch
):
    """PE-05"""
    sign_in(client, alice, secret)
    now = time.time()

    at_once = client.get(name_bob).status_code
    monkeypatch.setattr(time, "time", lambda: now + 7.9 * 3600)
    soon = client.get(name_bob).status_code
    monkeypatch.setattr(time, "time", lambda: now + 8.1 * 3600)
    late = client.get(name_bob)

    assert (at_once, soon) == (200, 200)
    assert is_asked(late, name_bob)


def test_how_long_it_opens_is_a_setting(client, alice, secret, name_bob, settings):
    """PE-05"""
    sign_in(client, alice, secret)

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0

    assert is_asked(client.get(name_bob), name_bob)


def test_another_browser_of_the_same_person_has_shown_nothing(
    client, alice, secret, name_bob
):
    """PE-05"""
    sign_in(client, alice, secret)
    elsewhere = client.__class__()
    elsewhere.force_login(alice)

    assert is_asked(elsewhere.get(name_bob), name_bob)


def test_the_password_shown_again_is_not_enough(client, alice, name_bob):
    """Enrolled since: what was shown before was the password only."""
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    page = reverse("account_reauthenticate")
    client.post(f"{page}?next=/", {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200

    switch_on(alice)

    assert is_asked(client.get(name_bob), name_bob)


def test_whoever_has_none_passes(client, alice, bob, name_bob):
    client.force_login(alice)

    client.post(name_bob)

    bob.refresh_from_db()
    assert bob.is_company_admin


def test_ending_that_somebody_is_admin_asks_as_well(client, alice, acme, secret):
    other = UserFactory(company=acme, admin=True)
    page = reverse("companies:unname_admin", args=[other.pk])
    client.force_login(alice)

    assert is_asked(client.get(page), page)


def test_inviting_a_company_admin_asks_as_naming_one_does(client, alice, secret):
    client.force_login(alice)
    page = reverse("companies:invite")
    wish = {"addresses": "nora@new.example", "message": ""}

    assert is_asked(client.post(page, {**wish, "role": "admin"}), page)
    assert not Invitation.objects.exists()
    client.post(page, {**wish, "role": "member"})

    assert Invitation.objects.get().role == Invitation.Role.MEMBER


@pytest.mark.parametrize("deed", ["deactivate", "reactivate"])
def test_closing_and_opening_accounts_asks_before_the_deed(
    client, alice, acme, secret, deed
):
    """The page may be read: it lists what is to be settled first."""
    person = UserFactory(company=acme, is_active=deed == "deactivate")
    page = reverse(f"companies:{deed}", args=[person.pk])
    client.force_login(alice)

    assert client.get(page).status_code == 200
    asked = client.post(page)
    assert is_asked(asked, page)
    client.post(asked.url, {"code": app_code(secret)})

    person.refresh_from_db()
    assert person.is_active == (deed == "reactivate")


@pytest.mark.parametrize(
    "deed", ["reset_second_factor", "deactivate_people", "reopen_accounts"]
)
def test_the_desk_asks_staff_and_comes_back_with_words(client, stella, alice, deed):
    """The list of people had a filter in its address, so it is opened anew."""
    secret = switch_on(stella)
    switch_on(alice)
    client.force_login(stella)
    people = reverse("admin:companies_user_changelist") + "?is_active__exact=1"

    asked = client.post(people, {"action": deed, "_selected_action": [alice.pk]})
    assert is_asked(asked, people)
    words = client.get(asked.url).content.decode()
    answer = client.post(asked.url, {"code": app_code(secret)})

    assert "then do it once more" in words
    assert answer.url == people
    assert alice.authenticator_set.filter(type="totp").exists()
    alice.refresh_from_db()
    assert alice.is_active


def test_the_desk_asks_before_it_names_an_admin(client, stella, bob):
    secret = switch_on(stella)
    client.force_login(stella)
    page = reverse("admin:companies_user_change", args=[bob.pk])
    form = client.get(page).context["adminform"].form
    facts = {
        name: "" if form[name].value() is None else form[name].value()
        for name in form.fields
    }

    asked = client.post(page, {**facts, "is_company_admin": "on"})
    assert is_asked(asked, page)
    bob.refresh_from_db()
    assert not bob.is_company_admin
    client.post(asked.url, {"code": app_code(secret)})

    bob.refresh_from_db()
    assert bob.is_company_admin


def test_the_desk_asks_before_it_invites_an_admin(client, stella, acme):
    switch_on(stella)
    client.force_login(stella)
    page = reverse("admin:companies_invitation_add")
    wish = {"company": str(acme.pk), "email": "nora@new.example", "name": ""}

    asked = client.post(page, {**wish, "role": "admin", "message": ""})

    assert is_asked(asked, page)
    assert not Invitation.objects.exists()


def test_the_desk_asks_before_it_opens_an_account_of_the_vendor(client, stella):
    switch_on(stella)
    client.force_login(stella)
    page = reverse("admin:companies_user_add")
    facts = {"email": "new@aldwick.example", "name": "New", "language": "en"}
    facts |= {"time_zone": "Europe/Berlin"}

    asked = client.post(page, {**facts, "is_staff": "on"})

    assert is_asked(asked, page)
    assert not User.objects.filter(email="new@aldwick.example").exists()
