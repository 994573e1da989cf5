"""The kit in a real browser, both schemes, wide and narrow."""

import re

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

    drawer = page.locator("#sidebar")
    expect(drawer.get_by_role("link", name=re.compile("^Apps"))).to_be_visible()
    picture(page, "drawer", width=390)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_icons_come_from_the_sprite_in_the_colour_of_the_text(page, sign_in, alice):
    sign_in(alice)

    with page.expect_response("**/portal/icons.svg") as sprite:
        page.goto("/gallery/")

    assert sprite.value.ok
    page.wait_for_function(
        """() => document.querySelector(".btn-primary .icon use")
          .getBoundingClientRect().width > 5"""
    )


def test_a_deed_is_confirmed_in_a_dialog_and_focus_comes_back(page, sign_in, alice):
    sign_in(alice)
    page.goto("/gallery/")
    stop = page.get_by_role("link", name="Stop the app")

    stop.click()

    dialog = page.get_by_role("dialog", name="Stop Driver App?")
    expect(dialog).to_be_visible()
    picture(page, "dialog")
    check_page(page)
    dialog.get_by_role("link", name="Keep it running").click()
    expect(dialog).to_have_count(0)
    expect(stop).to_be_focused()

    stop.click()
    page.get_by_role("button", name="Stop the app").click()
    expect(page.get_by_role("status").first).to_have_text("Driver App is stopped.")


def test_without_a_script_the_deed_is_confirmed_on_a_page(page, sign_in, alice):
    sign_in(alice)
    page.route("**/enhance.js", lambda route: route.fulfill(body=""))
    page.goto("/gallery/")

    page.get_by_role("link", name="Stop the app").click()

    expect(page).to_have_url(re.compile("/gallery/stop/$"))
    picture(page, "confirm")
    picture(page, "confirm", width=390, scheme="dark")
    check_page(page)
    page.get_by_role("button", name="Stop the app").click()
    expect(page.get_by_role("status").first).to_have_text("Driver App is stopped.")


def test_a_key_is_copied_without_its_gaps_mattering(page, sign_in, alice):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(alice)
    page.goto("/gallery/")

    page.get_by_role("button", name="Copy key").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("ALDW01 K7QF2M ")


def test_the_account_menu_closes_on_escape(page, sign_in, alice):
    sign_in(alice)
    page.goto("/gallery/")
    page.get_by_text("Alice Moreau").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    picture(page, "menu")

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_the_reader_may_choose_the_scheme(page, sign_in, alice):
    alice.appearance = "dark"
    alice.save(update_fields=["appearance"])
    sign_in(alice)

    page.goto("/gallery/")

    expect(page.locator("body")).to_have_css("background-color", "rgb(17, 20, 23)")


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_errors_say_what_to_do(page, code, live_server, client):
    # Said by the server itself: a page that fails is also an error on the console.
    client.raise_request_exception = False
    answer = client.get(f"/gallery/{code}/")
    assert answer.status_code == code

    page.route("**/broken/", lambda route: route.fulfill(body=answer.content))
    page.goto("/broken/")

    expect(page.get_by_role("link", name="To the overview")).to_be_visible()
    picture(page, f"error-{code}")
    check_page(page)
