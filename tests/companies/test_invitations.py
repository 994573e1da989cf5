"""Inviting people to a company: the verbs, their refusals and their letters."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies import actions, tasks
from companies.invitees import Invitee
from companies.models import ActivityEntry, Invitation, User
from companies.models.invitation import digest_of
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import InvitationFactory, UserFactory

AT = timezone.now()
DAY = timedelta(days=1)
LINK = re.compile(r"/invitations/([\w-]+)/")


def invite(company, by, *addresses, at=AT, **wish):
    people = [
        Invitee(address, line=number if len(addresses) > 1 else 0)
        for number, address in enumerate(addresses, start=1)
    ]
    return actions.invite(company, people, by=by, at=at, **wish)


def letters(name):
    return Message.objects.filter(template=f"companies/emails/{name}")


def token_in(letter):
    return LINK.search(letter.text)[1]


def verbs():
    return list(ActivityEntry.objects.order_by("id").values_list("verb", flat=True))


def state(invitation):
    return Invitation.objects.get(pk=invitation.pk).state


# Inviting


def test_an_admin_invites_and_the_letter_has_the_only_token(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example", role="admin", message=" Hello! ")

    letter = letters("invitation").get()
    assert letter.recipient == "nora@acme.example"
    assert letter.subject == "Alice Moreau invites you to Acme"
    assert letter.reply_to == alice.email
    assert "Hello!" in letter.text
    assert "company admin" in letter.text
    assert letter.expires_at == row.lapses_at == AT + 14 * DAY
    assert row.token_digest == digest_of(token_in(letter))
    assert token_in(letter) not in str(Invitation.objects.values().get())
    entry = ActivityEntry.objects.get()
    assert entry.sentence == "invited nora@acme.example as Company admin"
    assert entry.company == acme


def test_every_letter_has_a_token_of_its_own(alice, acme):
    invite(acme, alice, "a@acme.example", "b@acme.example")

    first, second = (token_in(letter) for letter in letters("invitation"))
    assert first != second
    assert len(first) >= 43


def test_the_letter_speaks_the_language_of_the_colleague_who_invites(
    alice, acme, stella
):
    """Of somebody known it speaks their own."""
    User.objects.filter(pk=alice.pk).update(language="de")
    alice.refresh_from_db()
    acme.time_zone = "Asia/Tokyo"
    acme.save()

    invite(acme, alice, "nora@acme.example")

    assert "JST" in letters("invitation").get().text


def test_support_invites_for_a_company(stella, acme):
    """CO-04: the first admin."""
    (row,) = invite(acme, stella, "first@acme.example", role="admin")

    assert (row.company, row.invited_by) == (acme, stella)


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_nobody_else_invites(who, request, acme, alice):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        invite(acme, by, "nora@acme.example")


def test_an_admin_who_was_unnamed_meanwhile_invites_nobody(alice, acme):
    User.objects.filter(pk=alice.pk).update(is_company_admin=False)

    with pytest.raises(PermissionDenied):
        invite(acme, alice, "nora@acme.example")


def test_each_address_is_judged_and_nothing_is_written_if_one_is_bad(
    alice, bob, acme, stella
):
    UserFactory(email="zoe@acme.example", company=acme, deactivated=True)
    InvitationFactory(email="open@acme.example", company=acme, invited_by=alice)

    with pytest.raises(ValidationError) as refusal:
        invite(
            acme,
            alice,
            *("new@acme.example", bob.email, "zoe@acme.example"),
            *("open@acme.example", stella.email),
        )

    assert refusal.value.messages == [
        "Line 2: bob@acme.example belongs to Acme already.",
        "Line 3: zoe@acme.example is deactivated. Reactivate that account instead.",
        "Line 4: open@acme.example is invited already. Send that letter again instead.",
        "Line 5: stella@aldwick.example belongs to Aldwick. Invite your own people.",
    ]
    assert Invitation.objects.count() == 1
    assert not Message.objects.exists()


def test_the_inviter_learns_nothing_of_another_company(alice, acme, charlie, dora):
    """CO-06, E25: an account elsewhere is invited like nobody's; even a closed one."""
    UserFactory(email="gone@globex.example", company=charlie.company, deactivated=True)

    rows = invite(acme, alice, charlie.email, "nobody@x.example", "gone@globex.example")

    assert {row.state for row in rows} == {"open"}
    assert letters("invitation").count() == 3
    told = {
        letter.text.replace(token_in(letter), "") for letter in Message.objects.all()
    }
    assert not [text for text in told if "Globex" in text]


