"""Words go after a while, secrets soon, and the fact that a letter went stays."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.utils import timezone

from outbox import keeping, tasks
from outbox.actions import send_again
from outbox.models import Attachment, Attempt, Message
from outbox.posting import post
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LINK = "http://testserver/accounts/password/reset/key/1a-cm9z2w-0123456789abcdef/"


@pytest.fixture(autouse=True)
def _days(settings):
    settings.OUTBOX_SECRET_DAYS = 2
    settings.OUTBOX_BODY_DAYS = 90
    settings.OUTBOX_KEPT_DAYS = 730


def written(days, **facts):
    return MessageFactory(
        created_at=NOW - timedelta(days=days), **({"sent": True} | facts)
    )


def words_of(row):
    row.refresh_from_db()
    return row.text + row.html


@pytest.mark.parametrize(
    ("words", "is_secret"),
    [
        (LINK, True),
        ("http://testserver/accounts/login/code/confirm/?code=XK7QRD", True),
        ("http://testserver/tickets/10482/ and nothing else", False),
        ("http://testserver/account/notices/", False),
    ],
)
def test_a_letter_that_lets_its_reader_in_is_known(letter, nudges, words, is_secret):
    row = post(**letter(context={"words": words}))

    assert words in row.text
    assert row.holds_secret is is_secret


def test_the_address_for_leaving_a_list_is_no_secret(letter, nudges):
    url = "http://testserver/unsubscribe/WyJhYmMiLCJ0aWNrZXQiXQ:abcdefghijklmnop/"
    row = post(**letter(unsubscribe_url=url))

    assert url in row.text
    assert not row.holds_secret


class TestBlanking:
    def test_a_secret_goes_soon_after_delivery(self):
        secret, plain = written(3, holds_secret=True), written(3)

        assert keeping.blank_letters(at=NOW) == {"secrets": 1, "words": 0}

        assert words_of(secret) == ""
        assert secret.blanked_at == NOW
        assert words_of(plain)

    def test_a_secret_that_is_of_no_use_any_more_goes_at_once(self):
        spent = written(0.1, holds_secret=True, expires_at=NOW - timedelta(minutes=1))
        fresh = written(0.1, holds_secret=True, expires_at=NOW + timedelta(minutes=1))

        keeping.blank_letters(at=NOW)

        assert words_of(spent) == ""
        assert words_of(fresh)

    def test_other_words_and_files_go_in_time(self):
        old, young = written(91), written(89)
        for row in (old, young):
            Attachment.objects.create(
                message=row, filename="a.ics", mimetype="text/calendar", content=b"x"
            )

        keeping.blank_letters(at=NOW)

        assert words_of(old) == ""
        assert not old.attachments.exists()
        assert words_of(young)
        assert young.attachments.exists()

    def test_who_was_told_when_and_what_the_server_said_stays(self):
        row = written(91, last_words="250 queued", audience="the owner")
        AttemptFactory(message=row)

        keeping.blank_letters(at=NOW)

        row.refresh_from_db()
        assert row.subject
        assert (row.recipient, row.sent_at) == (row.recipient, row.created_at)
        assert (row.last_words, row.audience) == ("250 queued", "the owner")
        assert row.attempts.get().outcome == Attempt.Outcome.ACCEPTED

    @pytest.mark.parametrize("trait", ["failed", "cancelled"])
    def test_what_did_not_go_loses_its_words_as_well(self, trait):
        row = written(91, **{"sent": False, trait: True})

        keeping.blank_letters(at=NOW)

        assert words_of(row) == ""

    def test_what_is_still_to_be_sent_keeps_its_words(self):
        waiting = written(400, sent=False, holds_secret=True)

        keeping.blank_letters(at=NOW)
        keeping.purge_letters(at=NOW)

        assert words_of(waiting)

    def test_zero_days_keep_words_for_ever_but_no_secret(self, settings):
        settings.OUTBOX_SECRET_DAYS = settings.OUTBOX_BODY_DAYS = 0
        secret, plain = written(0, holds_secret=True), written(4000)

        keeping.blank_letters(at=NOW)

        assert words_of(secret) == ""
        assert words_of(plain)

    def test_a_letter_without_words_is_not_sent_again(self):
        row = written(91)
        keeping.blank_letters(at=NOW)

        with pytest.raises(ValidationError, match="no longer kept"):
            send_again(row, by="Stella", at=NOW)

    def test_twice_is_as_once(self):
        row = written(91)
        keeping.blank_letters(at=NOW)

        again = keeping.blank_letters(at=NOW + timedelta(days=1))

        assert set(again.values()) == {0}

        row.refresh_from_db()
        assert row.blanked_at == NOW


class TestPurging:
    def test_old_letters_go_with_their_log(self):
        old, young = written(731), written(729)
        AttemptFactory(message=old)

        assert keeping.purge_letters(at=NOW) == 1

        assert list(Message.objects.all()) == [young]
        assert not Attempt.objects.exists()

    def test_zero_days_keep_everything(self, settings):
        settings.OUTBOX_KEPT_DAYS = 0
        written(4000)

        assert keeping.purge_letters(at=NOW) == 0

    @pytest.mark.parametrize(("days", "is_fault"), [(0, 0), (364, 1), (365, 0)])
    def test_a_memory_too_short_is_a_fault_at_start(self, settings, days, is_fault):
        """The row is what keeps an occasion from being told twice."""
        settings.OUTBOX_KEPT_DAYS = days

        found = [one for one in run_checks() if one.id == "outbox.E004"]

        assert len(found) == is_fault
        assert all("OUTBOX_KEPT_DAYS" in one.msg for one in found)


def test_both_go_through_any_number_in_bounded_batches(monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 3)
    for _ in range(10):
        written(800)

    assert keeping.blank_letters(at=NOW)["words"] == 10
    assert keeping.purge_letters(at=NOW) == 10


def test_the_clock_does_both():
    blanked, purged = written(91), written(731)

    tasks.blank_letters()
    tasks.purge_letters()

    assert words_of(blanked) == ""
    assert not Message.objects.filter(pk=purged.pk).exists()
