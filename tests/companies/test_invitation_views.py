"""The pages on which admins invite people and follow who has not answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Invitation, User
from outbox.models import Message
from tests.factories.companies import InvitationFactory, UserFactory

INVITE = reverse("companies:invite")
PEOPLE = reverse("companies:people")
INVITATIONS = reverse("companies:invitations")
DESK = reverse("admin:companies_invitation_changelist")
HOUR = timedelta(hours=1)


@pytest.fixture
def invitation(acme, alice):
    """Of yesterday, so it may be sent again."""
    return InvitationFactory(
        company=acme,
        invited_by=alice,
        email="nora@new.example",
        invited_at=timezone.now() - 24 * HOUR,
    )


def text(answer):
    return " ".join(answer.content.decode().split())


def wish(*lines, **changes):
    return {"addresses": "\n".join(lines), "role": "member", "message": "", **changes}


def deed(name, invitation):
    return reverse(f"companies:{name}", args=[invitation.pk])


# Inviting


def test_an_admin_pastes_a_list(client, alice):
    """CO-01"""
    client.force_login(alice)
    assert "Invite people to Acme" in text(client.get(INVITE))

    answer = client.post(
        INVITE,
        wish("Nora Blake <nora@new.example>", "ben@new.example", role="admin"),
        follow=True,
    )

    assert "2 people are invited." in text(answer)
    rows = Invitation.objects.order_by("email").values_list("email", "name", "role")
    assert list(rows) == [
        ("ben@new.example", "", "admin"),
        ("nora@new.example", "Nora Blake", "admin"),
    ]
    assert Message.objects.count() == 2


def test_one_person_is_named_in_the_answer(client, alice):
    client.force_login(alice)

    answer = client.post(INVITE, wish("Nora Blake <nora@new.example>"), follow=True)

    assert "Nora Blake is invited." in text(answer)


def test_a_bad_line_is_named_what_was_typed_stays_and_nothing_is_written(
    client, alice, bob
):
    client.force_login(alice)

    for lines, fault in (
        (["a@new.example", "nobody"], "Line 2: “nobody” is no e-mail address."),
        (["a@new.example", bob.email], f"Line 2: {bob.email} belongs to Acme already."),
    ):
        said = text(client.post(INVITE, wish(*lines, message="Welcome!")))
        assert fault in said
        assert "<title>Error:" in said
        assert "a@new.example" in said
        assert "Welcome!" in said
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()


def test_whoever_was_deactivated_is_reactivated_rather_than_invited(
    client, alice, acme, globex
):
    zoe = UserFactory(name="Zoe Gone", company=acme, deactivated=True)
    other = UserFactory(name="Not Ours", company=globex, deactivated=True)
    client.force_login(alice)

    said = text(client.post(INVITE, wish(zoe.email, other.email)))

    assert "To reactivate instead" in said
    assert reverse("companies:reactivate", args=[zoe.pk]) in said
    assert "Not Ours" not in said
    assert str(other.pk) not in said


@pytest.mark.parametrize("lines", [[], ["   "], [",;"]])
def test_nobody_is_no_invitation(client, alice, lines):
    client.force_login(alice)

    answer = client.post(INVITE, wish(*lines))

    assert list(answer.context["form"].errors) == ["addresses"]


def test_too_many_are_refused_in_words(client, alice, settings):
    settings.INVITATIONS_PER_DAY = 1
    client.force_login(alice)

    said = text(client.post(INVITE, wish("a@new.example", "b@new.example")))

    assert "At most 1 invitations a day" in said


@pytest.mark.parametrize("name", ["invite", "invitations"])
@pytest.mark.parametrize("who", ["bob", "stella"])
def test_these_pages_are_for_company_admins(client, request, who, name):
    """Support invites in the support desk, where it chooses the company."""
    client.force_login(request.getfixturevalue(who))

    address = reverse(f"companies:{name}")

    assert client.get(address).status_code == 403
    assert client.post(address, wish("a@new.example")).status_code == 403
    assert not Invitation.objects.exists()


# Who has not answered


def test_the_people_page_lists_who_was_invited_by_whom_until_when(
    client, alice, bob, charlie, invitation
):
    client.force_login(alice)
    said = text(client.get(PEOPLE))

    assert "Open invitations" in said
    assert "nora@new.example" in said
    assert "Alice Moreau" in said
    assert "All 1" in said
    for reader in (bob, charlie):
        client.force_login(reader)
        assert "nora@new.example" not in text(client.get(PEOPLE))
        assert client.get(deed("withdraw_invitation", invitation)).status_code >= 403


def test_a_closed_invitation_is_not_listed(client, alice, acme):
    InvitationFactory(company=acme, invited_by=alice, withdrawn=True)
    client.force_login(alice)

    assert "Open invitations" not in text(client.get(PEOPLE))
    assert "Nobody is invited" in text(client.get(INVITATIONS))


def test_more_than_a_handful_stand_on_a_page_of_their_own(client, alice, acme):
    InvitationFactory.create_batch(7, company=acme, invited_by=alice)
    client.force_login(alice)

    said = text(client.get(PEOPLE))
    assert said.count(">Withdraw<") == 5
    assert "All 7" in said
    assert text(client.get(INVITATIONS)).count(">Withdraw<") == 7


def test_an_admin_sends_again(client, alice, invitation):
    client.force_login(alice)
    assert client.get(deed("send_invitation", invitation)).status_code == 405

    said = text(client.post(deed("send_invitation", invitation), follow=True))
    again = text(client.post(deed("send_invitation", invitation), follow=True))

    assert "A new letter is on its way to nora@new.example." in said
    assert "had a letter within the last hour" in again
    assert Message.objects.count() == 1


def test_an_admin_withdraws_after_being_asked(client, alice, invitation):
    client.force_login(alice)
    page = deed("withdraw_invitation", invitation)
    assert "Withdraw the invitation of nora@new.example?" in text(client.get(page))
    assert Invitation.objects.open().exists()

    said = text(client.post(page, follow=True))

    assert "The invitation of nora@new.example is withdrawn." in said
    assert not Invitation.objects.open().exists()


def test_what_was_accepted_meanwhile_is_not_withdrawn(client, alice, acme):
    nora = UserFactory(company=acme)
    row = InvitationFactory(
        company=acme,
        invited_by=alice,
        state="accepted",
        accepted_by=nora,
        closed_at=timezone.now(),
    )
    client.force_login(alice)

    said = text(client.post(deed("withdraw_invitation", row)))

    assert "This invitation is closed already: accepted." in said


# The support desk


def test_the_desk_invites_the_first_admin_of_a_company(client, stella, acme):
    """CO-04"""
    client.force_login(stella)
    fields = {"company": str(acme.pk), "email": "First@New.example", "name": "Fi"}

    client.post(
        reverse("admin:companies_invitation_add"),
        {**fields, "role": "admin", "message": ""},
    )

    row = Invitation.objects.get()
    assert (row.email, row.role, row.invited_by) == (
        *("first@new.example", "admin", stella),
    )
    assert Message.objects.get().recipient == "first@new.example"


def test_the_desk_is_refused_in_the_words_of_the_verb(client, stella, acme, bob):
    client.force_login(stella)
    fields = {"company": str(acme.pk), "email": bob.email, "name": "", "message": ""}

    answer = client.post(
        reverse("admin:companies_invitation_add"), {**fields, "role": "member"}
    )

    assert "bob@acme.example belongs to Acme already." in text(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("action", "words", "state"),
    [
        ("send_again", "1 letter is sent.", "open"),
        ("withdraw", "1 invitation is withdrawn.", "withdrawn"),
    ],
)
def test_the_desk_sends_again_and_withdraws(
    client, stella, invitation, action, words, state
):
    client.force_login(stella)
    chosen = {"action": action, "_selected_action": [str(invitation.pk)]}

    assert words in text(client.post(DESK, chosen, follow=True))

    invitation.refresh_from_db()
    assert invitation.state == state


def test_the_desk_changes_and_deletes_no_letter_that_was_sent(
    client, stella, invitation
):
    client.force_login(stella)
    page = reverse("admin:companies_invitation_change", args=[invitation.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"email": "x@y.example"}).status_code == 403
    delete = reverse("admin:companies_invitation_delete", args=[invitation.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_the_people_page_leads_support_to_the_desk(client, stella):
    client.force_login(stella)

    assert reverse("admin:companies_invitation_add") in text(client.get(PEOPLE))


def test_no_account_is_made_by_inviting(client, alice):
    client.force_login(alice)
    before = User.objects.count()

    client.post(INVITE, wish("a@new.example"))

    assert User.objects.count() == before