def test_what_has_lapsed_unnoticed_does_not_stand_in_the_way(alice, acme):
    old = InvitationFactory(
        company=acme,
        invited_by=alice,
        email="nora@acme.example",
        sent_at=AT - 20 * DAY,
        invited_at=AT - 20 * DAY,
    )

    invite(acme, alice, "nora@acme.example")

    assert state(old) == "lapsed"
    assert Invitation.objects.open().count() == 1


def test_a_company_invites_so_many_within_a_day(settings, alice, acme, globex, charlie):
    settings.INVITATIONS_PER_DAY = 3
    invite(acme, alice, "old@acme.example", at=AT - DAY)
    invite(acme, alice, "a@acme.example", "b@acme.example")

    with pytest.raises(ValidationError, match="you can send 1 more"):
        invite(acme, alice, "c@acme.example", "d@acme.example")
    invite(acme, alice, "c@acme.example")
    with pytest.raises(ValidationError, match="you can send 0 more"):
        invite(acme, alice, "d@acme.example")
    invite(globex, charlie, "d@acme.example")


def test_withdrawing_gives_no_room_for_more(settings, alice, acme):
    settings.INVITATIONS_PER_DAY = 1
    (row,) = invite(acme, alice, "a@acme.example")
    actions.withdraw_invitation(row, by=alice, at=AT)

    with pytest.raises(ValidationError, match="At most 1 invitations a day"):
        invite(acme, alice, "b@acme.example")


# Sending again, withdrawing


def test_nobody_is_pestered_by_inviting_and_withdrawing(alice, acme):
    for _time in range(3):
        (row,) = invite(acme, alice, "nora@else.example")
        actions.withdraw_invitation(row, by=alice, at=AT)

    with pytest.raises(ValidationError, match="invited often enough today"):
        invite(acme, alice, "nora@else.example")

    assert letters("invitation").count() == 3
    invite(acme, alice, "nora@else.example", at=AT + 1.1 * DAY)


