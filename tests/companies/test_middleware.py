import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone, translation

from companies.middleware import ReaderMiddleware


@pytest.fixture
def heard(rf):
    """Language and time zone of the view that a reader's request meets."""

    def ask(user, **headers):
        found = {}

        def view(request):
            found["language"] = translation.get_language()
            found["zone"] = timezone.get_current_timezone_name()
            found["told"] = request.LANGUAGE_CODE
            return HttpResponse()

        request = rf.get("/", headers=headers)
        request.user = user
        found["response"] = ReaderMiddleware(view)(request)
        return found

    return ask


def test_a_reader_gets_the_own_language_and_time(heard, bob):
    bob.language, bob.time_zone = "nl", "Asia/Tokyo"

    found = heard(bob, **{"accept-language": "de"})

    assert (found["language"], found["told"]) == ("nl", "nl")
    assert found["zone"] == "Asia/Tokyo"
    assert found["response"]["Content-Language"] == "nl"
    assert not found["response"].has_header("Vary")


def test_a_stranger_gets_the_language_of_the_browser_and_the_vendors_time(heard):
    found = heard(AnonymousUser(), **{"accept-language": "fr;q=0.8, xx, de;q=0.9"})

    assert found["language"] == "de"
    assert found["zone"] == settings.TIME_ZONE
    assert found["response"]["Vary"] == "Accept-Language"


def test_nothing_of_it_stays_for_the_next_request(heard, bob):
    bob.language, bob.time_zone = "nl", "Asia/Tokyo"

    heard(bob)

    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE


def test_a_page_for_strangers_says_its_language(client, db):
    answer = client.get("/accounts/login/", headers={"accept-language": "nl"})

    assert 'lang="nl"' in answer.content.decode()
