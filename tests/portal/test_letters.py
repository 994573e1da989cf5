"""The desk's preview of every letter: for staff alone, and it can do nothing."""

import pytest
from django.urls import reverse

from outbox.models import Message
from portal.letters import SAMPLES

pytestmark = pytest.mark.django_db
REMINDER = "licenses-renewal_reminder"
HTML = reverse("letter_html", args=[REMINDER])


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def test_every_letter_is_listed_with_when_and_to_whom(desk):
    page = desk.get(reverse("letters")).text

    for slug, sample in SAMPLES.items():
        assert reverse("letter", args=[slug]) in page
        assert sample.template in page


@pytest.mark.parametrize("slug", SAMPLES)
def test_every_letter_has_its_page_and_nothing_is_sent(desk, slug):
    page = desk.get(reverse("letter", args=[slug]))

    assert page.status_code == 200
    assert reverse("letter_html", args=[slug]) in page.text
    assert not Message.objects.exists()


def test_a_letter_is_read_in_another_language(desk):
    page = desk.get(reverse("letter", args=[REMINDER]), {"language": "nl"}).text
    frame = desk.get(HTML, {"language": "nl"}).text

    assert "lopen over 15 dagen af" in page
    assert '<html lang="nl">' in frame
    assert "Open de nieuwe sleutels" in frame


def test_a_letter_is_seen_light_and_dark_whatever_the_browser_prefers(desk):
    light = desk.get(HTML, {"scheme": "light"}).text
    dark = desk.get(HTML, {"scheme": "dark"}).text

    assert "@media not all {" in light
    assert "@media all {" in dark
    assert "prefers-color-scheme" not in light + dark


def test_a_letter_is_seen_as_wide_as_a_phone(desk):
    address = reverse("letter", args=[REMINDER])

    assert 'width="640"' in desk.get(address).text
    assert 'width="375"' in desk.get(address, {"width": "375"}).text


def test_what_is_not_offered_is_the_first_choice(desk):
    asked = {"language": "tlh", "scheme": "pink", "width": "1"}

    page = desk.get(reverse("letter", args=[REMINDER]), asked).text

    assert 'width="640"' in page
    assert "?language=en&amp;scheme=light" in page


def test_the_frame_runs_and_loads_nothing(desk):
    answer = desk.get(HTML)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy.replace("default-src", "")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_letter_that_is_none_is_not_found(desk):
    assert desk.get(reverse("letter", args=["no-such"])).status_code == 404


@pytest.mark.parametrize("address", [reverse("letters"), HTML])
def test_it_is_for_staff_alone(client, alice, address):
    client.force_login(alice)

    assert client.get(address).status_code == 403


def test_the_desk_leads_there(desk):
    assert f'href="{reverse("letters")}"' in desk.get(reverse("admin:index")).text