def test_sending_again_makes_a_new_link_and_gives_the_whole_time(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example")
    later = AT + timedelta(hours=2)

    actions.send_invitation_again(row, by=alice, at=later)

    row.refresh_from_db()
    old, new = (
        token_in(letter) for letter in letters("invitation").order_by("created_at")
    )
    assert Invitation.objects.by_token(new).get() == row
    assert not Invitation.objects.by_token(old).exists()
    assert row.lapses_at == later + 14 * DAY
    assert verbs() == [Verb.PERSON_INVITED, Verb.INVITATION_SENT]


def test_a_letter_goes_out_once_an_hour_at_most(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example")

    with pytest.raises(ValidationError, match="within the last hour"):
        actions.send_invitation_again(row, by=alice, at=AT + timedelta(minutes=59))

    assert letters("invitation").count() == 1


def test_withdrawing_ends_it_once(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example")

    for _ in range(2):
        actions.withdraw_invitation(row, by=alice, at=AT)

    assert state(row) == "withdrawn"
    assert verbs() == [Verb.PERSON_INVITED, Verb.INVITATION_WITHDRAWN]
    with pytest.raises(ValidationError, match="closed already: withdrawn"):
        actions.send_invitation_again(row, by=alice, at=AT + DAY)


@pytest.mark.parametrize("verb", ["send_invitation_again", "withdraw_invitation"])
def test_only_who_runs_the_company_decides_about_it(verb, alice, bob, charlie, acme):
    (row,) = invite(acme, alice, "nora@acme.example")

    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            getattr(actions, verb)(row, by=person, at=AT + DAY)


@pytest.mark.parametrize("verb", [actions.close_account, actions.unname_admin])
def test_who_may_invite_no_more_has_left_no_way_in(verb, alice, acme, stella):
    leaver = UserFactory(company=acme, is_company_admin=True)
    (own,) = invite(acme, leaver, "leaver@private.example", role="admin")
    (other,) = invite(acme, alice, "nora@acme.example")

    verb(leaver, by=alice, at=AT)

    assert state(own) == Invitation.State.WITHDRAWN
    assert state(other) == Invitation.State.OPEN
    entry = ActivityEntry.objects.get(verb=Verb.INVITATION_WITHDRAWN)
    assert (entry.actor, entry.thing) == ("Alice Moreau", "leaver@private.example")


def test_who_joins_in_another_way_has_nothing_left_to_accept(alice, acme, stella):
    nora = UserFactory(email="nora@acme.example", company=None)
    rows = invite(acme, alice, nora.email, "ben@acme.example")

    actions.join_company(nora, acme, by=stella, at=AT)
    ben = actions.add_person(
        email="ben@acme.example", name="Ben", company=acme, by=stella, at=AT
    )

    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["accepted", "accepted"]
    assert [row.accepted_by for row in rows] == [nora, ben]


# The clock


def test_a_reminder_comes_once_three_days_before_the_end(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example")

    counts = [
        actions.remind_of_invitations(at=AT + days * DAY) for days in (10, 11, 12, 13)
    ]

    assert counts == [0, 1, 0, 0]
    letter = letters("invitation_reminder").get()
    assert letter.recipient == "nora@acme.example"
    tokens = [token_in(letter), token_in(letters("invitation").get())]
    assert [Invitation.objects.by_token(one).get() for one in tokens] == [row, row]


def test_sending_again_begins_anew_and_ends_the_link_of_the_reminder(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example")
    actions.remind_of_invitations(at=AT + 12 * DAY)
    reminded = token_in(letters("invitation_reminder").get())

    actions.send_invitation_again(row, by=alice, at=AT + 13 * DAY)

    assert not Invitation.objects.by_token(reminded).exists()
    assert actions.remind_of_invitations(at=AT + 25 * DAY) == 1


def test_it_lapses_once_and_whoever_invited_is_told(alice, acme):
    UserFactory(company=acme, admin=True)
    (row,) = invite(acme, alice, "nora@acme.example")

    counts = [actions.lapse_invitations(at=AT + days * DAY) for days in (13, 14, 15)]

    assert counts == [0, 1, 0]
    assert state(row) == "lapsed"
    assert [one.recipient for one in letters("invitation_lapsed")] == [alice.email]
    assert verbs()[-1] == Verb.INVITATION_LAPSED


def test_the_admins_are_told_when_whoever_invited_has_gone(alice, acme):
    other = UserFactory(company=acme, admin=True)
    invite(acme, alice, "nora@acme.example")
    User.objects.filter(pk=alice.pk).update(is_active=False)

    actions.lapse_invitations(at=AT + 15 * DAY)

    assert [one.recipient for one in letters("invitation_lapsed")] == [other.email]


def test_what_was_sent_again_meanwhile_does_not_lapse(alice, acme):
    (row,) = invite(acme, alice, "nora@acme.example", at=AT - 14 * DAY)
    stale = Invitation.objects.get(pk=row.pk)
    actions.send_invitation_again(row, by=alice, at=AT)

    assert not actions.invitations._lapse_one(stale, AT)
    assert state(row) == "open"


def test_the_clock_calls_both(alice, acme, settings):
    invite(acme, alice, "old@acme.example", at=AT - 20 * DAY)
    invite(acme, alice, "soon@acme.example", at=AT - 12 * DAY)

    tasks.lapse_invitations()
    tasks.remind_of_invitations()

    assert letters("invitation_lapsed").count() == 1
    assert letters("invitation_reminder").count() == 1
    scheduled = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled > {
        "companies.tasks.lapse_invitations",
        "companies.tasks.remind_of_invitations",
    }


# What the database holds, whoever writes


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"email": "Nora@acme.example"}, "invitation_address_in_small_letters"),
        ({"role": "owner"}, "invitation_to_a_known_role"),
        ({"state": "open", "closed_at": AT}, "invitation_closed_once_it_is_over"),
        ({"state": "withdrawn"}, "invitation_closed_once_it_is_over"),
        ({"state": "gone", "closed_at": AT}, "invitation_closed_once_it_is_over"),
        ({"state": "accepted", "closed_at": AT}, "invitation_accepted_by_somebody"),
        ({"lapses_at": AT - DAY}, "invitation_sent_before_it_lapses"),
        ({"sent_at": AT - DAY}, "invitation_sent_before_it_lapses"),
        ({"reminded_at": AT + DAY}, "invitation_reminded_with_a_link"),
        ({"reminder_digest": "x"}, "invitation_reminded_with_a_link"),
    ],
)
def test_the_database_refuses_what_cannot_be(db, facts, constraint):
    facts = {"invited_at": AT, **facts}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        InvitationFactory(**facts)


def test_the_database_keeps_one_open_invitation_per_address(alice, acme):
    facts = {"company": acme, "invited_by": alice, "email": "nora@acme.example"}
    InvitationFactory(withdrawn=True, token_digest="a", **facts)
    InvitationFactory(token_digest="b", **facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(token_digest="c", **facts)


def test_no_two_invitations_share_a_link(db):
    InvitationFactory(token_digest="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(token_digest="a")
