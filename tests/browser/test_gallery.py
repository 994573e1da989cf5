"""The kit in a real browser, both schemes, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery_urls"),
    pytest.mark.django_db(transaction=True),
]


def test_every_part_is_readable_by_everybody(page, sign_in, alice):
    sign_in(alice)

    page.goto("/gallery/?messages=1")

    for width in (1440, 390):
        for scheme in ("light", "dark"):
            picture(page, "gallery", width=width, scheme=scheme)
    check_page(page)


def test_a_wrong_form_focuses_what_to_correct(page, sign_in, alice):
    sign_in(alice)
    page.goto("/gallery/")

    page.get_by_role("button", name="Invite").click()

    expect(page).to_have_title("Error: Components · Aldwick customer portal")
    expect(page.locator(".error-summary")).to_be_focused()
    picture(page, "form-errors")
    check_page(page)
    page.get_by_role("link", name="E-mail:").click()
    expect(page.get_by_role("textbox", name="E-mail")).to_be_focused()


def test_the_drawer_opens_without_a_script(page, sign_in, alice):
    sign_in(alice)
    page.set_viewport_size({"width": 390, "height": 800})
    page.route("**/enhance.js", lambda route: route.fulfill(body=""))
    page.goto("/gallery/")

    page.get_by_role("button", name="Menu").click()

    expect(page.get_by_role("link", name="Apps")).to_be_visible()


def test_icons_come_from_the_sprite_in_the_colour_of_the_text(page, sign_in, alice):
    sign_in(alice)

    with page.expect_response("**/portal/icons.svg") as sprite:
        page.goto("/gallery/")

    assert sprite.value.ok
    drawn = page.locator(".btn-primary .icon use").first.bounding_box()
    assert drawn["width"] > 5
