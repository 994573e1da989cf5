"""Being invited, in a real browser without JavaScript, with letters over real SMTP."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from companies.models import Invitation, User
from tests.browser.conftest import check_page, picture
from tests.browser.letters import link_in, newest_letter
from tests.factories.companies import InvitationFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a sentence nobody guesses"
PEOPLE = reverse("companies:people")


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def enter(page, email):
    page.goto("/accounts/login/")
    fill_in_sign_in(page, email)


def fill_in_sign_in(page, email):
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def invite(page, *lines):
    page.goto(PEOPLE)
    page.get_by_role("link", name="Invite people").first.click()
    page.get_by_label("E-mail addresses").fill("\n".join(lines))
    page.get_by_role("button", name="Send the invitations").click()


def choose_password(page):
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)


def test_without_an_account_the_letter_makes_one(window, alice, post_office):
    """TC-05"""
    hers = window()
    enter(hers, alice.email)
    invite(hers, "Nora Blake <nora@new.example>", "nobody")
    expect(hers.get_by_role("alert")).to_contain_text("Line 2: “nobody” is no e-mail")
    hers.get_by_label("E-mail addresses").fill("Nora Blake <nora@new.example>")
    hers.get_by_role("button", name="Send the invitations").click()
    expect(hers.get_by_text("Nora Blake is invited.")).to_be_visible()
    expect(hers.get_by_role("heading", name="Open invitations")).to_be_visible()

    letter = newest_letter(post_office, "nora@new.example")
    assert letter["Subject"] == "Alice Moreau invites you to Acme"
    noras = window()
    noras.goto(link_in(letter))
    expect(noras.locator("h1")).to_have_text("Join Acme?")
    expect(noras.get_by_label("Your name")).to_have_value("Nora Blake")
    choose_password(noras)
    noras.get_by_role("button", name="Create account and accept").click()

    expect(noras.get_by_text("Welcome. You are one of Acme now.")).to_be_visible()
    assert User.objects.get(email="nora@new.example").company == alice.company
    told = newest_letter(post_office, alice.email)
    assert told["Subject"] == "Nora Blake is one of Acme now"
    hers.goto(PEOPLE)
    expect(hers.get_by_role("link", name="Nora Blake")).to_be_visible()
    expect(hers.get_by_role("heading", name="Open invitations")).to_have_count(0)


def test_with_an_account_one_signs_in_and_comes_back(window, alice, post_office):
    nora = UserFactory(name="Nora Blake", email="nora@new.example", company=None)
    nora.set_password(PASSWORD)
    nora.save()
    hers = window()
    enter(hers, alice.email)
    invite(hers, nora.email)

    noras = window()
    noras.goto(link_in(newest_letter(post_office, nora.email)))
    noras.locator("main").get_by_role("link", name="Sign in").click()
    fill_in_sign_in(noras, nora.email)
    expect(noras.locator("h1")).to_have_text("Join Acme?")
    noras.get_by_role("button", name="Accept the invitation").click()

    expect(noras.get_by_text("Welcome. You are one of Acme now.")).to_be_visible()


def test_who_registers_first_finds_the_invitation_inside(window, alice, post_office):
    """TC-05: register, confirm, be invited, accept."""
    noras = window()
    noras.goto("/accounts/signup/")
    noras.get_by_label("Your name").fill("Nora Blake")
    noras.get_by_label("Work e-mail").fill("nora@new.example")
    choose_password(noras)
    noras.get_by_role("button", name="Create account").click()
    noras.goto(link_in(newest_letter(post_office, "nora@new.example")))
    noras.get_by_role("button", name="Confirm the address").click()
    enter(noras, "nora@new.example")
    expect(noras.locator("h1")).to_have_text("Welcome, Nora Blake")
    expect(noras.get_by_text("Ask a company admin of yours")).to_be_visible()

    hers = window()
    enter(hers, alice.email)
    invite(hers, "nora@new.example")
    noras.goto("/")
    expect(noras.locator("h1")).to_have_text("An invitation waits for you")
    noras.get_by_role("link", name="See the invitation").click()
    noras.get_by_role("button", name="Accept the invitation").click()

    expect(noras.get_by_text("Welcome. You are one of Acme now.")).to_be_visible()


def test_an_admin_withdraws_and_the_link_says_so(window, alice, post_office):
    hers = window()
    enter(hers, alice.email)
    invite(hers, "nora@new.example")
    letter = newest_letter(post_office, "nora@new.example")
    hers.get_by_role("link", name="Withdraw").click()
    hers.get_by_role("button", name="Withdraw").click()
    expect(hers.get_by_text("is withdrawn.")).to_be_visible()

    noras = window()
    answer = noras.goto(link_in(letter))

    assert answer.status == 410
    expect(noras.locator("h1")).to_have_text("This invitation is over")
    assert not Invitation.objects.open().exists()


# How the pages look


@pytest.fixture
def rows(acme, alice):
    """What the pages are about; the token of each is its address."""
    by = {"company": acme, "invited_by": alice}
    UserFactory(email="known@new.example", company=None)
    UserFactory(email="other@new.example", name="Otto Reiter")
    return [
        InvitationFactory(
            email="nora@new.example",
            name="Nora Blake",
            message="Welcome to the fleet team.\nBob shows you around on Monday.",
            **by,
        ),
        InvitationFactory(email="known@new.example", **by),
        InvitationFactory(email="other@new.example", role="admin", **by),
        *InvitationFactory.create_batch(4, **by),
        InvitationFactory(email="gone@new.example", withdrawn=True, **by),
    ]


def look(page, name, address):
    page.goto(address)
    picture(page, name)
    picture(page, name, width=390)
    picture(page, name, scheme="dark")
    check_page(page)


@pytest.mark.parametrize("who", ["nora", "known", "other"])
def test_the_page_behind_the_link(page, rows, who):
    look(page, f"invitation-{who}", f"/invitations/{who}@new.example/")


@pytest.mark.parametrize(("who", "status"), [("gone@new.example", 410), ("x", 404)])
def test_the_pages_that_lead_nowhere(page, rows, who, status):
    page.goto(f"/invitations/{who}/")
    # The browser says that the page is not there; nothing else is wrong with it.
    assert page.faults == [
        "error: Failed to load resource: the server responded with a status of"
        f" {status} ({'Gone' if status == 410 else 'Not Found'})"
    ]
    page.faults.clear()
    picture(page, f"invitation-{status}")
    check_page(page)


def test_somebody_else_and_whoever_is_meant(page, sign_in, rows, bob):
    sign_in(bob)
    look(page, "invitation-somebody-else", "/invitations/known@new.example/")
    sign_in(User.objects.get(email="known@new.example"))
    look(page, "invitation-accept", "/invitations/known@new.example/")
    look(page, "newcomer-invited", "/")
    Invitation.objects.all().delete()
    look(page, "newcomer", "/")


def test_the_pages_of_an_admin(page, sign_in, rows, alice):
    sign_in(alice)
    look(page, "people-invited", PEOPLE)
    look(page, "invitations", reverse("companies:invitations"))
    look(page, "invite", reverse("companies:invite"))
    look(page, "withdraw", reverse("companies:withdraw_invitation", args=[rows[0].pk]))
    UserFactory(
        name="Zoe Gone", email="zoe@x.example", company=alice.company, deactivated=True
    )
    page.goto(reverse("companies:invite"))
    page.get_by_label("E-mail addresses").fill("zoe@x.example\nnora@new.example")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_role("heading", name="To reactivate instead")).to_be_visible()
    picture(page, "invite-refused")
    check_page(page)
