"""Making and revoking the address of a calendar, without a script; and how it looks."""

import pytest
from playwright.sync_api import expect

from licenses.models import CalendarFeed
from tests.browser.conftest import check_page, picture
from tests.factories.licenses import CalendarFeedFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_make_an_address_and_revoke_it(page, sign_in, alice):
    sign_in(alice)
    page.goto("/licenses/")
    page.get_by_role("link", name="Calendar", exact=True).click()
    check_page(page)
    picture(page, "calendar")

    page.get_by_label("All licenses of Acme").check()
    page.get_by_role("button", name="Make the address").click()
    expect(page.get_by_text("we do not show it again")).to_be_visible()
    check_page(page)
    picture(page, "calendar-made")
    picture(page, "calendar-made", width=360, scheme="dark")
    page.get_by_role("link", name="I have kept it").click()

    expect(page.get_by_text("Made by Alice Moreau")).to_be_visible()
    CalendarFeedFactory(person=alice, with_maintenance=True)
    page.reload()
    check_page(page)
    picture(page, "calendar-two")
    picture(page, "calendar-two", width=360)
    page.get_by_role("button", name="Acme, Alice Moreau").click()
    expect(page.get_by_text("The address is revoked")).to_be_visible()
    assert CalendarFeed.objects.current().count() == 1


def test_the_list_of_licenses_has_room_for_its_files(page, sign_in, alice):
    sign_in(alice)
    page.goto("/licenses/")
    check_page(page)
