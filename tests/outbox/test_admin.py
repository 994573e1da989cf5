"""The outbox as support staff sees it."""

import pytest
from django.urls import reverse

from outbox.models import Message
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

LIST = "admin:outbox_message_changelist"


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def test_the_list_shows_state_recipient_and_next_try(desk):
    MessageFactory(failed=True, recipient="gone@acme.example", subject="Two licenses")

    page = desk.get(reverse(LIST)).text

    assert "gone@acme.example" in page
    assert "Two licenses" in page
    assert "Failed" in page


def test_the_list_does_not_ask_more_for_more_rows(desk, django_assert_max_num_queries):
    MessageFactory.create_batch(3)
    desk.get(reverse(LIST))

    with django_assert_max_num_queries(10):
        desk.get(reverse(LIST))


@pytest.mark.parametrize("words", ["jonas@acme", "Depot Control", "renewal:7"])
def test_letters_are_found_by_recipient_subject_and_key(desk, words):
    MessageFactory(
        recipient="jonas@acme.example", subject="Depot Control ends", key="renewal:7"
    )
    MessageFactory(recipient="lotte@acme.example", subject="Something else", key="x")

    page = desk.get(reverse(LIST), {"q": words}).text

    assert "jonas@acme.example" in page
    assert "lotte@acme.example" not in page


def test_one_letter_shows_its_words_and_its_log(desk):
    row = MessageFactory(failed=True)
    AttemptFactory(message=row, outcome="refused", code=550, words="no such person")

    page = desk.get(reverse("admin:outbox_message_change", args=[row.pk])).text

    assert "no such person" in page
    assert "Refused for good" in page
    assert reverse("admin:outbox_message_html", args=[row.pk]) in page
    assert 'sandbox="allow-popups' in page


def test_the_preview_can_do_nothing(desk):
    row = MessageFactory(html="<!doctype html><html><head></head><p>Hello</p></html>")

    answer = desk.get(reverse("admin:outbox_message_html", args=[row.pk]))

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank"></head><p>Hello</p>' in answer.text


def test_what_lets_a_reader_in_is_blotted_out(desk):
    page = "https://portal.example/tickets/00000000-0000-4000-8000-000000000000/"
    token = "Zk3_x-9QmA7vTe5bYw2cRf8uHs1pLd6o"
    words = (
        f"Look: {page}\nAccept: https://portal.example/invitations/{token}/\n"
        "Sign in: https://portal.example/login/?code=KX7P-M2QD or type KX7P-M2QD."
    )
    row = MessageFactory(text=words, html=f"<html><head></head>{words}</html>")

    pages = [
        desk.get(reverse(f"admin:outbox_message_{name}", args=[row.pk])).text
        for name in ("change", "html")
    ]

    for shown in pages:
        assert page in shown
        assert "https://portal.example/invitations/•••/" in shown
        assert token not in shown
        assert "KX7P" not in shown
    row.refresh_from_db()
    assert row.text == words, "the reader gets it whole"


def test_the_preview_of_no_letter_does_not_exist(desk):
    missing = "00000000-0000-4000-8000-000000000000"

    answer = desk.get(reverse("admin:outbox_message_html", args=[missing]))

    assert answer.status_code == 404


def test_the_preview_is_for_staff_only(client, alice):
    row = MessageFactory()
    client.force_login(alice)

    answer = client.get(reverse("admin:outbox_message_html", args=[row.pk]))

    assert answer.status_code == 404
    assert "Two licenses end" not in answer.text


def test_send_again_puts_failed_letters_in_line(desk):
    failed = MessageFactory(failed=True)

    page = desk.post(
        reverse(LIST),
        {"action": "send_again", "_selected_action": [failed.pk]},
        follow=True,
    ).text

    failed.refresh_from_db()
    assert failed.state == "waiting"
    assert failed.attempts.get().outcome == "requeued"
    assert "1 letter is in line again." in page


def test_send_again_says_what_it_refused(desk):
    waiting = MessageFactory()
    failed = MessageFactory(failed=True)

    page = desk.post(
        reverse(LIST),
        {"action": "send_again", "_selected_action": [waiting.pk, failed.pk]},
        follow=True,
    ).text

    assert "This letter waits to be sent already." in page
    assert "1 letter is in line again." in page


def test_letters_are_facts(desk):
    row = MessageFactory()
    change = reverse("admin:outbox_message_change", args=[row.pk])
    delete = reverse("admin:outbox_message_delete", args=[row.pk])

    assert desk.get(reverse("admin:outbox_message_add")).status_code == 403
    assert desk.post(change, {"subject": "Other"}).status_code == 403
    assert desk.post(delete, {"post": "yes"}).status_code == 403
    assert Message.objects.get().subject == row.subject


def test_the_lane_is_shown_with_its_trouble(desk):
    from outbox.models import Lane

    Lane.objects.create(name="mail", troubles=3, words="Connection refused")

    page = desk.get(reverse("admin:outbox_lane_changelist")).text

    assert "Connection refused" in page
