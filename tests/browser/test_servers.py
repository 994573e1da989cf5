"""The contact's whole way with keys, servers and files, in a browser."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from licenses import actions, files, signers
from licenses.models import IssuedFile, License, LicenseKey, Seat
from licenses.requests import ActivationRequest
from tests.browser.conftest import check_page, picture
from tests.browser.test_generate_key import contact_of, days, licensed
from tests.factories.apps import ApplicationFactory
from tests.factories.licenses import IssuedFileFactory, PolicyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OLD, NEW, ROOM = "7C41-E09B-55D2", "9D02-11AC-7F3E", "4b6f1f4c0d1e2a3b"


@pytest.fixture
def depot(acme, bob):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    contact_of(depot, bob)
    return depot


@pytest.fixture
def production(depot):
    return licensed(depot, "production", 20417, days(12), 300)


@pytest.fixture
def floating(depot, bob):
    """Three places: one by key, one on line with an old file, one given back."""
    license = licensed(depot, "plants", 20555, days(12), 300)
    license.policy = PolicyFactory(
        name="Plants", is_floating=True, max_servers=3, moves_allowed=3
    )
    license.save()
    at = timezone.now()
    key = actions.generate_key(
        license=license, server_id=OLD, server_name="rtm-app-01", by=bob, at=at
    )
    actions.activate_key(key=key, by=bob, at=at)
    facts = {"hostname": "rtm-app-02", "platform": "Debian 13", "cores": 8}
    on_line = actions.activate_server(
        license=license, server_id=NEW, by=None, at=at, facts=facts
    )
    IssuedFileFactory(seat=on_line, issued_by=bob)
    gone = actions.activate_server(license=license, server_id=ROOM, by=None, at=at)
    IssuedFileFactory(seat=gone, issued_by=bob, way="air_gap")
    actions.deactivate_server(seat=gone, by=bob, at=at, reason="The hall is closed.")
    actions.renew_license(license=license, ends_on=days(377), by=None, at=at)
    return License.objects.get(pk=license.pk)


def press(page, words):
    page.click(f"main button:has-text('{words}')")


def generate(page, license, server_id, name=""):
    page.goto(reverse("licenses:generate", args=[license.pk]))
    page.fill("[name=server_id]", server_id)
    page.fill("[name=server_name]", name)
    press(page, "Generate key")


def test_the_whole_way_without_a_script(window, live_server, production, bob, stella):
    """Key, activation, renewal, new hardware, giving back, air gap, file."""
    page = window()
    enter(page, live_server, bob)
    generate(page, production, OLD, "rtm-app-01")
    with page.expect_download() as download:
        page.click("text=Download .lic")
    assert download.value.path().read_text().startswith("key/")
    press(page, "Mark as activated")

    actions.renew_license(
        license=production, ends_on=days(377), by=stella, at=timezone.now()
    )
    page.goto(production.get_absolute_url())
    page.click("main table >> text=Open key")
    expect(page.locator("main")).to_contain_text("What changes")
    press(page, "Mark as activated")
    production.refresh_from_db()
    assert production.runs_until == days(377)

    generate(page, production, NEW, "rtm-app-09")
    expect(page.locator("h1")).to_have_text("Move the license to rtm-app-09?")
    press(page, "Generate key and move")
    expect(page.locator("main")).to_contain_text("rtm-app-09")
    assert Seat.objects.active().get().server_id == OLD
    press(page, "Mark as activated")
    assert Seat.objects.active().get().server_id == NEW

    page.goto(production.get_absolute_url())
    page.click("main table >> text=Deactivate")
    press(page, "Deactivate the server")
    expect(page.locator(".error-summary")).to_contain_text("Say why")
    page.fill("[name=reason]", "The server is scrapped.")
    press(page, "Deactivate the server")
    expect(page.locator("main [role=status]").first).to_contain_text("off rtm-app-09")
    actions.free_seat(
        seat=Seat.objects.get(server_id=NEW), by=stella, at=timezone.now()
    )

    page.click("text=The license key")
    press(page, "Make the license key")
    page.click("main summary")
    key = page.inner_text(".key-text")
    production.refresh_from_db()
    assert key == actions.license_key_of(production)

    page.goto(reverse("licenses:air_gap", args=[production.application.pk]))
    page.fill("[name=request]", "not a request")
    press(page, "Activate and make the file")
    expect(page.locator(".error-summary")).to_contain_text("no activation request")
    page.fill("[name=request]", ActivationRequest(key, ROOM).encode())
    press(page, "Activate and make the file")
    expect(page.locator("h1")).to_have_text(f"Active on {ROOM}")
    with page.expect_download() as download:
        page.click("main button:has-text('Download .lic')")
    seat = Seat.objects.active().get()
    assert download.value.suggested_filename == f"{seat.pk}.lic"
    assert said(download, key + ROOM)["fingerprint"] == ROOM

    page.goto(reverse("licenses:machine_file", args=[seat.pk]))
    with page.expect_download() as download:
        press(page, "Download the file")
    assert said(download, key + ROOM)["fingerprint"] == ROOM
    assert IssuedFile.objects.count() == 2
    page.goto(reverse("licenses:issued_of_license", args=[production.pk]))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.click("text=All keys")
    expect(page.locator("tbody tr")).to_have_count(LicenseKey.objects.count())


def enter(page, live_server, person):
    person.set_password("steward-demo")
    person.save()
    page.goto("/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", "steward-demo")
    page.click("main button[type=submit]")
    expect(page).not_to_have_url(re.compile("login"))


def said(download, secret):
    text = download.value.path().read_text()
    document = files.read(text, signers.active().public_key, secret=secret)
    return document.data["attributes"]


def test_pages_of_servers_are_fit_for_everybody(page, sign_in, floating, depot, bob):
    sign_in(bob)
    actions.make_license_key(license=floating, by=bob, at=timezone.now())
    seats = {seat.server_id: seat for seat in floating.seats.all()}
    for name, address, arg in (
        ("detail", "detail", floating),
        ("tab", "for_application", depot),
        ("servers", "servers", floating),
        ("license-key", "license_key", floating),
        ("issued", "issued_of_application", depot),
        ("air-gap", "air_gap", depot),
        ("file", "machine_file", seats[NEW]),
        ("deactivate", "deactivate", seats[OLD]),
    ):
        page.goto(reverse(f"licenses:{address}", args=[arg.pk]))
        check_page(page)
        look(page, f"servers-{name}")
    page.goto(reverse("licenses:issued") + "?which=all-keys")
    check_page(page)


def test_moving_and_activating_are_fit_for_everybody(page, sign_in, floating, bob):
    sign_in(bob)
    generate(page, floating, "AAAA-BBBB", "rtm-app-10")
    check_page(page)
    look(page, "servers-move")

    seat = floating.seats.get(server_id=NEW)
    page.check(f"input[value='{seat.pk}']")
    press(page, "Generate key and move")
    expect(page.locator(".key-text")).to_be_visible()
    key = actions.make_license_key(license=floating, by=bob, at=timezone.now())
    page.goto(reverse("licenses:air_gap", args=[floating.application.pk]))
    page.fill("[name=request]", ActivationRequest(key, NEW).encode())
    press(page, "Activate and make the file")
    check_page(page)
    look(page, "servers-activated")


def test_a_held_place_is_freed_by_support(page, sign_in, floating, stella):
    sign_in(stella)
    page.goto(floating.get_absolute_url())
    page.click("main table >> text=Free the place")
    check_page(page)
    look(page, "servers-free")

    press(page, "Free the place")

    expect(page.locator("main [role=status]").first).to_contain_text("is free")


def test_a_stopped_license_is_said_to_everybody(page, sign_in, floating, bob):
    License.objects.filter(pk=floating.pk).update(
        suspended_at=timezone.now() - timedelta(days=2),
        suspension_reason="Invoice 4711 is open since March.",
    )
    sign_in(bob)
    page.goto(floating.get_absolute_url())
    check_page(page)
    look(page, "servers-suspended")


def look(page, name):
    picture(page, name)
    picture(page, name, width=390)
    picture(page, name, scheme="dark")
