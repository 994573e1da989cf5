"""Who hears of what, once, and in which words [E30]."""

import pytest
from django.core import mail

from apps.models import Membership
from outbox.models import Message
from tests.tickets.conftest import after
from tickets import actions

DESK = "support@aldwick.example"
BOB, DORA = "bob@acme.example", "dora@globex.example"
STELLA, WILLEM = "stella@aldwick.example", "willem@aldwick.example"


@pytest.fixture
def followed(ticket, dora, bob):
    """Bob's ticket, followed by Dora; the mail so far is out of the way."""
    actions.follow(ticket=ticket, person=dora, by=bob, at=after(minutes=1))
    Message.objects.all().delete()
    return ticket


def told():
    return sorted(Message.objects.values_list("recipient", flat=True))


def letter_to(address):
    return Message.objects.get(recipient=address)


# To whom


def test_opening_tells_the_asker_and_the_desk(ticket):
    assert told() == [BOB, DESK]
    assert letter_to(BOB).kind == Message.Kind.RECEIPT
    assert letter_to(DESK).kind == Message.Kind.NOTICE


def test_opening_tells_whoever_is_to_be_kept_informed(open_ticket, dora):
    open_ticket(followers=[dora])

    assert told() == [BOB, DORA, DESK]


def test_an_answer_goes_to_asker_and_followers(followed, stella):
    actions.answer(ticket=followed, by=stella, text="We look.", at=after(hours=1))

    assert told() == [BOB, DORA]


def test_asker_and_follower_the_same_person_get_one_mail(ticket, bob, stella):
    """E30"""
    actions.follow(ticket=ticket, person=bob, by=bob, at=after(minutes=1))
    Message.objects.all().delete()

    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(hours=1))

    assert told() == [BOB]


def test_a_follower_who_left_the_team_gets_nothing(followed, stella, dora):
    """E30"""
    Membership.objects.filter(user=dora).delete()

    actions.answer(ticket=followed, by=stella, text="We look.", at=after(hours=1))

    assert told() == [BOB]


def test_a_deactivated_follower_gets_nothing(followed, stella, dora):
    dora.is_active = False
    dora.save()

    actions.answer(ticket=followed, by=stella, text="We look.", at=after(hours=1))

    assert told() == [BOB]


def test_an_asker_who_lost_access_gets_nothing_either(followed, stella, bob):
    Membership.objects.filter(user=bob).delete()

    actions.answer(ticket=followed, by=stella, text="We look.", at=after(hours=1))

    assert told() == [DORA]


def test_a_reply_goes_to_the_desk_until_somebody_owns_the_ticket(followed, dora):
    actions.reply(ticket=followed, by=dora, text="More.", at=after(hours=1))

    assert told() == [BOB, DESK]


def test_a_reply_goes_to_the_owner(followed, bob, stella):
    actions.take(ticket=followed, by=stella, at=after(hours=1))

    actions.reply(ticket=followed, by=bob, text="More.", at=after(hours=2))

    assert told() == [DORA, STELLA]


def test_a_reply_goes_to_the_desk_when_the_owner_has_left(followed, bob, stella):
    actions.take(ticket=followed, by=stella, at=after(hours=1))
    stella.is_active = False
    stella.save()

    actions.reply(ticket=followed, by=bob, text="More.", at=after(hours=2))

    assert told() == [DORA, DESK]


def test_an_internal_note_reaches_no_customer(followed, stella, willem):
    """E30"""
    actions.assign(ticket=followed, owner=willem, by=stella, at=after(hours=1))
    Message.objects.all().delete()

    actions.note(ticket=followed, by=stella, text="Looks odd.", at=after(hours=2))

    assert told() == [WILLEM]
    assert "Looks odd." in letter_to(WILLEM).text


def test_a_note_of_the_owner_is_mailed_to_nobody(followed, stella):
    actions.take(ticket=followed, by=stella, at=after(hours=1))

    actions.note(ticket=followed, by=stella, text="Looks odd.", at=after(hours=2))

    assert told() == []


def test_later_mail_does_not_carry_an_earlier_note(followed, stella):
    actions.note(ticket=followed, by=stella, text="Looks odd.", at=after(hours=1))

    actions.answer(ticket=followed, by=stella, text="We look.", at=after(hours=2))

    bodies = Message.objects.exclude(recipient=DESK).values_list("text", "html")
    assert bodies
    assert not any("Looks odd." in part for body in bodies for part in body)


def test_solving_by_support_tells_the_customers_side(followed, stella):
    actions.solve(ticket=followed, by=stella, at=after(hours=1))

    assert told() == [BOB, DORA]


def test_solving_by_the_customer_tells_the_desk_and_the_others(followed, bob):
    actions.solve(ticket=followed, by=bob, at=after(hours=1))

    assert told() == [DORA, DESK]


