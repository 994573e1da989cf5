"""Accepting an invitation: the verbs, and the page behind the link."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.invitees import Invitee
from companies.models import ActivityEntry, Invitation, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import (
    ClaimedDomainFactory,
    CompanyFactory,
    InvitationFactory,
    UserFactory,
)
from tests.marks import on_postgresql

AT = timezone.now()
PASSWORD = "a sentence nobody guesses"
ADDRESS = "nora@new.example"
CHOICE = {"name": "Nora Blake", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def invitation(acme, alice):
    return InvitationFactory(company=acme, invited_by=alice, email=ADDRESS)


@pytest.fixture
def nora(db):
    """Has registered and belongs to nobody."""
    return UserFactory(email=ADDRESS, name="Nora Blake", company=None)


def page(invitation):
    """The token of the factory is the address."""
    return reverse("companies:invitation", args=[invitation.email])


def text(answer):
    return " ".join(answer.content.decode().split())


def newcomer(invitation, **changes):
    wish = {"name": "Nora Blake", "password": PASSWORD, "language": "en", "at": AT}
    return actions.accept_as_newcomer(invitation, **wish | changes)


def told():
    rows = Message.objects.filter(template="companies/emails/invitation_accepted")
    return sorted(rows.values_list("recipient", flat=True))


def members(company):
    return set(User.objects.of(company).values_list("email", flat=True))


# The verbs


def test_who_has_an_account_joins_in_the_role_offered(acme, alice, nora):
    other = UserFactory(company=acme, admin=True)
    row = InvitationFactory(company=acme, invited_by=alice, email=ADDRESS, role="admin")

    actions.accept_invitation(row, by=nora, at=AT)

    nora.refresh_from_db()
    row.refresh_from_db()
    assert (nora.company, nora.is_company_admin) == (acme, True)
    assert (row.state, row.accepted_by, row.closed_at) == ("accepted", nora, AT)
    assert told() == sorted([alice.email, other.email])
    entry = ActivityEntry.objects.get()
    assert entry.verb == Verb.INVITATION_ACCEPTED
    assert "accepted the invitation of Alice Moreau" in entry.sentence


def test_who_joined_meanwhile_can_still_become_admin(acme, alice, nora, stella):
    """By the mail domain one becomes a member; the invitation offered more."""
    row = InvitationFactory(company=acme, invited_by=alice, email=ADDRESS, role="admin")
    actions.join_company(nora, acme, by=stella, at=AT)
    row.refresh_from_db()
    assert row.state == "open"

    actions.accept_invitation(row, by=nora, at=AT)

    nora.refresh_from_db()
    assert nora.is_company_admin


def test_nobody_loses_the_role_of_admin_by_accepting(acme, alice):
    row = InvitationFactory(company=acme, invited_by=alice, email=alice.email)

    actions.accept_invitation(row, by=alice, at=AT)

    alice.refresh_from_db()
    assert alice.is_company_admin


def test_accepting_twice_is_once(invitation, nora):
    for _ in range(2):
        actions.accept_invitation(invitation, by=nora, at=AT)

    assert ActivityEntry.objects.count() == 1
    assert len(told()) == 1


def test_an_invitation_is_for_its_address_alone(invitation, acme):
    stranger = UserFactory(company=None)

    with pytest.raises(PermissionDenied):
        actions.accept_invitation(invitation, by=stranger, at=AT)

    assert stranger.email not in members(acme)


@pytest.mark.parametrize("facts", [{"staff": True}, {"company": "other"}])
def test_nobody_changes_the_company_by_a_letter(invitation, acme, facts):
    if "company" in facts:
        facts = {"company": CompanyFactory()}
    person = UserFactory(email=ADDRESS, **facts)

    with pytest.raises(ValidationError, match="belongs to another company"):
        actions.accept_invitation(invitation, by=person, at=AT)

    assert ADDRESS not in members(acme)


def test_after_its_time_it_is_refused_before_the_sweep_has_come(invitation, nora, acme):
    with pytest.raises(ValidationError, match="Ask Alice Moreau"):
        actions.accept_invitation(invitation, by=nora, at=AT + timedelta(days=15))
    with pytest.raises(ValidationError, match="Ask Alice Moreau"):
        newcomer(invitation, at=AT + timedelta(days=15))

    assert ADDRESS not in members(acme)


def test_a_newcomer_gets_an_account_with_a_confirmed_address(invitation, acme):
    """TC-04, TC-05"""
    acme.time_zone = "Asia/Tokyo"
    acme.save()

    person = newcomer(invitation, language="de")

    assert person.has_account
    assert (person.company, person.is_company_admin) == (acme, False)
    assert (person.language, person.time_zone) == ("de", "Asia/Tokyo")
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert told() == ["alice@acme.example"]


def test_an_account_begun_by_nobody_knows_whom_is_taken_over(invitation, client):
    """Somebody registered with the address and could not confirm it."""
    began = UserFactory(email=ADDRESS, name="Mallory", company=None, unregistered=True)
    began.set_password("what Mallory chose")
    began.save()
    client.force_login(began)

    person = newcomer(invitation)

    assert person.pk == began.pk
    assert person.name == "Nora Blake"
    assert not person.check_password("what Mallory chose")
    answer = client.get(reverse("companies:account"))
    assert answer.status_code == 302, "whoever was signed in is out"


def test_a_confirmed_account_is_not_overwritten(invitation, nora):
    before = nora.password

    with pytest.raises(ValidationError, match="Sign in to accept"):
        newcomer(invitation)

    nora.refresh_from_db()
    assert nora.password == before


def test_an_address_at_another_companys_own_domain_stays_with_that(
    client, invitation, globex, charlie
):
    """CO-07: whoever is invited by others to leave their own house."""
    domain = ClaimedDomainFactory(
        name="new.example", company=globex, claimed_by=charlie, confirmed=True
    )

    with pytest.raises(ValidationError, match="belongs to another company"):
        newcomer(invitation)
    said = text(client.get(page(invitation)))
    assert "belongs to another company in this portal already" in said
    domain.delete()
    assert newcomer(invitation).company == invitation.company


@pytest.mark.parametrize("verb", ["withdrawn", "lapsed"])
def test_what_is_over_is_refused(verb, acme, alice, nora):
    row = InvitationFactory(
        company=acme, invited_by=alice, email=ADDRESS, **{verb: True}
    )

    with pytest.raises(ValidationError, match="closed already"):
        actions.accept_invitation(row, by=nora, at=AT)


# The page without an account


def test_looking_changes_nothing_and_says_who_invites_to_what(client, invitation, acme):
    said = text(client.get(page(invitation)))

    assert "Join Acme?" in said
    assert "Alice Moreau invites you to Acme" in said
    assert "Create account and accept" in said
    assert f'value="{ADDRESS}"' in said
    assert Invitation.objects.get().state == "open"
    assert ADDRESS not in members(acme)


def test_the_page_is_kept_by_nobody(client, invitation):
    assert "no-store" in client.get(page(invitation))["Cache-Control"]


def test_a_newcomer_accepts_and_is_signed_in_by_the_usual_way(client, invitation, acme):
    answer = client.post(page(invitation), CHOICE)

    assert answer.url == reverse("home")
    said = text(client.get(answer.url))
    assert "Welcome. You are one of Acme now." in said
    person = User.objects.get(email=ADDRESS)
    assert UserSession.objects.get().user == person
    assert client.session["account_authentication_methods"][0]["method"] == "password"
    assert Client().login(email=ADDRESS, password=PASSWORD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"password2": "another sentence"}, "password2"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "password1234", "password2": "password1234"}, "password1"),
        ({"password1": ADDRESS, "password2": ADDRESS}, "password1"),
    ],
)
def test_the_rules_for_passwords_are_those_of_registration(
    client, invitation, changes, field
):
    answer = client.post(page(invitation), CHOICE | changes)

    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email=ADDRESS).exists()


def test_nobody_chooses_another_address_or_role(client, invitation):
    client.post(page(invitation), CHOICE | {"email": "x@y.example", "role": "admin"})

    person = User.objects.get(name="Nora Blake")
    assert (person.email, person.is_company_admin) == (ADDRESS, False)


# The page with an account


def test_who_is_signed_out_signs_in_first_and_comes_back(
    client, invitation, nora, acme
):
    nora.set_password(PASSWORD)
    nora.save()
    answer = client.get(page(invitation))
    said = text(answer)
    assert "has an account already" in said
    assert "Create account" not in said
    client.post(page(invitation), CHOICE)
    assert ADDRESS not in members(acme), "signing in comes first"

    sign_in = answer.context["sign_in_url"]
    back = client.post(sign_in, {"login": ADDRESS, "password": PASSWORD})

    assert back.url == page(invitation)
    assert "Accept the invitation" in text(client.get(back.url))
    assert ADDRESS not in members(acme)
    joined = client.post(page(invitation), follow=True)
    assert "Welcome. You are one of Acme now." in text(joined)
    assert ADDRESS in members(acme)


def test_the_button_pressed_twice_leads_to_the_same_place(client, invitation, nora):
    client.force_login(nora)

    answers = [client.post(page(invitation)).url for _ in range(2)]

    assert answers == [reverse("home")] * 2


def test_somebody_else_is_told_so_and_can_sign_out(client, invitation, bob, acme):
    client.force_login(bob)

    said = text(client.get(page(invitation)))
    client.post(page(invitation), CHOICE)

    assert "You are signed in as bob@acme.example, but the invitation is for" in said
    assert Invitation.objects.get().state == "open"
    assert ADDRESS not in members(acme)
    gone = client.post(reverse("account_logout"), {"next": page(invitation)})
    assert gone.url == page(invitation)
    assert "Create account and accept" in text(client.get(gone.url))


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_account_of_another_company_is_told_what_to_do(
    client, acme, alice, charlie, is_signed_in
):
    row = InvitationFactory(company=acme, invited_by=alice, email=charlie.email)
    if is_signed_in:
        client.force_login(charlie)

    for answer in (client.get(page(row)), client.post(page(row), CHOICE)):
        said = text(answer)
        assert "belongs to another company in this portal already" in said
        assert "ask Alice Moreau to add you to the team of an app" in said
        assert "Globex" not in said
    assert charlie.email not in members(acme)


def test_a_closed_account_is_told_whom_to_ask(client, invitation):
    UserFactory(email=ADDRESS, company=None, deactivated=True)

    assert "is closed, so it cannot accept" in text(client.get(page(invitation)))
    client.post(page(invitation), CHOICE)
    assert Invitation.objects.get().state == "open"


# Links that lead nowhere


def test_an_unknown_link_is_not_found_and_says_what_to_do(client, db):
    answer = client.get(reverse("companies:invitation", args=["nobody-sent-this"]))

    assert answer.status_code == 404
    assert "Use the link of the newest letter" in text(answer)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("withdrawn", "Acme has withdrawn it."),
        ("lapsed", "Ask Alice Moreau to invite you again."),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_over_is_gone(client, acme, alice, state, words, method):
    facts = {"company": acme, "invited_by": alice, "email": ADDRESS}
    row = InvitationFactory(**facts, **{state: True})

    answer = getattr(client, method)(page(row), CHOICE)

    assert answer.status_code == 410
    assert words in text(answer)
    assert ADDRESS not in members(acme)


def test_past_its_time_it_is_gone_before_the_sweep_has_come(client, acme, alice):
    ago = AT - timedelta(days=20)
    row = InvitationFactory(
        company=acme, invited_by=alice, email=ADDRESS, invited_at=ago
    )

    assert client.get(page(row)).status_code == 410
    assert client.post(page(row), CHOICE).status_code == 410


def test_a_used_link_says_so_to_others_and_to_who_used_it(client, invitation, nora):
    actions.accept_invitation(invitation, by=nora, at=AT)

    stranger = client.get(page(invitation))
    assert stranger.status_code == 410
    assert "It has been accepted already." in text(stranger)
    client.force_login(nora)
    own = client.get(page(invitation))
    assert own.status_code == 410
    assert "You have accepted this invitation already." in text(own)


# Without the letter


def test_who_registered_with_the_address_accepts_signed_in(
    client, invitation, nora, acme
):
    """TC-05"""
    client.force_login(nora)

    assert "Accept the invitation" in text(client.get(invitation.own_url))
    client.post(invitation.own_url)

    assert ADDRESS in members(acme)
    assert client.post(invitation.own_url).url == reverse("home")


def test_no_other_address_finds_it(client, invitation, bob):
    client.force_login(bob)

    assert client.get(invitation.own_url).status_code == 404
    assert client.post(invitation.own_url).status_code == 404


# At the same moment: real threads and transactions, which SQLite does not have


def at_once(*deeds):
    start = Barrier(len(deeds))

    def run(deed):
        start.wait()
        try:
            deed()
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


def racing(test):
    return pytest.mark.django_db(transaction=True)(on_postgresql()(test))


@racing
def test_many_newcomers_with_one_letter_are_one_person(invitation, acme):
    outcomes = at_once(*[lambda: newcomer(invitation)] * 8)

    assert outcomes == ["done"] + ["refused"] * 7
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert len(told()) == 1


@racing
def test_many_presses_join_once(invitation, nora, acme):
    def press():
        actions.accept_invitation(invitation, by=nora, at=AT)

    assert at_once(*[press] * 8) == ["done"] * 8
    assert ActivityEntry.objects.count() == 1
    assert len(told()) == 1


@racing
def test_two_companies_invite_and_one_gets_the_person(
    invitation, globex, charlie, acme
):
    other = InvitationFactory(
        company=globex, invited_by=charlie, email=ADDRESS, token_digest="other"
    )

    outcomes = at_once(lambda: newcomer(invitation), lambda: newcomer(other))

    assert outcomes == ["done", "refused"]
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert Invitation.objects.open().count() == 1


@racing
def test_accepting_and_withdrawing_do_not_both_happen(invitation, nora, alice):
    at_once(
        lambda: actions.accept_invitation(invitation, by=nora, at=AT),
        lambda: actions.withdraw_invitation(invitation, by=alice, at=AT),
    )

    nora.refresh_from_db()
    joined = nora.company_id == invitation.company_id
    state = Invitation.objects.get().state
    assert state == ("accepted" if joined else "withdrawn")
    verbs = list(ActivityEntry.objects.values_list("verb", flat=True))
    assert verbs == [f"invitation_{state}"]


@racing
def test_two_admins_at_once_keep_to_the_limit(settings, alice, acme):
    settings.INVITATIONS_PER_DAY = 1

    def ask(address):
        return lambda: actions.invite(acme, [Invitee(address)], by=alice, at=AT)

    assert at_once(ask("a@x.example"), ask("b@x.example")) == ["done", "refused"]
