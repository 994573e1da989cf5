"""The inbox of notices: mine alone, by day, read by a person and not by a link."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies import actions, inbox, tasks
from companies.models import Notice
from companies.notices import tell
from companies.topics import RULES, Channel, Topic
from outbox.models import Message
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def reader(client, bob):
    client.force_login(bob)
    return client


def page(reader, query="", **headers):
    return reader.get(reverse("companies:notices") + query, **headers)


def titles(answer):
    return [row.title for day in answer.context["days"] for row in day.notices]


def press(reader, name, *args, **data):
    return reader.post(reverse(f"companies:{name}", args=args), data)


def test_what_i_was_told_newest_first(reader, bob):
    """LI-03: an entry in the portal."""
    for number in range(3):
        at = timezone.now() - timedelta(minutes=number)
        NoticeFactory(person=bob, title=f"Told {number}", created_at=at)

    assert titles(page(reader)) == ["Told 0", "Told 1", "Told 2"]


def test_nobody_reads_along(reader, bob, alice, stella, client):
    """E25: neither the company's admin nor the vendor's staff."""
    notice = NoticeFactory(person=bob, title="For Bob alone")
    assert titles(page(reader)) == ["For Bob alone"]

    for other in (alice, stella):
        client.force_login(other)
        assert titles(page(client)) == []
        for verb in ("open_notice", "read_notice", "unread_notice"):
            assert press(client, verb, notice.pk).status_code == 404

    notice.refresh_from_db()
    assert notice.is_unread


def test_opening_marks_it_and_leads_on(reader, bob):
    notice = NoticeFactory(person=bob, link="/tickets/10482/")

    answer = press(reader, "open_notice", notice.pk)

    assert answer["Location"] == "/tickets/10482/"
    notice.refresh_from_db()
    assert not notice.is_unread


def test_a_link_alone_marks_nothing(reader, bob):
    notice = NoticeFactory(person=bob)

    assert (
        reader.get(reverse("companies:open_notice", args=[notice.pk])).status_code
        == 405
    )
    page(reader)

    notice.refresh_from_db()
    assert notice.is_unread


def test_one_is_marked_and_marked_back_on_the_same_page(reader, bob):
    notice = NoticeFactory(person=bob)
    back = {"back": "which=unread&topic=license"}

    read = press(reader, "read_notice", notice.pk, **back)
    notice.refresh_from_db()
    assert not notice.is_unread

    unread = press(reader, "unread_notice", notice.pk, **back)
    notice.refresh_from_db()
    assert notice.is_unread
    for answer in (read, unread):
        assert answer["Location"] == "/notices/?which=unread&topic=license"


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example", "\r\nX: y"]
)
def test_back_never_leads_out(reader, bob, back):
    notice = NoticeFactory(person=bob)

    answer = press(reader, "read_notice", notice.pk, back=back)

    assert answer["Location"].startswith("/notices/?")
    assert "X" not in answer.headers


def test_the_first_reading_counts(bob):
    notice = NoticeFactory(person=bob)
    actions.mark_read(notice, at=NOW)

    actions.mark_read(notice, at=NOW + timedelta(days=1))

    notice.refresh_from_db()
    assert notice.read_at == NOW


def test_all_at_once_but_nothing_that_came_since(reader, bob, alice):
    looked_at = timezone.now()
    NoticeFactory(person=bob)
    NoticeFactory(person=alice)
    since = NoticeFactory(person=bob, created_at=looked_at + timedelta(seconds=1))

    press(reader, "read_notices", until=looked_at.isoformat())

    assert list(Notice.objects.visible_to(bob).unread()) == [since]
    assert Notice.objects.visible_to(alice).unread().count() == 1


def test_all_of_one_topic(reader, bob):
    NoticeFactory(person=bob, topic=Topic.TICKET)
    other = NoticeFactory(person=bob, topic=Topic.ACCOUNT)

    press(reader, "read_notices", until=timezone.now().isoformat(), topic="ticket")

    assert list(Notice.objects.unread()) == [other]


def test_a_broken_form_marks_nothing(reader, bob):
    NoticeFactory(person=bob)

    assert press(reader, "read_notices", until="yesterday").status_code == 302

    assert Notice.objects.unread().count() == 1


def test_filters(reader, bob):
    NoticeFactory(person=bob, title="Read", read=True)
    NoticeFactory(person=bob, title="Unread")
    NoticeFactory(person=bob, title="Ticket", topic=Topic.TICKET)

    assert set(titles(page(reader, "?which=unread"))) == {"Unread", "Ticket"}
    assert titles(page(reader, "?topic=ticket")) == ["Ticket"]
    assert titles(page(reader, "?topic=license&which=unread")) == ["Unread"]
    assert len(titles(page(reader, "?topic=nonsense&which=nonsense"))) == 3


def test_unread_is_a_shape_a_word_and_a_weight(reader, bob):
    NoticeFactory(person=bob, title="New")
    said = page(reader).content.decode()

    assert "is-unread" in said
    assert "g-ok" in said
    assert ">Unread</span>" in said

    Notice.objects.update(read_at=NOW)
    assert "is-unread" not in page(reader).content.decode()


def test_the_count_stands_in_the_sidebar(reader, bob, alice):
    NoticeFactory.create_batch(3, person=bob)
    NoticeFactory(person=bob, read=True)
    NoticeFactory(person=alice)

    said = page(reader).content.decode()

    assert '3<span class="visually-hidden"> unread</span>' in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No notices yet"),
        ("?which=unread", "You have read everything"),
        ("?topic=ticket", "Nothing of this kind"),
    ],
)
def test_an_empty_inbox_says_so(reader, query, words):
    answer = page(reader, query).content.decode()

    assert words in answer
    assert "Mark all as read" not in answer


def test_pages_of_fifty(reader, bob):
    for number in range(51):
        NoticeFactory(person=bob, created_at=NOW - timedelta(minutes=number))

    first = page(reader)
    second = page(reader, first.context["page"].next)

    assert len(titles(first)) == 50
    assert len(titles(second)) == 1


def test_days_are_those_of_the_reader(bob):
    """The last hour of a day in London is the next day in Amsterdam."""
    rows = [
        NoticeFactory.build(created_at=NOW - timedelta(hours=hours))
        for hours in (0, 9, 10, 40, 400 * 24)
    ]

    with timezone.override("Europe/Amsterdam"):
        near = inbox.by_day(rows, at=NOW)
    with timezone.override("UTC"):
        far = inbox.by_day(rows, at=NOW)

    assert [(day.label, len(day.notices)) for day in near] == [
        ("Today", 3),
        ("Sun 22 Nov", 1),
        ("20 Oct 2025", 1),
    ]
    assert [(day.label, len(day.notices)) for day in far][:2] == [
        ("Today", 2),
        ("Yesterday", 1),
    ]
    assert near[0].on == date(2026, 11, 24)


def test_what_was_read_long_ago_goes(bob, settings, monkeypatch):
    settings.NOTICES_KEPT_DAYS = 180
    monkeypatch.setattr("companies.actions.notices.BATCH", 2)
    old, young = NOW - timedelta(days=181), NOW - timedelta(days=179)
    for at in (old, old, old, young):
        NoticeFactory(person=bob, created_at=old, read_at=at)
    NoticeFactory(person=bob, created_at=old)

    assert actions.purge_notices(at=NOW) == 3

    assert Notice.objects.count() == 2
    assert Notice.objects.unread().count() == 1


def test_the_clock_purges(bob):
    NoticeFactory(person=bob, read=True)

    tasks.purge_notices()

    assert Notice.objects.count() == 1


# What I get


def choices(reader, **ticked):
    return reader.post(reverse("companies:notice_choices"), ticked)


def every_box(**changed):
    """All that can be ticked, ticked."""
    names = [
        f"{topic}-{way}"
        for topic, rule in RULES.items()
        for way in Channel
        if way not in rule.locked
    ]
    return {name: "on" for name in names if changed.get(name, True)}


def test_a_choice_is_kept_where_it_differs(reader, bob):
    choices(reader, **every_box(**{"ticket-email": False}))

    kept = bob.notice_choices.get()
    assert (kept.topic, kept.channel, kept.is_on) == ("ticket", "email", False)

    choices(reader, **every_box())
    assert not bob.notice_choices.exists()


def test_what_is_locked_cannot_be_chosen(reader, bob):
    """TC-11, TC-31, LI-03: no tick for e-mail is no choice against it."""
    choices(reader)

    kept = set(bob.notice_choices.values_list("topic", "channel"))
    assert len(kept) == len(every_box())
    assert kept.isdisjoint(
        {("renewal", "email"), ("renewal", "portal"), ("maintenance", "email")}
    )
    assert ("maintenance", "portal") in kept


def test_the_page_says_why_something_stays_on(reader):
    said = reader.get(reverse("companies:notice_choices")).content.decode()

    boxes = len(Topic) * len(Channel)
    assert "Both stay on: nobody else is reminded" in said
    assert said.count(" disabled") == boxes - len(every_box())
    assert said.count('type="checkbox"') == boxes


def test_back_to_what_everybody_gets(reader, bob):
    choices(reader)

    press(reader, "reset_notice_choices")

    assert not bob.notice_choices.exists()


def test_a_letter_leads_to_the_choice(bob):
    tell(
        bob,
        topic=Topic.ACCOUNT,
        key="one",
        template="companies/emails/password_changed",
        context={"at": NOW, "link": "http://testserver/"},
    )

    letter = Message.objects.get()
    address = "http://testserver/account/notices/"
    assert address in letter.text
    assert f'href="{address}"' in letter.html


def test_the_account_leads_to_the_choice(reader):
    said = reader.get(reverse("companies:account")).content.decode()

    assert reverse("companies:notice_choices") in said