def test_the_new_owner_is_told_who_gave_the_ticket(followed, stella, willem):
    actions.assign(ticket=followed, owner=willem, by=stella, at=after(hours=1))

    assert told() == [WILLEM]
    assert "Stella Brandt gave you" in letter_to(WILLEM).text


def test_a_changed_priority_is_told_to_the_customers_side(followed, stella):
    actions.judge_priority(
        ticket=followed, by=stella, impact=3, urgency=3, at=after(hours=1)
    )

    assert told() == [BOB, DORA]


def test_a_confirmed_priority_is_told_to_nobody(followed, stella):
    actions.judge_priority(
        ticket=followed, by=stella, impact=2, urgency=1, at=after(hours=1)
    )

    assert told() == []


def test_a_ticket_of_no_app_is_answered_to_its_asker(open_ticket, bob, stella):
    ticket = open_ticket(application=None)
    Message.objects.all().delete()

    actions.answer(ticket=ticket, by=stella, text="So.", at=after(hours=1))

    assert told() == [BOB]


# In which words


def test_the_receipt_says_number_priority_and_when_we_answer(ticket):
    text = letter_to(BOB).text

    assert f"#{ticket.pk}, incident" in text
    assert "P2, high" in text
    assert "Tue 24 Nov 2026, 12:00 CET" in text
    assert f"http://testserver/tickets/{ticket.pk}/" in text


def test_times_are_the_readers_own(open_ticket, bob):
    bob.time_zone = "Asia/Tokyo"
    bob.save()

    open_ticket()

    assert "Tue 24 Nov 2026, 20:00 JST" in letter_to(BOB).text
    assert "Tue 24 Nov 2026, 12:00 CET" in letter_to(DESK).text


def test_the_receipt_of_a_critical_ticket_asks_for_a_call(open_ticket):
    """TI-03"""
    ticket = open_ticket(impact=1, urgency=1)

    text = letter_to(BOB).text

    assert "so call us as well: +31 10 555 0142" in " ".join(text.split())
    assert f"Mention number {ticket.pk}." in " ".join(text.split())
    assert letter_to(BOB).priority == Message.Priority.URGENT


def test_raising_to_critical_asks_for_a_call_as_well(followed, stella):
    """E26"""
    actions.judge_priority(
        ticket=followed, by=stella, impact=1, urgency=1, at=after(hours=1)
    )

    assert "critical now, so call us" in " ".join(letter_to(BOB).text.split())


def test_where_nothing_is_promised_the_receipt_says_so(open_ticket, acme):
    acme.service_level = None
    acme.save()

    open_ticket()

    assert "No time of answer is promised" in letter_to(BOB).text
    assert "Answer due" not in letter_to(BOB).text


def test_the_desk_gets_the_text_and_a_link_to_the_desk(ticket):
    letter = letter_to(DESK)

    assert "Bob Weber of Acme writes:" in letter.text
    assert "Since 06:00 the plans are empty." in letter.text
    assert f"http://testserver/admin/tickets/ticket/{ticket.pk}/change/" in letter.text


@pytest.mark.parametrize(
    ("state", "heading", "consequence"),
    [
        ("", "Stella Brandt answered", "To reply, open the ticket"),
        ("pending", "Stella Brandt asks you back", "We wait for you"),
        ("solved", "answered, and thinks it is solved", "that reopens the ticket"),
        ("on_hold", "Stella Brandt answered", "Engineering works on it"),
    ],
)
def test_an_answer_says_what_becomes_of_the_ticket(
    followed, stella, state, heading, consequence
):
    actions.answer(
        ticket=followed, by=stella, text="So.", at=after(hours=1), state=state
    )

    assert heading in letter_to(BOB).html
    assert consequence in " ".join(letter_to(BOB).text.split())


@pytest.mark.parametrize(
    ("verbs", "heading"),
    [
        (["put_on_hold"], "is with engineering"),
        (["solve"], "is solved"),
        (["solve", "resume"], "is in progress"),
        (["solve", "close"], "is closed"),
    ],
)
def test_a_move_without_a_message_is_told_in_words(followed, stella, verbs, heading):
    for verb in verbs:
        getattr(actions, verb)(ticket=followed, by=stella, at=after(hours=1))

    latest = Message.objects.filter(recipient=BOB).latest("created_at")
    assert f"Ticket #{followed.pk} {heading}" in latest.html


def test_html_and_text_say_the_same(followed, stella):
    actions.answer(
        ticket=followed,
        by=stella,
        text="Set this:\n\n```\nmax-stops = 40\n```\n\n<script>x</script>",
        at=after(hours=1),
    )

    letter = letter_to(BOB)
    assert "max-stops = 40" in letter.text
    assert "<code>max-stops = 40" in letter.html
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html


def test_letters_of_one_ticket_are_one_conversation(ticket, stella, bob):
    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(hours=1))

    receipt, answer = Message.objects.filter(recipient=BOB).order_by("created_at")
    assert answer.subject == receipt.subject
    assert answer.subject == f"[#{ticket.pk}] Route optimiser returns empty plans"
    assert receipt.message_id in answer.references
    assert answer.reply_to == DESK
    assert answer.kind == Message.Kind.ANSWER


