"""One letter a day and quiet nights: what waits, waits visibly, and nothing is lost."""

from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse

from companies import actions, digests, tasks
from companies.models import Notice, User
from companies.notices import tell
from companies.topics import RULES, Topic
from outbox import delivery, keeping, postponing
from outbox.models import Attempt, Message, Postponement
from outbox.return_address import return_address
from outbox.returns import receive
from tests import dsn
from tests.companies.test_notices import words
from tests.factories.companies import UserFactory

pytestmark = pytest.mark.django_db

# Tuesday, half past ten in Berlin.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SIX = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
State = Message.State


@pytest.fixture
def bob(bob):
    """Of Berlin; his mail comes at six, and never in the night."""
    bob.time_zone = "Europe/Berlin"
    bob.daily_at = time(18)
    bob.quiet_from, bob.quiet_until = time(22), time(7)
    bob.save()
    return bob


@pytest.fixture
def owl(bob):
    """The same without a digest."""
    bob.daily_at = None
    bob.save()
    return bob


def told(person, key="a", at=NOW, **changed):
    with transaction.atomic():
        tell(person, **words(key=key, at=at, **changed))
    return Message.objects.get(key=key, recipient=person.email)


def again(row):
    row.refresh_from_db()
    return row


def delivered_by(at):
    """Who got what, if the clock stood there."""
    delivery.deliver(clock=lambda: at)
    return list(Message.objects.sent().values_list("template", flat=True))


class TestWaiting:
    def test_a_letter_for_the_digest_waits_visibly(self, bob):
        letter = told(bob)

        assert letter.state == State.WAITING
        assert letter.postponement.until == SIX
        assert letter.postponement.in_digest
        assert SIX < letter.due_at < SIX + timedelta(hours=1)
        assert Notice.objects.get().title == letter.subject
        assert delivered_by(SIX - timedelta(seconds=1)) == []

    def test_a_letter_in_the_night_waits_for_the_morning(self, owl):
        letter = told(owl, at=NIGHT)

        assert letter.due_at == letter.postponement.until == MORNING
        assert delivered_by(MORNING - timedelta(seconds=1)) == []
        assert delivered_by(MORNING) == [letter.template]

    def test_who_chose_nothing_waits_for_nothing(self, alice):
        assert not hasattr(told(alice), "postponement")

    @pytest.mark.parametrize(
        "topic", [topic for topic, rule in RULES.items() if rule.is_urgent]
    )
    def test_what_is_urgent_passes(self, bob, topic):
        assert not hasattr(told(bob, at=NIGHT, topic=topic), "postponement")

    def test_an_urgent_letter_of_any_topic_passes(self, bob):
        letter = told(bob, at=NIGHT, priority=Message.Priority.URGENT)

        assert not hasattr(letter, "postponement")

    def test_security_and_critical_tickets_are_urgent_and_nothing_else(self):
        urgent = {topic for topic, rule in RULES.items() if rule.is_urgent}

        assert urgent == {Topic.ACCOUNT, Topic.CRITICAL}

    def test_a_letter_with_files_goes_alone(self, bob):
        """A calendar cannot read a digest."""
        files = [("a.ics", "text/calendar", b"x")]

        day, night = (
            told(bob, attachments=files),
            told(bob, "b", NIGHT, attachments=files),
        )

        assert not hasattr(day, "postponement")
        assert (night.postponement.until, night.postponement.in_digest) == (
            MORNING,
            False,
        )

    def test_nothing_waits_until_it_is_no_longer_true(self, bob):
        letter = told(bob, expires_at=NOW + timedelta(hours=1))

        assert not hasattr(letter, "postponement")

    def test_telling_the_same_again_changes_nothing(self, bob):
        told(bob)
        told(bob)

        assert Postponement.objects.count() == 1


