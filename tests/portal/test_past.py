"""Who was told what about an app, when, and did it arrive: as each reader may know."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Notice, NoticeChoice
from companies.topics import Channel
from contacts import actions as contact_actions
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import AddressChangeFactory, UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.notices import NoticeFactory
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
YEARS_ON = AT.replace(year=2095)


@pytest.fixture
def depot(acme, bob):
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def told(depot):
    """A letter about the app; the newest was written last."""

    def write(person=None, subject="Two licenses end", **facts):
        to = (
            {"recipient": person.email, "recipient_name": person.name} if person else {}
        )
        facts = (
            {"about_id": depot.pk, "created_at": AT, "subject": subject} | to | facts
        )
        return MessageFactory(**facts)

    return write


@pytest.fixture
def read(client, depot):
    """What somebody reads: code, lines by subject, the page's text."""

    def visit(reader, query=""):
        client.force_login(reader)
        return client.get(reverse("application_past", args=[depot.pk]) + query)

    return visit


def text(answer):
    return " ".join(answer.content.decode().split())


def lines(answer):
    return {line.subject: line for line in answer.context["lines"]}


def test_each_letter_says_what_who_when_and_what_became_of_it(read, told, alice, bob):
    told(bob, sent=True, audience="You are a technical contact.")

    answer = read(alice)

    [line] = answer.context["lines"]
    assert (line.subject, line.name, line.address) == (
        "Two licenses end",
        "Bob Weber",
        bob.email,
    )
    assert (line.why, line.at) == ("You are a technical contact.", AT)
    assert (line.look, line.detail) == (
        "mail.sent",
        "taken by the mail server on Sun 22 Nov 2026, 09:00 CET",
    )
    assert "Two licenses end" in text(answer)


@pytest.mark.parametrize(
    ("facts", "look", "detail"),
    [
        ({}, "mail.waiting", "goes out as soon as a worker takes it"),
        (
            {"due_at": YEARS_ON},
            "mail.waiting",
            "goes out on Tue 22 Nov 2095, 09:00 CET",
        ),
        (
            {"tries": 2, "last_words": "451 later"},
            "mail.waiting",
            "is tried again now; the mail server says: 451 later",
        ),
        (
            {"tries": 2, "last_words": "451 later", "due_at": YEARS_ON},
            "mail.waiting",
            "next try on Tue 22 Nov 2095, 09:00 CET; the mail server says: 451 later",
        ),
        ({"held": True}, "mail.sending", "on its way to the mail server"),
        (
            {"failed": True},
            "mail.failed",
            "the mail server says: 550 no such person",
        ),
        (
            {"bounced": True},
            "mail.bounced",
            "it came back, for the server of its reader says: 5.1.1 no such person",
        ),
    ],
)
def test_the_outcome_in_words(read, told, alice, bob, facts, look, detail):
    told(bob, **facts)

    [line] = read(alice).context["lines"]

    assert (line.look, line.detail) == (look, detail)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("unwanted", "Not sent, its reader had switched it off"),
        ("outlived", "Not sent, it had lost its meaning"),
        ("withdrawn", "Cancelled by a person"),
    ],
)
def test_a_letter_that_was_not_sent_says_why(read, told, alice, bob, outcome, words):
    row = told(bob, cancelled=True)
    AttemptFactory(message=row, outcome="deferred")
    AttemptFactory(message=row, outcome=outcome)

    [line] = read(alice).context["lines"]

    assert (line.look, line.detail) == ("mail.cancelled", words)


def test_a_letter_in_a_digest_says_so(read, told, alice, bob):
    row = told(bob, state="folded", due_at=None)
    AttemptFactory(message=row, outcome="folded")

    [line] = read(alice, "?outcome=folded").context["lines"]

    assert (line.look, line.detail) == ("mail.folded", "Went into the digest")


def test_a_letter_held_up_on_the_way_says_so(read, told, alice, bob):
    row = told(bob, sent=True, last_words="4.4.1 no answer")
    AttemptFactory(message=row, outcome="accepted")
    AttemptFactory(message=row, outcome="delayed", at=AT + timedelta(hours=4))

    [line] = read(alice).context["lines"]

    assert line.detail == "held up on the way; the mail server says: 4.4.1 no answer"


def test_what_was_switched_off_is_there_with_its_reason(read, depot, alice, acme, bob):
    """By the verb itself: the notice knows that no letter went with it."""
    other = UserFactory(company=acme, name="Nadia Berg", admin=True)
    NoticeChoice.objects.create(
        person=other, topic="company", channel=Channel.EMAIL, is_on=False
    )

    contact_actions.appoint(
        application=depot,
        person=_on_the_team(depot, acme),
        reason="Bob is away.",
        by=bob,
        at=timezone.now(),
    )

    found = [line for line in read(alice).context["lines"] if line.name == "Nadia Berg"]
    assert [(line.look, line.detail) for line in found] == [
        ("mail.portal", "e-mail is switched off")
    ]
    assert not Message.objects.filter(recipient=other.email).exists()
    with_letters = Notice.objects.filter(person=alice, about=depot.pk)
    assert set(with_letters.values_list("by_email", flat=True)) == {True}