def test_a_subject_cannot_start_a_header(open_ticket):
    open_ticket(subject="Plans\r\nBcc: all@example.com")

    assert "\n" not in letter_to(BOB).subject.strip()


def test_every_letter_says_why_it_came(open_ticket, dora, stella, bob):
    ticket = open_ticket(followers=[dora])
    actions.take(ticket=ticket, by=stella, at=after(hours=1))
    actions.reply(ticket=ticket, by=bob, text="More.", at=after(hours=2))

    assert "because you opened the ticket" in letter_to(BOB).text
    assert "because nobody owns the ticket yet" in letter_to(DESK).text
    assert "because you own the ticket" in letter_to(STELLA).text
    dora = Message.objects.filter(recipient=DORA).first()
    assert "because you follow the ticket" in dora.text


def test_letters_are_filed_under_the_app(ticket, fleet):
    assert Message.objects.about(fleet.pk).count() == 2


def test_nothing_is_sent_for_a_refused_verb(followed, stella):
    actions.solve(ticket=followed, by=stella, at=after(hours=1))
    before = Message.objects.count()

    with pytest.raises(Exception, match="already"):
        actions.solve(ticket=followed, by=stella, at=after(hours=2))

    assert Message.objects.count() == before
    assert mail.outbox == []


def test_letters_are_small(open_ticket):
    open_ticket(text="x" * 2000)

    assert all(len(letter.html) < 30_000 for letter in Message.objects.all())


# How tickets end by themselves


@pytest.fixture
def waiting(followed, stella):
    actions.ask_customer(ticket=followed, by=stella, text="Which?", at=after(days=0))
    Message.objects.all().delete()
    return followed


def test_a_question_is_reminded_of_once(waiting):
    """TI-24, E28"""
    assert actions.remind_waiting(at=after(days=6, hours=23)) == 0
    assert actions.remind_waiting(at=after(days=7)) == 1
    assert actions.remind_waiting(at=after(days=7, hours=1)) == 0

    assert told() == [BOB, DORA]
    text = " ".join(letter_to(BOB).text.split())
    assert "on Tue 24 Nov 2026, 10:00 CET and need your reply" in text
    assert "If nobody replies until Tue 8 Dec 2026, 10:00 CET" in text


def test_the_next_question_has_a_reminder_of_its_own(waiting, bob, stella):
    actions.remind_waiting(at=after(days=7))
    actions.reply(ticket=waiting, by=bob, text="That.", at=after(days=8))
    actions.ask_customer(ticket=waiting, by=stella, text="And?", at=after(days=9))

    assert actions.remind_waiting(at=after(days=15)) == 0
    assert actions.remind_waiting(at=after(days=16)) == 1


def test_without_an_answer_the_ticket_is_closed_and_the_customer_told(waiting):
    """TI-24, E28"""
    assert actions.close_unanswered(at=after(days=13, hours=23)) == 0
    assert actions.close_unanswered(at=after(days=14)) == 1
    assert actions.close_unanswered(at=after(days=15)) == 0

    waiting.refresh_from_db()
    assert waiting.is_closed
    assert told() == [BOB, DORA]
    assert "is closed" in letter_to(BOB).html


def test_a_reply_just_before_keeps_the_ticket_open(waiting, bob):
    """E28"""
    actions.reply(ticket=waiting, by=bob, text="!", at=after(days=13, hours=23))

    assert actions.close_unanswered(at=after(days=14)) == 0
    waiting.refresh_from_db()
    assert waiting.is_open


def test_a_solved_ticket_is_closed_in_silence(followed, stella):
    """TI-27"""
    actions.solve(ticket=followed, by=stella, at=after(hours=1))
    Message.objects.all().delete()

    assert actions.close_solved(at=after(days=14)) == 0
    assert actions.close_solved(at=after(days=14, hours=1)) == 1

    followed.refresh_from_db()
    assert followed.is_closed
    assert followed.solved_at == after(hours=1)
    assert told() == []


def test_the_vendor_may_never_close_by_itself(waiting, settings):
    settings.TICKET_REMIND_DAYS = 0
    settings.TICKET_CLOSE_UNANSWERED_DAYS = 0
    settings.TICKET_CLOSE_SOLVED_DAYS = 0
    at = after(days=400)

    assert actions.remind_waiting(at=at) == 0
    assert actions.close_unanswered(at=at) == 0
    assert actions.close_solved(at=at) == 0


def test_the_reminder_threatens_nothing_where_nothing_is_closed(waiting, settings):
    settings.TICKET_CLOSE_UNANSWERED_DAYS = 0

    actions.remind_waiting(at=after(days=7))

    assert "closed" not in letter_to(BOB).text
