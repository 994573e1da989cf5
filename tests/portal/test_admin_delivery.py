"""The desk's page about the post: nobody overlooks that nobody works."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from licenses import actions
from outbox import delivery
from outbox.models import AddressStanding, Lane, Message
from portal import heartbeat
from portal.admin_delivery import Chart, in_words, interval, seconds
from portal.models import ErrandRun
from portal.schedule import ERRANDS
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

DESK = reverse("admin:index")
PAGE = reverse("admin:delivery")
TEST = reverse("admin:delivery_test")


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def working(now):
    """Clock and workers live, and every errand was run a moment ago."""
    for who in heartbeat.WATCHED:
        cache.set(f"heartbeat:{who}", now)
    yield [ran(name, now - timedelta(seconds=20)) for name in ERRANDS]
    cache.delete_many(["heartbeat:worker", "heartbeat:beat"])


def ran(errand, at, **facts):
    ended_at = at + timedelta(seconds=1.25)
    facts = {"outcome": "done", "ended_at": ended_at} | facts
    return ErrandRun.objects.create(errand=errand, started_at=at, **facts)


def text(answer):
    return " ".join(answer.content.decode().split())


def line(answer, name):
    [found] = [one for one in answer.context["errands"] if one.name == name]
    return found


# What stands still


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("page", [DESK, PAGE])
def test_nothing_is_red_while_everybody_works(desk, page):
    assert "desk-alarm" not in text(desk.get(page))


@pytest.mark.parametrize("page", [DESK, PAGE])
@pytest.mark.parametrize(
    ("who", "title", "command"),
    [
        ("beat", "The clock (beat) stands still.", "celery -A portal beat"),
        ("worker", "The workers stand still.", "docker compose up --detach worker"),
    ],
)
def test_whoever_stands_still_is_said_in_red(
    desk, working, now, page, who, title, command
):
    """licensing.md 5.3: no mail came because the clock was off."""
    cache.set(f"heartbeat:{who}", now - timedelta(minutes=50))
    ErrandRun.objects.update(started_at=now - timedelta(minutes=48))

    answer = desk.get(page)

    [silence] = answer.context["alarms"]
    assert silence.since == now - timedelta(minutes=48)
    assert text(answer).count('<div class="desk-alarm" role="alert">') == 1
    assert title in text(answer)
    assert "48 minutes" in text(answer).replace("\xa0", " ")
    assert f"<code>{command}</code>" in text(answer)


@pytest.mark.parametrize("page", [DESK, PAGE])
def test_a_portal_whose_clock_never_ran_says_so(desk, page):
    answer = desk.get(page)

    assert [one.since for one in answer.context["alarms"]] == [None, None]
    assert "Nothing was ever seen of it." in text(answer)


def test_errands_that_are_late_are_said_though_everybody_lives(desk, working, now):
    late = ErrandRun.objects.filter(errand="remind-of-renewal")
    late.update(started_at=now - timedelta(minutes=75))

    answer = desk.get(PAGE)

    assert "Errands are late" in text(answer)
    assert [one.name for one in answer.context["errands"] if one.is_late] == [
        "remind-of-renewal"
    ]


def test_late_errands_are_named_with_what_to_run(desk, working, now):
    ErrandRun.objects.filter(errand="keep-reachable").update(
        started_at=now - timedelta(minutes=75)
    )

    page = text(desk.get(PAGE)).replace("\xa0", " ")

    assert "Late: keep-reachable" in page
    assert ", 15 minutes ago." in page
    assert "<code>docker compose restart worker beat</code>" in page


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("page", [DESK, PAGE])
def test_mail_that_does_not_leave_is_said_though_everybody_lives(desk, now, page):
    """The workers try, and the mail server does not answer."""
    row = MessageFactory(due_at=now - timedelta(minutes=9))
    assert "desk-alarm" not in text(desk.get(page))

    Message.objects.filter(pk=row.pk).update(due_at=now - timedelta(minutes=25))
    answer = desk.get(page)

    [alarm] = answer.context["alarms"]
    assert alarm.since == now - timedelta(minutes=25)
    assert "Mail is due and does not leave." in text(answer)
    assert "look at the way to the mail server" in text(answer)


def test_a_silence_is_seen_from_every_page_of_the_desk(desk, working):
    page = reverse("admin:companies_company_changelist")
    assert "alarm" not in text(desk.get(page))

    cache.delete("heartbeat:beat")

    assert "alarm </span>" in text(desk.get(page))


# The errands


@pytest.mark.usefixtures("working")
def test_every_errand_says_what_it_is_for_and_when_it_ran(desk, now):
    answer = desk.get(PAGE)

    assert [one.name for one in answer.context["errands"]] == list(ERRANDS)
    for errand in ERRANDS.values():
        assert str(errand.purpose) in text(answer)
    reminders = line(answer, "remind-of-renewal")
    assert reminders.took == "1.2 s"
    assert reminders.did == "nothing was due"
    assert reminders.next_at == now - timedelta(seconds=20) + timedelta(hours=1)


def test_the_last_run_says_what_it_did(desk, now):
    ran("remind-of-renewal", now, figures={"letters": 12, "licenses": 0})
    ran("deliver-due", now, outcome="failed", words="OSError: no route")
    ran("announce-due", now, outcome="running", ended_at=None)

    answer = desk.get(PAGE)

    assert line(answer, "remind-of-renewal").did == "letters 12"
    assert line(answer, "deliver-due").did == "broke off: OSError: no route"
    assert line(answer, "announce-due").did == "not ended yet"
    assert line(answer, "lapse-handovers").did == "never ran"


def test_an_errand_says_what_it_would_do_now(desk, acme, bob, now):
    depot = ApplicationFactory(company=acme)
    for person in (bob, UserFactory(company=acme)):
        TechnicalContactFactory(application=depot, user=person)
    for name in ("production", "test"):
        LicenseFactory(
            environment=EnvironmentFactory(application=depot, name=name),
            starts_on=acme.today(now) - timedelta(days=300),
            ends_on=acme.today(now) + timedelta(days=12),
        )
    MessageFactory()

    answer = desk.get(PAGE)

    renewals = line(answer, "remind-of-renewal")
    assert renewals.plan == {"letters": 2, "people": 2, "licenses": 2}
    assert renewals.would_do == "letters 2, people 2, licenses 2"
    assert line(answer, "deliver-due").would_do == "letters due 1"
    assert line(answer, "lapse-invitations").would_do == "nothing"


def test_the_outlook_of_reminders_is_what_the_sweep_then_does(desk, acme, bob, now):
    """Many licenses of one end share a letter; one of nobody goes to support."""
    depot = ApplicationFactory(company=acme)
    TechnicalContactFactory(application=depot, user=bob)
    lonely = ApplicationFactory(company=acme)
    for number in range(12):
        LicenseFactory(
            environment=EnvironmentFactory(application=depot, name=f"e{number}"),
            starts_on=acme.today(now) - timedelta(days=300),
            ends_on=acme.today(now) + timedelta(days=12),
        )
    LicenseFactory(
        environment=EnvironmentFactory(application=lonely),
        starts_on=acme.today(now) - timedelta(days=300),
        ends_on=acme.today(now) + timedelta(days=80),
    )
    plan = line(desk.get(PAGE), "remind-of-renewal").plan

    tally = actions.remind_of_renewal(at=now)

    assert plan["letters"] == tally.letters == Message.objects.count()
    assert plan["licenses"] == tally.licenses == 13
    people = set(Message.objects.values_list("recipient", flat=True))
    assert plan["people"] == len(people)
    assert line(desk.get(PAGE), "remind-of-renewal").would_do == "nothing"


# The post


def test_what_is_stuck_is_shown_with_the_last_words(desk, now):
    Lane.objects.create(
        name="mail",
        troubles=3,
        words="Connection refused",
        since=now - timedelta(minutes=20),
        closed_until=now + timedelta(minutes=4),
    )
    row = MessageFactory(recipient="gone@globex.example", failed=True)
    AttemptFactory(message=row, outcome="refused", words="550 no such person", at=now)
    AddressStanding.objects.note_bounce("gone@globex.example", "5.1.1 nobody", now)

    page = text(desk.get(PAGE))

    for words in ("Connection refused", "rests until", "globex.example"):
        assert words in page
    assert "550 no such person" in page
    assert "5.1.1 nobody" in page


@pytest.mark.usefixtures("working")
def test_a_quiet_post_says_so(desk):
    page = text(desk.get(PAGE))

    for words in ("Nothing waits.", "It is open.", "Everything got through.", "None."):
        assert words in page


@pytest.mark.usefixtures("working")
def test_the_page_costs_the_same_however_much_there_is(desk, now):
    def more(number):
        for _one in range(number):
            row = MessageFactory(due_at=now)
            AttemptFactory(message=row, at=now)
            AttemptFactory(message=row, outcome="refused", at=now)
            LicenseFactory(ends_on=timezone.localdate(now) + timedelta(days=10))

    def statements():
        with CaptureQueriesContext(connection) as asked:
            desk.get(PAGE)
        return len(asked)

    more(1)
    desk.get(PAGE)
    with_little = statements()
    more(5)

    assert statements() == with_little <= 20


# The test letter


def test_a_test_letter_goes_the_way_of_all_letters(desk, stella, mailoutbox):
    assert desk.get(TEST).status_code == 405, "a GET sends nothing"

    answer = desk.post(TEST, follow=True)

    letter = Message.objects.get()
    assert (letter.recipient, letter.priority) == (stella.email, 10)
    assert f"A letter to {stella.email} is in the outbox." in text(answer)
    assert "Waiting" in text(answer)

    delivery.deliver(clock=timezone.now)

    assert mailoutbox[0].subject == "Test letter: mail from the portal arrives"
    assert "Accepted by the mail server" in text(desk.get(PAGE))


def test_everybody_sees_their_own_test_letters_only(client, stella, willem):
    client.force_login(willem)
    client.post(TEST)
    client.force_login(stella)

    assert client.get(PAGE).context["tests"] == []


# Words


def test_the_chart_draws_only_minutes_with_mail():
    chart = Chart([0] * 57 + [5, 0, 1000])

    assert [(bar.x, bar.height) for bar in chart.bars] == [
        ("95.000%", 2),
        ("98.333%", 96),
    ]
    assert (
        chart.finding
        == "1,005 letters left in the last hour, at most 1,000 in a minute."
    )
    assert chart.table[-1] == ("10 to 0 minutes ago", 1005)
    assert Chart([0] * 60).bars == []


@pytest.mark.parametrize(
    ("every", "words"),
    [
        (60, "every minute"),
        (900, "every 15 minutes"),
        (3600, "every hour"),
        (86400, "every day"),
        (2 * 86400, "every 2 days"),
    ],
)
def test_how_often(every, words):
    assert interval(every) == words


def test_figures_in_words():
    assert (
        in_words({"sent": 1200, "failed": 0, "deferred": 3}) == "sent 1,200, put off 3"
    )
    assert seconds(timedelta(milliseconds=430)) == "0.4 s"