class TestDigest:
    def test_several_become_one_letter(self, bob):
        """In the order in which they came, each with its page and its gist."""
        rows = [
            told(bob, "a", link="/tickets/1/"),
            told(bob, "b", topic=Topic.RENEWAL, link="/licenses/"),
        ]

        assert digests.write_digests(at=SIX) == {"sent": 1, "folded": 2}

        digest = Message.objects.get(template=digests.TEMPLATE)
        assert digest.recipient == bob.email
        assert digest.subject == "2 notices since your last letter"
        for text in (digest.text, digest.html):
            assert text.index("http://testserver/tickets/1/") < text.index("/licenses/")
            assert rows[0].postponement.gist in text
        for row in rows:
            assert again(row).state == State.FOLDED
            assert row.due_at is None
            assert row.attempts.get().outcome == Attempt.Outcome.FOLDED
            assert row.postponement.digest == digest
        assert delivered_by(SIX + timedelta(minutes=1)) == [digests.TEMPLATE]

    def test_one_alone_goes_as_it_is(self, bob):
        letter = told(bob)

        assert digests.write_digests(at=SIX) == {"sent": 0, "folded": 0}

        assert again(letter).due_at == SIX
        assert delivered_by(SIX) == [letter.template]

    def test_nothing_is_written_before_its_time(self, bob):
        told(bob)

        digests.write_digests(at=SIX - timedelta(seconds=1))

        assert Message.objects.count() == 1

    def test_each_gets_their_own(self, bob):
        other = UserFactory(
            email="dora@acme.example", time_zone="Europe/Berlin", daily_at=time(18)
        )
        for person in (bob, other):
            told(person, "a")
            told(person, "b")

        assert digests.write_digests(at=SIX) == {"sent": 2, "folded": 4}

        written = Message.objects.filter(template=digests.TEMPLATE)
        assert {row.recipient for row in written} == {bob.email, other.email}

    def test_a_day_with_very_much_is_one_letter_of_bounded_size(self, bob):
        for number in range(60):
            told(bob, f"k{number}")

        digests.write_digests(at=SIX)

        digest = Message.objects.get(template=digests.TEMPLATE)
        assert "60 notices" in digest.subject
        assert "And 20 notices more, in the portal." in digest.text
        assert len(digest.html.encode()) < 30_000

    def test_a_digest_that_nobody_writes_costs_no_letter(self, bob):
        """The errand stands still: each letter goes alone."""
        told(bob, "a")
        told(bob, "b")

        assert len(delivered_by(SIX + postponing.PATIENCE)) == 2

    def test_what_has_been_tried_is_not_folded_as_well(self, bob):
        told(bob, "a")
        told(bob, "b")
        delivery.deliver(clock=lambda: SIX + postponing.PATIENCE)

        assert digests.write_digests(at=SIX + timedelta(hours=1))["sent"] == 0

    def test_twice_is_as_once(self, bob):
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)

        assert digests.write_digests(at=SIX)["sent"] == 0
        assert Message.objects.filter(template=digests.TEMPLATE).count() == 1

    def test_what_comes_afterwards_is_in_the_next(self, bob):
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)

        late = told(bob, "c", at=SIX)

        assert late.postponement.until == SIX + timedelta(days=1)

    def test_the_same_key_is_not_told_again_after_the_digest(self, bob):
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)

        assert tell(bob, **words(key="a", at=SIX)) is False

    def test_a_bad_row_spoils_its_own_digest_only(self, bob, monkeypatch):
        other = UserFactory(
            email="dora@acme.example", time_zone="Europe/Berlin", daily_at=time(18)
        )
        for person in (bob, other):
            told(person, "a")
            told(person, "b")
        facts = digests._facts

        def broken(person, letters):
            if person == bob:
                raise ZeroDivisionError
            return facts(person, letters)

        monkeypatch.setattr(digests, "_facts", broken)

        assert digests.write_digests(at=SIX)["sent"] == 1
        assert Message.objects.waiting().filter(recipient=bob.email).count() == 2

    def test_any_number_of_bad_rows_hide_nobody(self, monkeypatch):
        """More of them than are read at a time, before, among and after the others."""
        monkeypatch.setattr(postponing, "BATCH", 3)
        people = [
            UserFactory(
                pk=UUID(int=number),
                email=f"person{number}@acme.example",
                time_zone="Europe/Berlin",
                daily_at=time(18),
            )
            for number in range(1, 14)
        ]
        for person in people:
            told(person, "a")
            told(person, "b")
        well = {people[number].email for number in (4, 8, 9, 11)}
        facts = digests._facts
        asked = []

        def broken(person, letters):
            asked.append(person.email)
            return facts(person, letters) if person.email in well else 1 / 0

        monkeypatch.setattr(digests, "_facts", broken)

        assert digests.write_digests(at=SIX) == {"sent": 4, "folded": 8}

        written = Message.objects.filter(template=digests.TEMPLATE)
        assert set(written.values_list("recipient", flat=True)) == well
        assert asked == [person.email for person in people]

    def test_whoever_moved_gets_it_at_the_new_address(self, bob):
        told(bob, "a")
        User.objects.filter(pk=bob.pk).update(email="bob@new.example")

        digests.write_digests(at=SIX)

        digest = Message.objects.get(template=digests.TEMPLATE)
        assert digest.recipient == "bob@new.example"
        assert digest.subject == "1 notice since your last letter"

    def test_a_digest_that_comes_back_is_about_the_digest(self, bob, settings):
        settings.BOUNCE_ADDRESS = "bounces@steward.example"
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)
        delivery.deliver(clock=lambda: SIX)
        digest = Message.objects.get(template=digests.TEMPLATE)

        receive(dsn.report(return_address(digest.pk)), at=SIX)

        assert again(digest).state == State.BOUNCED

    def test_its_lines_go_with_the_words(self, bob):
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)

        keeping.blank_letters(at=SIX + timedelta(days=400))

        assert set(Postponement.objects.values_list("gist", flat=True)) == {""}

    def test_the_clock_writes_them(self, bob):
        told(bob, "a", at=NOW - timedelta(days=9))
        told(bob, "b", at=NOW - timedelta(days=9))
        Postponement.objects.update(until=NOW - timedelta(days=8))

        assert tasks.write_digests()["sent"] in {0, 1}


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_digest(bob):
    for key in "abcd":
        told(bob, key)
    both_ready = Barrier(2)

    def work():
        both_ready.wait()
        try:
            digests.write_digests(at=SIX)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Message.objects.filter(template=digests.TEMPLATE).count() == 1
    assert Message.objects.filter(state=State.FOLDED).count() == 4


