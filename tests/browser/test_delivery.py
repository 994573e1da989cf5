"""The desk's page about the post, in a browser: what stands still cannot be missed."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from outbox.models import AddressStanding, Lane
from portal import heartbeat
from portal.models import ErrandRun
from portal.schedule import ERRANDS
from tests.browser.conftest import findings, picture, sideways
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page, sign_in, stella):
    """Stella, on a day when mail is slow and the clock has stopped."""
    at = timezone.now()
    cache.set(f"heartbeat:{heartbeat.WORKER}", at)
    for number, (name, errand) in enumerate(ERRANDS.items()):
        started_at = at - timedelta(minutes=47, seconds=errand.every / 100)
        ErrandRun.objects.create(
            errand=name,
            outcome="done",
            figures={"sent": 214, "deferred": 3} if number == 0 else {"purged": 0},
            started_at=started_at,
            ended_at=started_at + timedelta(seconds=0.4 + number),
        )
    for minute in range(60):
        for _number in range((minute * 7) % 11):
            row = MessageFactory(sent=True)
            AttemptFactory(message=row, at=at - timedelta(minutes=minute))
    lost = MessageFactory(failed=True, recipient="p.visser@gone.example")
    AttemptFactory(
        message=lost,
        outcome="refused",
        code=550,
        server="mx.aldwick.example:25",
        took=timedelta(seconds=0.3),
        words="5.1.1 The email account that you tried to reach does not exist",
        at=at - timedelta(hours=2),
    )
    AddressStanding.objects.note_bounce(lost.recipient, "5.1.1 no such user", at)
    MessageFactory(priority=10, due_at=at, created_at=at - timedelta(minutes=12))
    MessageFactory(due_at=at + timedelta(minutes=30), tries=2)
    Lane.objects.create(
        name="mail",
        troubles=2,
        words="Connection refused",
        since=at - timedelta(minutes=9),
        closed_until=at + timedelta(minutes=2),
    )
    sign_in(stella)
    page.lost = lost
    return page


def our_findings(desk):
    return [one for one in findings(desk) if "desk-" in one]


def check(desk, name):
    for scheme, dark in (("light", "false"), ("dark", "true")):
        desk.evaluate(f"document.documentElement.classList.toggle('dark', {dark})")
        for width in (1440, 390):
            picture(desk, name, width=width, scheme=scheme)
        assert our_findings(desk) == [], scheme
    desk.set_viewport_size({"width": 360, "height": 800})
    assert sideways(desk) == []
    desk.set_viewport_size({"width": 1440, "height": 900})
    assert desk.faults == []


def test_a_clock_that_stands_still_cannot_be_missed(desk):
    desk.goto(reverse("admin:index"))

    alarm = desk.get_by_role("alert")
    expect(alarm).to_contain_text("The clock (beat) stands still.")
    expect(alarm).to_contain_text("docker compose up --detach beat")
    check(desk, "desk-alarm")


def test_errands_that_are_late_cannot_be_missed_either(desk):
    cache.set(f"heartbeat:{heartbeat.BEAT}", timezone.now())
    desk.goto(reverse("admin:delivery"))

    alarm = desk.get_by_role("alert")
    expect(alarm).to_contain_text("Late: deliver-due, ")
    expect(alarm).to_contain_text("docker compose restart worker beat")
    check(desk, "desk-late")


def test_mail_that_does_not_leave_cannot_be_missed_either(desk):
    now = timezone.now()
    cache.set(f"heartbeat:{heartbeat.BEAT}", now)
    ErrandRun.objects.update(started_at=now)
    MessageFactory(due_at=now - timedelta(minutes=25))
    desk.goto(reverse("admin:index"))

    alarm = desk.get_by_role("alert")
    expect(alarm).to_contain_text("Mail is due and does not leave.")
    check(desk, "desk-stuck")


def test_the_page_about_the_post(desk):
    desk.goto(reverse("admin:index"))
    desk.get_by_role("link", name="How the post does").click()

    expect(desk.get_by_role("alert")).to_be_visible()
    expect(desk.locator("table").filter(has_text="deliver-due")).to_contain_text(
        "sent 214, put off 3"
    )
    check(desk, "desk-delivery")


def test_a_test_letter_is_asked_for_with_one_button(desk):
    desk.goto(reverse("admin:delivery"))
    desk.get_by_role("button", name="Send me a test letter").click()

    expect(desk.locator("#page")).to_contain_text("is in the outbox. Look again soon.")
    assert desk.faults == []


def test_a_lost_letter_is_found_read_and_tried_again(desk):
    desk.goto(reverse("admin:delivery"))
    desk.get_by_role("link", name="Addresses that bounce").first.click()
    picture(desk, "desk-letters")
    picture(desk, "desk-letters", width=390)
    desk.get_by_role("link", name="Depot Control").first.click()
    picture(desk, "desk-letter")
    check(desk, "desk-letter")
    desk.get_by_role("button", name="Try again now").click()

    expect(desk.locator("#page")).to_contain_text(
        "1 letter is in line to be tried now."
    )
    expect(desk.get_by_role("button", name="Cancel this letter")).to_be_visible()
    assert desk.faults == []
