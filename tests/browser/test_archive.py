"""The archive of a company's data, in a browser without JavaScript."""

import zipfile

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from companies import actions
from companies.models import Archive
from portal.tasks import make_archives
from tests.browser.conftest import check_page, picture
from tests.browser.letters import newest_letter
from tests.browser.test_sign_in import (
    PASSWORD,
    plain,  # noqa: F401 - a fixture
    post_office,  # noqa: F401 - a fixture
)
from tests.browser.test_sign_in import sign_in as enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def ask(page):
    enter(page, "alice@acme.example", PASSWORD)
    page.goto("/company/")
    page.get_by_role("link", name="Data archive").click()
    page.get_by_role("link", name="Make an archive").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_asked_for_watched_and_downloaded(plain, alice, post_office):  # noqa: F811
    ask(plain)
    plain.get_by_role("button", name="Make the archive").click()
    expect(plain.locator("main")).to_contain_text("Waiting")

    make_archives()
    plain.get_by_role("link", name="Look again").click()
    expect(plain.locator("main")).to_contain_text("Ready")
    told = newest_letter(post_office, "alice@acme.example")
    assert told["Subject"] == "The archive of all data of Acme is ready"
    with plain.expect_download() as started:
        plain.get_by_role("button", name="Download").click()

    assert started.value.suggested_filename.startswith("Acme 20")
    with zipfile.ZipFile(started.value.path()) as zipped:
        assert "README.txt" in zipped.namelist()
        assert b"alice@acme.example" in zipped.read("people.csv")


def test_each_page(page, alice, post_office):  # noqa: F811
    enter(page, "alice@acme.example", PASSWORD)
    page.goto("/company/archive/")
    look(page, "archive-none")
    page.get_by_role("link", name="Make an archive").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    look(page, "archive-ask")
    page.get_by_role("button", name="Make the archive").click()
    look(page, "archive-waiting")
    at = timezone.now()
    archive = actions.take_archive(at=at)
    actions.hold_archive(archive, done=1320, total=5280, at=at)
    page.reload()
    look(page, "archive-running")
    picture(page, "archive-running", width=390, scheme="dark")
    Archive.objects.filter(pk=archive.pk).update(held_until=at)
    make_archives()
    page.reload()
    look(page, "archive-ready")
    Archive.objects.update(state=Archive.State.FAILED)
    page.reload()
    look(page, "archive-failed")


def look(page, name):
    picture(page, name)
    check_page(page)
