"""One whole story in a browser without JavaScript, with letters over real SMTP.

Nora registers, is invited and joins, becomes technical contact, protects her account
with a second factor, says that she still is, and hands the role over to Bob.
"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from companies.models import User
from contacts import actions
from contacts.models import TechnicalContact
from tests.browser.letters import link_in, newest_letter
from tests.browser.test_invitations import (
    PASSWORD,
    choose_password,
    enter,
    fill_in_sign_in,
    invite,
)
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.second_factors import app_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NORA = "nora@new.example"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def depot(acme, alice, bob):
    """Alice is admin and the only contact; Bob is on the team."""
    for person in (alice, bob):
        person.set_password(PASSWORD)
        person.save()
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=alice)
    MembershipFactory(application=application, user=bob)
    return application


def test_the_whole_story(window, depot, alice, bob, post_office):
    """TC-05, TC-22, TC-24, TC-25, TC-34: each step leads to the next."""
    noras, hers = window(), window()
    register(noras, post_office)
    enter(hers, alice.email)
    join(noras, hers)
    appoint(hers, depot, post_office)
    nora = User.objects.get(email=NORA)
    assert depot.technical_contacts.filter(user=nora).exists()

    secret = switch_the_second_factor_on(noras)
    sign_in_with_it(noras, secret)
    say_still_me(noras, nora, post_office)

    hand_over(noras, depot)
    accept(window(), bob, post_office)
    holders = {row.user for row in depot.technical_contacts.select_related("user")}
    assert holders == {alice, bob}


def register(noras, post_office):
    noras.goto("/accounts/signup/")
    noras.get_by_label("Your name").fill("Nora Blake")
    noras.get_by_label("Work e-mail").fill(NORA)
    choose_password(noras)
    noras.get_by_role("button", name="Create account").click()
    noras.goto(link_in(newest_letter(post_office, NORA)))
    noras.get_by_role("button", name="Confirm the address").click()
    enter(noras, NORA)
    expect(noras.locator("h1")).to_have_text("Welcome, Nora Blake")


def join(noras, hers):
    invite(hers, NORA)
    noras.goto("/")
    noras.get_by_role("link", name="See the invitation").click()
    noras.get_by_role("button", name="Accept the invitation").click()
    expect(noras.get_by_text("Welcome. You are one of Acme now.")).to_be_visible()


def appoint(hers, depot, post_office):
    """An admin puts her on the team and makes her a contact, with a reason."""
    hers.goto(f"/applications/{depot.pk}/access/")
    hers.get_by_label("E-mail").fill(NORA)
    hers.get_by_role("button", name="Add to the team").click()
    expect(hers.get_by_role("main")).to_contain_text("Nora Blake")
    hers.goto(f"/applications/{depot.pk}/contacts/add/")
    hers.get_by_label("Who").select_option(label=f"Nora Blake, {NORA}")
    hers.get_by_label("Why").fill("She knows the depot best.")
    hers.get_by_role("button", name="Make technical contact").click()
    expect(hers.get_by_role("cell", name=NORA)).to_be_visible()
    letter = newest_letter(post_office, NORA)
    assert letter["Subject"] == "You are technical contact of Depot Control"


def switch_the_second_factor_on(noras):
    noras.goto("/account/")
    noras.get_by_role("link", name="Switch it on").click()
    if noras.get_by_label("Your password").count():
        noras.get_by_label("Your password").fill(PASSWORD)
        noras.get_by_role("button", name="Go on").click()
    secret = noras.locator(".code-inline").inner_text().replace(" ", "")
    noras.get_by_label("Code in the app now").fill(app_code(secret))
    noras.get_by_role("button", name="Switch it on").click()
    expect(noras.locator("h1")).to_have_text("Recovery codes")
    noras.get_by_role("link", name="I have kept them").click()
    expect(noras.locator("#security")).to_contain_text("On")
    return secret


def sign_in_with_it(noras, secret):
    noras.locator("summary.menu-who").click()
    noras.get_by_role("button", name="Sign out").click()
    enter(noras, NORA)
    show(noras, secret)
    noras.goto("/account/")
    expect(noras.locator("h1")).to_have_text("Your account")


def show(noras, secret):
    """A code is good once; the clock of the story has moved on since the last."""
    cache.clear()
    expect(noras.locator("h1")).to_have_text("Enter your code")
    noras.get_by_label("Code").fill(app_code(secret))
    noras.get_by_role("button", name="Sign in", exact=True).click()


def say_still_me(noras, nora, post_office):
    """A quarter goes by; the letter asks, and one button answers."""
    at = timezone.now()
    TechnicalContact.objects.filter(user=nora).update(
        appointed_at=at - timedelta(days=200)
    )
    actions.ask_contacts(at=at)
    letter = newest_letter(post_office, NORA)
    text = letter.get_body(("plain",)).get_content()
    noras.goto(next(word for word in text.split() if "/contacts/still/" in word))
    assert TechnicalContact.objects.get(user=nora).confirmed_at is None
    noras.get_by_role("button", name="Yes, I still am").click()
    expect(
        noras.get_by_text("Noted: you are still the technical contact.")
    ).to_be_visible()
    assert TechnicalContact.objects.get(user=nora).confirmed_at is not None


def hand_over(noras, depot):
    """She signed in with the second factor, so nothing more is asked of her."""
    noras.goto(f"/applications/{depot.pk}/contacts/")
    noras.get_by_role("link", name="Hand over").click()
    noras.get_by_label("Who").select_option(label="Bob Weber, bob@acme.example")
    noras.get_by_label("Message").fill("The depot is yours.")
    noras.get_by_role("button", name="Offer the role").click()
    expect(noras.get_by_text("Waiting for an answer")).to_be_visible()


def accept(his, bob, post_office):
    letter = newest_letter(post_office, bob.email)
    assert letter["Subject"] == "Nora Blake asks you to take over Depot Control"
    text = letter.get_body(("plain",)).get_content()
    his.goto(next(word for word in text.split() if "/handovers/" in word))
    fill_in_sign_in(his, bob.email)
    his.get_by_role("button", name="Accept").click()
    expect(
        his.get_by_text("You are technical contact of Depot Control.")
    ).to_be_visible()