def test_the_desk_sees_the_wait_and_the_digest(client, stella, bob):
    letter = told(bob, "a", link="/tickets/1/")
    told(bob, "b")
    client.force_login(stella)

    def page_of(row):
        address = reverse("admin:outbox_message_change", args=[row.pk])
        return client.get(address).content.decode()

    assert "Waits until" in page_of(letter)
    digests.write_digests(at=SIX)
    digest = Message.objects.get(template=digests.TEMPLATE)
    assert "In a digest" in page_of(letter)
    assert page_of(digest).count(str(letter)) >= 2


class TestChoosing:
    def choose(self, person, daily_at=None, quiet_from=None, quiet_until=None, at=NOW):
        actions.choose_rhythm(
            person,
            daily_at=daily_at,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
            at=at,
        )

    def test_no_digest_any_more_lets_go_what_waits(self, bob):
        rows = [told(bob, "a"), told(bob, "b")]

        self.choose(bob)

        assert [again(row).due_at for row in rows] == [NOW, NOW]
        assert not Postponement.objects.exists()
        assert len(delivered_by(NOW)) == 2

    def test_in_the_night_it_waits_for_the_morning(self, bob):
        letter = told(bob, at=NIGHT)
        assert letter.postponement.in_digest

        self.choose(bob, None, time(22), time(7), at=NIGHT + timedelta(minutes=30))

        assert again(letter).due_at == MORNING
        assert not letter.postponement.in_digest

    def test_another_time_moves_what_waits(self, bob):
        letter = told(bob)

        self.choose(bob, time(20))

        assert again(letter).postponement.until == SIX + timedelta(hours=2)
        assert letter.due_at > SIX + timedelta(hours=2)

    def test_another_zone_moves_it_as_well(self, bob):
        letter = told(bob)

        actions.change_account(bob, by=bob, at=NOW, time_zone="America/New_York")

        assert again(letter).postponement.until == SIX + timedelta(hours=6)

    def test_what_is_on_its_way_stays_where_it_is(self, bob):
        told(bob, "a")
        told(bob, "b")
        digests.write_digests(at=SIX)

        self.choose(bob, at=SIX)

        assert Message.objects.filter(state=State.FOLDED).count() == 2

    def test_a_closed_account_gets_nothing_of_what_waits(self, bob, alice):
        """E22: whoever is deactivated gets no more mail."""
        rows = [told(bob, "a"), told(bob, "b", at=NIGHT)]

        actions.close_account(bob, by=alice, at=NOW)
        digests.write_digests(at=MORNING + timedelta(days=2))

        assert {again(row).state for row in rows} == {State.CANCELLED}

    def test_quiet_hours_have_two_ends(self, bob):
        bob.quiet_until = None

        with pytest.raises(ValidationError, match="beginning and an end"):
            bob.full_clean()

    def test_a_topic_switched_off_drops_what_waits_of_it(self, bob):
        letter = told(bob)

        actions.switch_letters(bob, Topic.TICKET, is_on=False, at=NOW)

        assert again(letter).state == State.CANCELLED
        assert digests.write_digests(at=SIX)["folded"] == 0


