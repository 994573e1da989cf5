"""Where somebody is signed in, and signing out from afar."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.models import ActivityEntry
from companies.sessions import Device, note_seen
from companies.verbs import Verb

LIST = reverse("account_sessions")
EVERYWHERE = reverse("account_end_sessions")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
PASSWORD = "a sentence nobody guesses"


def browser(person, agent=FIREFOX, ip="192.0.2.7"):
    """A browser in which this person has signed in by the page."""
    person.set_password(PASSWORD)
    person.save()
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)
    fields = {"login": person.email, "password": PASSWORD}
    client.post(reverse("account_login"), fields)
    return client


def another(person, agent=IPHONE, ip="198.51.100.9"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)
    fields = {"login": person.email, "password": PASSWORD}
    client.post(reverse("account_login"), fields)
    return client


def is_signed_in(client):
    return client.get(reverse("companies:account")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5", "a device that says no name"),
        ("", "a device that says no name"),
    ],
)
def test_a_device_is_called_what_people_call_it(agent, name):
    assert str(Device.of(agent)) == name


def test_each_device_is_listed_this_one_first(alice):
    laptop = browser(alice)
    another(alice)

    answer = laptop.get(LIST)

    places = answer.context["places"]
    assert [(str(one.device), one.ip, one.is_here) for one in places] == [
        ("Firefox on Linux", "192.0.2.7", True),
        ("Safari on iPhone", "198.51.100.9", False),
    ]
    assert "Here, now" in answer.content.decode()


def test_nobody_sees_the_devices_of_others(alice, bob):
    browser(alice)

    places = browser(bob, ip="192.0.2.8").get(LIST).context["places"]

    assert [one.ip for one in places] == ["192.0.2.8"]


def test_a_session_from_before_the_list_is_on_it(client, alice):
    client.force_login(alice)
    UserSession.objects.all().delete()

    places = client.get(LIST).context["places"]

    assert [one.is_here for one in places] == [True]


def test_what_has_ended_is_not_listed(alice):
    laptop = browser(alice)
    phone = another(alice)
    phone.post(reverse("account_logout"))

    assert len(laptop.get(LIST).context["places"]) == 1


def test_sign_out_everywhere_leaves_this_browser_alone(alice):
    laptop = browser(alice)
    phone = another(alice)

    answer = laptop.post(EVERYWHERE)

    assert answer.url == LIST
    assert is_signed_in(laptop)
    assert not is_signed_in(phone)
    assert [one.is_here for one in laptop.get(LIST).context["places"]] == [True]
    assert ActivityEntry.objects.get().verb == Verb.SESSIONS_ENDED


def test_one_device_is_signed_out_and_the_others_stay(alice):
    laptop = browser(alice)
    phone = another(alice)
    desk = another(alice, agent=EDGE, ip="203.0.113.4")
    lent = UserSession.objects.get(ip="198.51.100.9")

    laptop.post(reverse("account_end_session", args=[lent.pk]))

    assert [is_signed_in(one) for one in (laptop, phone, desk)] == [True, False, True]
    entry = ActivityEntry.objects.get()
    assert entry.sentence == "signed Alice Moreau out on Safari on iPhone"


def test_the_session_of_somebody_else_does_not_exist(alice, bob):
    laptop = browser(alice)
    stranger = browser(bob)
    row = UserSession.objects.get(user=alice)

    answer = stranger.post(reverse("account_end_session", args=[row.pk]))

    assert answer.status_code == 404
    assert is_signed_in(laptop)


@pytest.mark.parametrize("address", [EVERYWHERE, "account_end_session"])
def test_a_get_signs_nobody_out(alice, address):
    laptop = browser(alice)
    row = UserSession.objects.get(user=alice)
    if address != EVERYWHERE:
        address = reverse(address, args=[row.pk])

    assert laptop.get(address).status_code == 405
    assert is_signed_in(laptop)


def test_last_seen_is_written_now_and_then(rf, alice, django_assert_num_queries):
    laptop = browser(alice)
    request = rf.get("/", REMOTE_ADDR="203.0.113.99")
    request.session, request.user = laptop.session, alice
    cache.clear()
    now = timezone.now()

    with django_assert_num_queries(0):
        note_seen(request, at=now)
        note_seen(request, at=now + timedelta(minutes=4))
    with django_assert_num_queries(1):
        note_seen(request, at=now + timedelta(minutes=6))

    row = UserSession.objects.get(user=alice)
    assert row.ip == "203.0.113.99"
    assert row.last_seen_at == now + timedelta(minutes=6)


def test_a_server_without_an_address_lets_people_in_all_the_same(alice):
    client = browser(alice, ip="")

    answer = client.get(LIST)

    assert [one.ip for one in answer.context["places"]] == [""]
    assert "not known" in answer.content.decode()
