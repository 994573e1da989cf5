"""A company claims its mail domain; support confirms it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from companies.models import ClaimedDomain
from tests.browser.conftest import check_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_alice_claims_her_domain_and_stella_confirms_it(page, sign_in, alice, stella):
    """CO-07"""
    sign_in(alice)
    page.goto(reverse("companies:company"))
    page.get_by_role("link", name="Sign-in").click()
    picture(page, "domains-none")
    check_page(page)

    page.get_by_role("button", name="Claim this domain").click()

    expect(page.locator("main")).to_contain_text(
        "We check with you, usually within one working day."
    )
    picture(page, "domains-waiting", width=390)
    check_page(page)

    sign_in(stella)
    domain = ClaimedDomain.objects.get()
    page.goto(reverse("admin:companies_claimeddomain_change", args=[domain.pk]))
    page.get_by_label("Confirm: the domain").check()
    picture(page, "domains-desk")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("body")).to_contain_text("accounts without a company")
    sign_in(alice)
    page.goto(reverse("companies:sign_in"))
    expect(page.locator("main")).to_contain_text("Confirmed")
    picture(page, "domains-confirmed")
    check_page(page)