class TestPage:
    URL = "/account/notices/times/"

    def posted(self, client, **facts):
        return client.post(self.URL, {"pace": "now", **facts})

    def test_it_shows_what_is_chosen_and_what_waits(self, client, bob):
        told(bob, at=datetime.now(UTC))
        client.force_login(bob)

        page = client.get(self.URL).content.decode()

        assert 'value="18:00"' in page
        assert 'value="22:00"' in page
        assert "1 e-mail waits until" in page
        assert "Europe/Berlin" in page

    def test_once_a_day_and_quiet_nights(self, client, alice):
        client.force_login(alice)

        answer = self.posted(
            client,
            pace="daily",
            daily_at="08:30",
            quiet_from="20:00",
            quiet_until="07:00",
        )

        assert answer.url == reverse("companies:notice_choices")
        alice.refresh_from_db()
        assert alice.daily_at == time(8, 30)
        assert (alice.quiet_from, alice.quiet_until) == (time(20), time(7))
        page = client.get(answer.url).content.decode()
        assert "comes once a day, at" in page

    def test_at_once_forgets_the_time(self, client, bob):
        client.force_login(bob)

        self.posted(client, daily_at="18:00")

        bob.refresh_from_db()
        assert bob.daily_at is None
        assert bob.quiet_from is None

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"pace": "daily"}, "Say at what time"),
            ({"pace": "daily", "daily_at": "25:00"}, "Enter a valid time"),
            ({"quiet_from": "20:00"}, "Say until when"),
            ({"quiet_until": "07:00"}, "Say from when"),
            ({"quiet_from": "07:00", "quiet_until": "07:00"}, "no time at all"),
            ({"pace": "never"}, "Select a valid choice"),
        ],
    )
    def test_half_a_choice_is_none(self, client, bob, facts, words):
        client.force_login(bob)

        page = self.posted(client, **facts).content.decode()

        assert words in page
        bob.refresh_from_db()
        assert bob.daily_at == time(18)