def _on_the_team(depot, acme):
    person = UserFactory(company=acme, name="Priya Nair")
    MembershipFactory(application=depot, user=person)
    return person


def test_letters_and_notices_stand_in_one_order(read, told, depot, alice, bob):
    told(bob, "First", created_at=AT)
    NoticeFactory(
        person=bob,
        title="Second",
        about=depot.pk,
        by_email=False,
        created_at=AT + timedelta(minutes=1),
    )
    told(bob, "Third", created_at=AT + timedelta(minutes=2))
    NoticeFactory(person=bob, title="Went by letter too", about=depot.pk)

    assert list(lines(read(alice))) == ["Third", "Second", "First"]


# Who may know


@pytest.mark.parametrize("who", ["alice", "bob", "stella"])
def test_contacts_admins_and_staff_read_all(read, told, who, bob, dora, request):
    told(bob, "To Bob")
    told(dora, "To Dora")

    assert lines(read(request.getfixturevalue(who))).keys() == {"To Bob", "To Dora"}


def test_one_of_the_team_reads_what_they_were_told_themselves(
    read, told, depot, bob, dora
):
    MembershipFactory(application=depot, user=dora)
    told(bob, "To Bob")
    told(dora, "To Dora", recipient=dora.email.upper())
    for person in (bob, dora):
        NoticeFactory(
            person=person, title=f"Notice to {person}", about=depot.pk, by_email=False
        )

    answer = read(dora)

    assert lines(answer).keys() == {"To Dora", "Notice to Dora Lind"}
    assert "Who would be told now" not in text(answer)


def test_a_stranger_finds_no_page(read, charlie):
    assert read(charlie).status_code == 404


def test_what_the_vendor_is_told_stays_there(
    read, told, depot, alice, stella, willem, settings
):
    told(willem, "Nobody answers for this app")
    told(recipient=settings.SUPPORT_EMAIL, subject="To the desk")
    NoticeFactory(person=willem, title="In the portal", about=depot.pk, by_email=False)
    told(alice, "To Alice")

    assert lines(read(alice)).keys() == {"To Alice"}
    assert lines(read(stella)).keys() == {
        "To Alice",
        "To the desk",
        "In the portal",
        "Nobody answers for this app",
    }


def test_nor_do_the_vendors_former_people_and_mailboxes_show(
    read, told, depot, alice, stella, willem
):
    """Who has left, an address of before, a desk that moved: none is a customer's."""
    former = UserFactory(name="Clerk", email="clerk@aldwick.example", company=None)
    told(former, "To one who has left")
    NoticeFactory(person=former, title="In the portal", about=depot.pk, by_email=False)
    AddressChangeFactory(person=willem, old="w.f@aldwick.example", changed=True)
    told(recipient="w.f@aldwick.example", subject="To the address of before")
    told(recipient="help@aldwick.example", subject="To the desk of before")
    told(alice, "To Alice")

    assert lines(read(alice)).keys() == {"To Alice"}
    assert len(lines(read(stella))) == 5


def test_a_customers_address_of_before_is_still_theirs(read, told, alice, bob, dora):
    AddressChangeFactory(person=bob, old="bob@old.example", changed=True)
    told(recipient="bob@old.example", subject="To Bob, long ago")
    told(dora, "To one of the team from elsewhere")

    assert len(lines(read(alice))) == 2


def test_an_admins_address_of_before_is_not_read_by_a_contact(read, told, alice, bob):
    """CO-06"""
    AddressChangeFactory(person=alice, old="a.m@acme.example", changed=True)
    told(recipient="a.m@acme.example", subject="Old", audience="You are an admin.")

    line = lines(read(bob))["Old"]

    assert (line.name, line.address, line.why) == ("A company admin", "", "")


def test_letters_about_another_app_are_not_there(read, told, alice, bob):
    told(bob, "Another app", about_id=ApplicationFactory(company=bob.company).pk)

    assert lines(read(alice)) == {}


@pytest.mark.parametrize("who", ["alice", "bob", "stella"])
def test_no_page_shows_the_words_of_a_letter(read, told, who, bob, request):
    told(bob, text="Sign in with KX7P-M2QD", html="<p>KX7P-M2QD</p>")

    assert "KX7P" not in text(read(request.getfixturevalue(who)))


def test_a_contact_does_not_read_who_the_admins_are(read, told, alice, bob):
    """CO-06"""
    told(alice, "To an admin", audience="You are company admin of Acme.")

    answer = read(bob)

    line = lines(answer)["To an admin"]
    assert (line.name, line.address, line.why) == ("A company admin", "", "")
    for words in (alice.email, "Alice", "You are company admin"):
        assert words not in text(answer)


