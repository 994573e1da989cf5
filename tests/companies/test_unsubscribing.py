"""One click in a letter switches off letters of its kind, and no scanner does it."""

from uuid import uuid4

import pytest
from django.test import Client

from companies import unsubscribing
from companies.actions import choose_notices
from companies.models import NoticeChoice
from companies.notices import tell, tiding
from companies.topics import RULES, Channel, Topic
from outbox import returns
from outbox.models import AddressStanding, Attempt, Message
from outbox.return_address import return_address
from tests import arf
from tests.companies.test_notices import NOW, words

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CAN_BE_LEFT = [topic for topic in Topic if Channel.EMAIL not in RULES[topic].locked]


@pytest.fixture
def stranger():
    """A mail provider's machine: no cookies, and it cares for CSRF."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def path(bob):
    return path_of(bob, Topic.TICKET)


def path_of(person, topic):
    return unsubscribing.url_of(person, topic).removeprefix("http://testserver")


def wants(person, topic=Topic.TICKET):
    """Whether a letter is written when there is something to tell."""
    tell(person, **words(topic=topic, key=f"{topic}:{Message.objects.count()}"))
    return Message.objects.filter(topic=topic, recipient=person.email).exists()


def test_one_click_switches_the_topic_off_for_one_person(stranger, path, bob, alice):
    """RFC 8058: a POST without cookies, answered without a redirect."""
    answer = stranger.post(path, ONE_CLICK)

    assert answer.status_code == 200
    assert not answer.cookies
    assert not wants(bob)
    assert wants(bob, Topic.LICENSE)
    assert wants(alice)


def test_a_provider_may_send_the_click_as_form_data(stranger, path, bob):
    """RFC 8058, 3.2: either encoding of a form."""
    body = b"List-Unsubscribe=One-Click"
    stranger.post(path, body, content_type="application/x-www-form-urlencoded")

    assert not wants(bob)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_that_opens_the_link_changes_nothing(stranger, path, bob, method):
    answer = getattr(stranger, method)(path)

    assert answer.status_code == 200
    assert wants(bob)


def test_the_page_has_one_button_and_says_who_it_is_about(stranger, path, bob):
    page = stranger.get(path).content.decode()

    assert page.count("<button") == 1
    assert 'name="List-Unsubscribe" value="One-Click"' in page
    assert bob.email in page
    assert "Tickets" in page


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "Yes"}, ONE_CLICK | {"again": "yes"}]
)
def test_any_other_body_changes_nothing(stranger, path, bob, body):
    assert stranger.post(path, body).status_code == 200

    assert wants(bob)


def test_the_page_after_it_undoes_it(stranger, path, bob):
    page = stranger.post(path, ONE_CLICK).content.decode()
    assert 'name="again" value="yes"' in page

    stranger.post(path, {"again": "yes"})

    assert wants(bob)
    assert not NoticeChoice.objects.exists()


def test_twice_is_as_once(stranger, path, bob):
    for _ in range(2):
        assert stranger.post(path, ONE_CLICK).status_code == 200

    assert NoticeChoice.objects.get().is_on is False


def test_other_choices_stay_as_they_are(stranger, path, bob):
    off = {(Topic.LICENSE, way): False for way in Channel}
    choose_notices(bob, wanted=off, at=NOW)

    stranger.post(path, ONE_CLICK)

    assert NoticeChoice.objects.filter(topic=Topic.LICENSE).count() == 2
    assert NoticeChoice.objects.get(topic=Topic.TICKET).channel == Channel.EMAIL


@pytest.mark.parametrize("topic", sorted(set(Topic) - set(CAN_BE_LEFT)))
def test_what_stays_on_has_no_address(bob, topic):
    """TC-11, TC-27, LI-03: and its letters say nothing of leaving."""
    assert unsubscribing.url_of(bob, topic) == ""
    assert tiding(bob, **_words(topic)).letter.unsubscribe_url == ""


@pytest.mark.parametrize("topic", CAN_BE_LEFT)
def test_every_other_topic_says_in_its_letters_where_it_is_left(bob, topic):
    tell(bob, **words(topic=topic))

    letter = Message.objects.get()
    assert letter.topic == topic
    assert letter.unsubscribe_url == unsubscribing.url_of(bob, topic)
    assert letter.unsubscribe_url in letter.text
    assert letter.unsubscribe_url in letter.html
    assert len(letter.unsubscribe_url) < 250


def test_a_topic_locked_since_stays_on_and_says_why(stranger, path, bob, monkeypatch):
    rule = RULES[Topic.TICKET]
    locked = type(rule)(rule.covers, frozenset(Channel), "It matters now.")
    monkeypatch.setitem(RULES, Topic.TICKET, locked)

    page = stranger.post(path, ONE_CLICK).content.decode()

    assert "It matters now." in page
    assert "<button" not in page
    assert not NoticeChoice.objects.exists()


def test_nobody_else_makes_such_an_address(stranger, path, bob):
    for forged in (path[:-2] + "x/", "/unsubscribe/x/", path.replace(":", "x:")):
        assert stranger.post(forged, ONE_CLICK).status_code == 404

    assert wants(bob)


def test_what_waits_is_not_sent_any_more(stranger, path, bob):
    """Switched off between writing and sending."""
    tell(bob, **words())
    tell(bob, **words(key="b", topic=Topic.RENEWAL))

    stranger.post(path, ONE_CLICK)

    letter = Message.objects.get(topic=Topic.TICKET)
    assert letter.state == Message.State.CANCELLED
    assert letter.attempts.get().outcome == Attempt.Outcome.UNWANTED
    assert Message.objects.get(topic=Topic.RENEWAL).state == Message.State.WAITING


def test_what_a_worker_holds_is_left_to_it(stranger, path, bob):
    tell(bob, **words())
    Message.objects.update(state=Message.State.SENDING, lease=uuid4())

    stranger.post(path, ONE_CLICK)

    assert Message.objects.get().state == Message.State.SENDING


def _words(topic):
    return {name: value for name, value in words(topic=topic).items() if name != "at"}


def complain(person, settings, topic):
    """The reader calls a letter of ours unwanted, and their provider says so."""
    settings.BOUNCE_ADDRESS = "bounces@steward.example"
    tell(person, **words(topic=topic, key=f"{topic}:complained"))
    letter = Message.objects.get(topic=topic, recipient=person.email)
    Message.objects.update(state="sent", due_at=None, sent_at=NOW)
    raw = arf.complaint(mail_from=return_address(letter.pk))
    assert returns.receive(raw, at=NOW) == returns.Verdict.COMPLAINED
    Message.objects.all().delete()


@pytest.mark.parametrize("topic", CAN_BE_LEFT)
def test_a_complaint_switches_the_topic_off(bob, alice, settings, topic):
    """As one click would: they see it among their choices, and may undo it."""
    complain(bob, settings, topic)

    assert not wants(bob, topic)
    assert wants(alice, topic)
    choice = NoticeChoice.objects.get()
    assert (choice.person, choice.topic, choice.is_on) == (bob, topic, False)


def test_a_letter_that_arrives_later_does_not_undo_a_complaint(bob, settings):
    complain(bob, settings, Topic.TICKET)
    AddressStanding.objects.note_delivery(bob.email, NOW)

    assert not wants(bob)


def test_a_complaint_about_what_stays_on_ends_nothing(bob, settings):
    complain(bob, settings, Topic.CONTACT)

    assert wants(bob, Topic.CONTACT)
    assert wants(bob, Topic.TICKET)
    assert not NoticeChoice.objects.exists()
