"""The outbox as support staff sees it."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from outbox.models import AddressStanding, Message
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
    AttemptFactory(
        message=row,
        outcome="refused",
        code=550,
        words="no such person",
        server="mx.acme.example:25",
        took=timedelta(seconds=1.5),
    )

    page = desk.get(reverse("admin:outbox_message_change", args=[row.pk])).text

    assert "no such person" in page
    assert "Refused for good" in page
    assert "mx.acme.example:25" in page
    assert "1.5 s" in page
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


def press(desk, action, *letters):
    chosen = {"action": action, "_selected_action": [one.pk for one in letters]}
    return desk.post(reverse(LIST), chosen, follow=True).text


def test_failed_letters_are_tried_again(desk):
    failed = MessageFactory(failed=True)

    page = press(desk, "try_now", failed)

    failed.refresh_from_db()
    assert failed.state == "waiting"
    assert failed.attempts.get().outcome == "requeued"
    assert "1 letter is in line to be tried now." in page


def test_what_is_refused_is_said_with_its_letter(desk):
    failed, held = MessageFactory(failed=True), MessageFactory(held=True)

    page = press(desk, "try_now", failed, held)

    assert f"{held}: A worker has this letter in hand." in unescape(page)
    assert "1 letter is in line to be tried now." in page


def test_waiting_letters_are_cancelled(desk, stella):
    waiting, sent = MessageFactory(), MessageFactory(sent=True)

    page = press(desk, "cancel", waiting, sent)

    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert waiting.attempts.get().words == str(stella)
    assert f"{sent}: This letter waits no longer." in unescape(page)
    assert "1 letter is cancelled." in page


@pytest.mark.parametrize(
    ("name", "state"), [("try", "waiting"), ("cancel", "cancelled")]
)
def test_one_letter_has_its_buttons(desk, name, state):
    later = timezone.now() + timedelta(hours=5)
    row = MessageFactory(due_at=later, tries=3)
    page = reverse("admin:outbox_message_change", args=[row.pk])
    button = reverse(f"admin:outbox_message_{name}", args=[row.pk])
    assert f'action="{button}"' in desk.get(page).text

    assert desk.get(button).status_code == 405, "a GET changes nothing"
    answer = desk.post(button)

    row.refresh_from_db()
    assert answer.url == page
    assert row.state == state
    assert row.due_at is None or row.due_at < later


def test_a_settled_letter_cannot_be_cancelled(desk):
    row = MessageFactory(sent=True)

    page = desk.get(reverse("admin:outbox_message_change", args=[row.pk])).text

    assert reverse("admin:outbox_message_cancel", args=[row.pk]) not in page


def test_the_buttons_of_no_letter_do_not_exist(desk):
    missing = "00000000-0000-4000-8000-000000000000"

    assert (
        desk.post(reverse("admin:outbox_message_try", args=[missing])).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        ("waiting", {"waiting", "sending"}),
        ("sent", {"sent"}),
        ("lost", {"failed", "bounced"}),
        ("cancelled", {"cancelled"}),
        ("nonsense", {"waiting", "sending", "sent", "failed", "bounced", "cancelled"}),
    ],
)
def test_letters_are_filtered_by_what_became_of_them(desk, delivery, expected):
    MessageFactory()
    for trait in ("held", "sent", "failed", "bounced", "cancelled"):
        MessageFactory(**{trait: True})

    answer = desk.get(reverse(LIST), {"delivery": delivery})

    assert {row.state for row in answer.context["cl"].result_list} == expected


def test_a_whole_address_is_found_however_it_is_written(desk):
    MessageFactory(recipient="Jonas@acme.example")
    MessageFactory(recipient="jonas@acme.example.org")

    answer = desk.get(reverse(LIST), {"q": " JONAS@acme.example "})

    [found] = answer.context["cl"].result_list
    assert found.recipient == "Jonas@acme.example"


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


ADDRESSES = "admin:outbox_addressstanding_changelist"


@pytest.fixture
def gone():
    """An address that a report marked, which no later letter clears by itself."""
    AddressStanding.objects.note_report("noor@acme.example", "5.1.1", timezone.now())
    return AddressStanding.objects.get()


def trust(desk, *rows):
    picked = {"action": "trust", "_selected_action": [row.pk for row in rows]}
    return unescape(desk.post(reverse(ADDRESSES), picked, follow=True).text)


def test_staff_trust_an_address_again_that_the_customer_has_mended(desk, gone):
    page = trust(desk, gone)

    assert "1 address is trusted again." in page
    assert not AddressStanding.objects.bounced().exists()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.email) == (gone.pk, "stella@aldwick.example")


def test_an_address_that_is_well_is_not_trusted_anew(desk):
    AddressStanding.objects.note_delivery("bob@acme.example", timezone.now())

    page = trust(desk, AddressStanding.objects.get())

    assert "bob@acme.example: Mail to this address does not come back." in page
    assert not LogEntry.objects.exists()


def test_what_comes_back_after_that_counts_again(desk, gone):
    trust(desk, gone)
    AddressStanding.objects.note_report("noor@acme.example", "5.1.1", timezone.now())

    assert AddressStanding.objects.bounced().exists()


def test_the_list_of_addresses_narrows_to_those_that_bounce(desk, gone):
    AddressStanding.objects.note_delivery("bob@acme.example", timezone.now())

    page = desk.get(reverse(ADDRESSES), {"bounced": "yes"}).text

    assert "noor@acme.example" in page
    assert "bob@acme.example" not in page