@pytest.mark.parametrize(
    "query", ["?q=alice", "?who=alice", "?q=moreau", "?who=acme.ex"]
)
def test_a_contact_finds_no_admin_by_name(read, told, depot, alice, bob, query):
    """CO-06: what is not shown is not found either."""
    told(alice, "To an admin")
    NoticeFactory(person=alice, title="Notice", about=depot.pk, by_email=False)

    assert "To an admin" not in lines(read(bob, query))
    assert "Notice" not in lines(read(bob, query))


def test_an_admin_on_the_team_is_known_from_there_but_not_as_admin(
    read, told, depot, alice, bob
):
    """CO-06"""
    MembershipFactory(application=depot, user=alice)
    told(alice, "To one of the team", audience="You are company admin of Acme.")

    line = lines(read(bob))["To one of the team"]

    assert (line.name, line.why) == ("Alice Moreau", "")
    assert "To one of the team" in lines(read(bob, "?who=moreau"))


def test_only_staff_are_led_to_the_letter_at_the_desk(read, told, alice, bob, stella):
    row = told(bob)
    desk = reverse("admin:outbox_message_change", args=[row.pk])

    assert desk in text(read(stella))
    assert desk not in text(read(alice))


# The bar


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=LICENSES", {"Two licenses end"}),
        ("?q=dora", {"Work is planned", "Only in the portal"}),
        ("?who=weber", {"Two licenses end", "It came back", "Not sent"}),
        ("?who=dora@globex", {"Work is planned", "Only in the portal"}),
        ("?outcome=sent", {"Work is planned"}),
        ("?outcome=waiting", {"Two licenses end"}),
        ("?outcome=lost", {"It came back"}),
        ("?outcome=cancelled", {"Not sent"}),
        ("?outcome=portal", {"Only in the portal"}),
        ("?outcome=portal&who=bob", set()),
        (
            "?outcome=nonsense&q=%00",
            {
                "Two licenses end",
                "Work is planned",
                "It came back",
                "Not sent",
                "Only in the portal",
            },
        ),
    ],
)
def test_the_bar_finds_by_subject_person_and_outcome(
    read, told, depot, alice, bob, dora, query, expected
):
    told(bob, "Two licenses end")
    told(dora, "Work is planned", sent=True)
    told(bob, "It came back", bounced=True)
    told(bob, "Not sent", cancelled=True)
    NoticeFactory(
        person=dora, title="Only in the portal", about=depot.pk, by_email=False
    )

    assert lines(read(alice, query)).keys() == expected


def test_nothing_found_and_nothing_there_are_said(read, told, alice, bob):
    assert "Nobody was told anything yet" in text(read(alice))

    told(bob)

    assert "Nothing found" in text(read(alice, "?q=xyz"))


def test_a_long_list_goes_page_by_page(read, told, alice, bob):
    for number in range(53):
        told(bob, f"Letter {number}", created_at=AT + timedelta(minutes=number))

    first = read(alice, "?who=bob")
    second = read(alice, first.context["page"].next)

    assert "who=bob" in first.context["page"].next
    assert (first.context["page"].total, len(first.context["lines"])) == (53, 50)
    assert list(lines(second)) == ["Letter 2", "Letter 1", "Letter 0"]


# The file


def rows_of(client, reader, depot, query=""):
    client.force_login(reader)
    answer = client.get(reverse("application_past_export", args=[depot.pk]) + query)
    assert "told-depot-control.csv" in answer["Content-Disposition"]
    return list(
        csv.DictReader(io.StringIO(answer.getvalue().decode().lstrip("\ufeff")))
    )


def test_the_file_says_the_same(client, told, depot, alice, bob):
    told(bob, failed=True, audience="You are a technical contact.")
    NoticeFactory(person=bob, title="=1+1", about=depot.pk, by_email=False)

    letter, notice = rows_of(client, alice, depot)

    assert letter == {
        "When": AT.isoformat(timespec="seconds"),
        "What": "Two licenses end",
        "Who": "Bob Weber",
        "E-mail": bob.email,
        "Why": "You are a technical contact.",
        "Outcome": "Not delivered",
        "Details": "the mail server says: 550 no such person",
    }
    assert (notice["What"], notice["Outcome"]) == ("'=1+1", "In the portal only")


def test_the_file_hides_what_the_page_hides(client, told, depot, alice, bob, willem):
    """CO-06"""
    told(alice, "To an admin", audience="You are company admin of Acme.")
    told(willem, "To the vendor")

    [row] = rows_of(client, bob, depot)

    assert (row["Who"], row["E-mail"], row["Why"]) == ("A company admin", "", "")


def test_the_file_is_filtered_like_the_page(client, told, depot, read, alice, bob):
    told(bob, "One", sent=True)
    told(bob, "Two")

    assert read(alice, "?outcome=sent").context["file"].endswith("?outcome=sent")
    assert [row["What"] for row in rows_of(client, alice, depot, "?outcome=sent")] == [
        "One"
    ]
