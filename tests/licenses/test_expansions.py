"""Wishes for more: asked, taken up, agreed, declined, withdrawn; never applied."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from companies.models import ActivityEntry, Notice
from licenses import actions
from licenses.models import ExpansionRequest, License
from outbox.models import Message
from tests.factories.companies import UserFactory
from tests.factories.licenses import ExpansionRequestFactory

pytestmark = pytest.mark.django_db
State = ExpansionRequest.State


@pytest.fixture
def ask(production, bob, at):
    def asked(license=production, by=bob, reason="A second shift starts.", **wish):
        return actions.ask_expansion(
            license=license, by=by, at=at, reason=reason, **(wish or {"users": 350})
        )

    return asked


@pytest.fixture
def request_(ask):
    return ask()


def letters(template):
    return list(Message.objects.filter(template=f"licenses/emails/{template}"))


# Asking


def test_a_contact_asks_and_the_account_executive_is_mailed(
    ask, production, bob, willem
):
    """LI-04: directed to the account executive, who answers whoever asked."""
    row = ask(external_users=40, besides="a second test system")

    (letter,) = letters("expansion_asked")
    assert letter.recipient == willem.email
    assert letter.reply_to == bob.email
    assert "40 external users, a second test system" in letter.text
    assert "300 users" in letter.text
    assert "A second shift starts." in letter.text
    assert row.state == State.SENT
    assert row.executive == willem
    assert Notice.objects.get(person=willem).topic == "expansion"


def test_asking_changes_no_license(ask, production):
    """E9: an upgrade is routed to the account executive, never applied."""
    before = License.objects.filter(pk=production.pk).values().get()

    ask(users=900)

    assert License.objects.filter(pk=production.pk).values().get() == before


@pytest.mark.parametrize("hosting", ["production", "cloud_license"])
def test_either_hosting_asks_the_same_way(request, hosting, ask, alice, willem):
    """E9: upgrade in either hosting; also by a company admin [TC-36]."""
    license = request.getfixturevalue(hosting)

    ask(license, by=alice, users=(license.users or 0) + 1)

    assert [letter.recipient for letter in letters("expansion_asked")] == [willem.email]


def test_what_was_covered_that_day_is_kept(request_, production):
    License.objects.update(users=400)

    assert ExpansionRequest.objects.get().users_then == 300


def test_it_stands_in_the_activity(request_, depot, bob):
    entry = ActivityEntry.objects.get(verb="expansion_asked")

    assert entry.about == depot.pk
    assert entry.actor == str(bob)
    assert entry.new == "350 users in all"


@pytest.mark.parametrize("loss", ["inactive", "missing"])
def test_without_an_executive_the_support_desk_is_asked(
    ask, acme, production, willem, loss, settings
):
    if loss == "inactive":
        willem.is_active = False
        willem.save()
    else:
        acme.account_executive = None
        acme.save()

    row = ask(License.objects.get(pk=production.pk))

    (letter,) = letters("expansion_asked")
    assert letter.recipient == settings.SUPPORT_EMAIL
    assert row.executive is None


def test_the_success_manager_stands_in(ask, acme, production, willem):
    willem.is_active = False
    willem.save()
    acme.customer_success_manager = UserFactory(staff=True)
    acme.save()

    row = ask(License.objects.get(pk=production.pk))

    assert row.executive == acme.customer_success_manager


@pytest.mark.parametrize("who", ["dora", "charlie"])
def test_who_is_neither_contact_nor_admin_asks_nothing(request, ask, who):
    with pytest.raises(PermissionDenied):
        ask(by=request.getfixturevalue(who))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"users": None}, "Say how many users you want, or what else."),
        ({"users": 300}, "The license covers 300 users already. Ask for more."),
        ({"users": 1}, "The license covers 300 users already. Ask for more."),
        ({"besides": "  "}, "Say how many users you want, or what else."),
        (
            {"users": 400, "external_users": 0},
            "Ask for one user or more, or leave it empty.",
        ),
    ],
)
def test_a_wish_that_asks_for_nothing_is_refused(ask, wish, words):
    with pytest.raises(ValidationError) as refusal:
        ask(**wish)

    assert refusal.value.messages == [words]


def test_a_wish_needs_its_reason(ask):
    with pytest.raises(ValidationError):
        ask(reason="  ")

    assert not ExpansionRequest.objects.exists()
    assert not letters("expansion_asked")


def test_a_second_wish_is_refused_while_one_is_open(ask, production, acceptance, at):
    first = ask()

    with pytest.raises(ValidationError, match=r"A request for LIC-20417 is open"):
        ask(users=500)

    ask(acceptance, users=30)
    actions.withdraw_expansion(request=first, by=first.asked_by, at=at)
    assert ask(users=500).is_open


def test_the_database_keeps_one_open_wish_of_a_license(request_, production):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpansionRequestFactory(license=production, state="discussed")
    ExpansionRequestFactory(license=production, agreed=True)


def test_what_is_over_has_its_day(production):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpansionRequestFactory(license=production, state="agreed")


def test_nothing_is_asked_for_what_is_offboarded(ask, production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    with pytest.raises(ValidationError, match="off-boarded"):
        ask()


# Answering


def test_taking_it_up_tells_whoever_asked(request_, willem, bob, at):
    actions.take_up_expansion(request=request_, by=willem, at=at)

    (letter,) = letters("expansion_answered")
    assert letter.recipient == bob.email
    assert letter.reply_to == willem.email
    assert "Willem Fraser has taken up your request" in letter.text
    assert ExpansionRequest.objects.get().state == State.DISCUSSED


def test_agreeing_notes_what_was_agreed_and_changes_no_license(
    request_, production, willem, bob, at
):
    """E9: the contract is corrected by a verb of its own."""
    actions.take_up_expansion(request=request_, by=willem, at=at)
    actions.agree_expansion(
        request=request_, answer="350 from January on.", by=willem, at=at
    )

    row = ExpansionRequest.objects.get()
    assert (row.state, row.answer) == (State.AGREED, "350 from January on.")
    assert (row.closed_by, row.closed_at) == (willem, at)
    assert License.objects.get(pk=production.pk).users == 300
    said = {
        letter.subject.split(":")[0]: letter for letter in letters("expansion_answered")
    }
    assert "350 from January on." in said["Agreed"].text
    assert said["Agreed"].recipient == bob.email


def test_declining_gives_the_reason(request_, stella, bob, at):
    actions.decline_expansion(
        request=request_, answer="The server is too small.", by=stella, at=at
    )

    (letter,) = letters("expansion_answered")
    assert letter.recipient == bob.email
    assert letter.subject == "Declined: more users for Depot Control"
    assert "The server is too small." in letter.text
    assert ActivityEntry.objects.filter(verb="expansion_declined").count() == 1


@pytest.mark.parametrize("verb", ["agree_expansion", "decline_expansion"])
def test_a_decision_needs_its_words(request_, willem, at, verb):
    with pytest.raises(ValidationError, match="the customer reads it"):
        getattr(actions, verb)(request=request_, answer=" ", by=willem, at=at)

    assert ExpansionRequest.objects.get().state == State.SENT


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_no_customer_answers_a_wish(request, request_, at, who):
    """E9: never applied, agreed or declined by the customer."""
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.take_up_expansion(request=request_, by=by, at=at)
    for verb in (actions.agree_expansion, actions.decline_expansion):
        with pytest.raises(PermissionDenied):
            verb(request=request_, answer="Yes", by=by, at=at)


def test_who_left_meanwhile_is_not_written_to(request_, willem, bob, at):
    bob.is_active = False
    bob.save()

    actions.agree_expansion(request=request_, answer="Done.", by=willem, at=at)

    assert letters("expansion_answered") == []


def test_an_end_is_final(request_, willem, bob, at):
    actions.agree_expansion(request=request_, answer="Done.", by=willem, at=at)

    for verb in (actions.decline_expansion, actions.agree_expansion):
        with pytest.raises(ValidationError, match="at another point already: agreed"):
            verb(request=request_, answer="No.", by=willem, at=at)
    with pytest.raises(ValidationError, match="at another point already"):
        actions.withdraw_expansion(request=request_, by=bob, at=at)
    with pytest.raises(ValidationError, match="at another point already"):
        actions.take_up_expansion(request=request_, by=willem, at=at)


def test_the_moves_are_those_of_the_table():
    row = ExpansionRequest(state="discussed")

    assert not row.can_move_to(State.SENT)
    assert not row.can_move_to(State.DISCUSSED)
    assert row.can_move_to(State.AGREED)
    assert not ExpansionRequest(state="withdrawn").can_move_to(State.SENT)


# Withdrawing


@pytest.mark.parametrize("who", ["bob", "priya", "alice"])
def test_contacts_and_admins_withdraw(request, request_, who, willem, at):
    actions.withdraw_expansion(request=request_, by=request.getfixturevalue(who), at=at)

    (letter,) = letters("expansion_withdrawn")
    assert letter.recipient == willem.email
    assert ExpansionRequest.objects.get().state == State.WITHDRAWN


def test_who_may_not_ask_may_not_withdraw(request_, dora, at):
    with pytest.raises(PermissionDenied):
        actions.withdraw_expansion(request=request_, by=dora, at=at)


# Pages


def test_the_form_asks_and_leads_to_the_request(client, production, bob, willem):
    client.force_login(bob)
    address = reverse("licenses:expand", args=[production.pk])

    page = client.get(address)
    answer = client.post(address, {"users": 350, "reason": "A second shift."})

    assert "Willem Fraser, your account executive" in page.content.decode()
    row = ExpansionRequest.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    said = client.get(answer["Location"]).content.decode()
    assert "Willem Fraser has your request." in said
    assert "350 users in all" in said


def test_the_form_says_what_is_missing(client, production, bob):
    client.force_login(bob)

    answer = client.post(
        reverse("licenses:expand", args=[production.pk]), {"users": ""}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors == {"reason": ["This field is required."]}
    answer = client.post(
        reverse("licenses:expand", args=[production.pk]), {"reason": "More"}
    )
    assert answer.context["form"].non_field_errors() == [
        "Say how many users you want, or what else."
    ]


def test_the_form_keeps_what_was_typed_when_the_verb_refuses(client, production, bob):
    client.force_login(bob)

    answer = client.post(
        reverse("licenses:expand", args=[production.pk]),
        {"users": 200, "reason": "A second shift."},
    )

    said = answer.content.decode()
    assert "The license covers 300 users already. Ask for more." in said
    assert "A second shift." in said


def test_an_open_request_stands_in_place_of_the_form(client, request_, production, bob):
    client.force_login(bob)

    answer = client.get(reverse("licenses:expand", args=[production.pk]))

    assert answer["Location"] == request_.get_absolute_url()


def test_a_member_reads_the_request_and_cannot_act(client, request_, depot, dora):
    depot.memberships.create(user=dora)
    client.force_login(dora)

    said = client.get(request_.get_absolute_url()).content.decode()
    refused = client.post(reverse("licenses:withdraw_expansion", args=[request_.pk]))

    assert "350 users in all" in said
    assert "Withdraw the request" not in said
    assert refused.status_code == 403


def test_opening_the_page_to_withdraw_changes_nothing(client, request_, bob):
    client.force_login(bob)
    address = reverse("licenses:withdraw_expansion", args=[request_.pk])

    client.get(address)
    assert ExpansionRequest.objects.get().is_open

    client.post(address)
    assert ExpansionRequest.objects.get().state == State.WITHDRAWN


def test_the_list_shows_the_open_ones_first(client, request_, acceptance, bob):
    ExpansionRequestFactory(license=acceptance, agreed=True, asked_by=bob)
    client.force_login(bob)
    address = reverse("licenses:expansions")

    few = client.get(address).content.decode()
    many = client.get(f"{address}?which=all").content.decode()

    assert ("350 users" in few, "70 users" in few) == (True, False)
    assert ("350 users" in many, "70 users" in many) == (True, True)


def test_the_license_page_offers_the_form_and_then_the_request(
    client, production, bob, ask
):
    client.force_login(bob)
    form = reverse("licenses:expand", args=[production.pk])

    assert form in client.get(production.get_absolute_url()).content.decode()
    row = ask()

    said = client.get(production.get_absolute_url()).content.decode()
    assert form not in said
    assert row.get_absolute_url() in said


def test_the_tab_of_the_app_offers_each_license(
    client, production, acceptance, depot, bob, ask
):
    row = ask()
    client.force_login(bob)

    said = client.get(
        reverse("licenses:for_application", args=[depot.pk])
    ).content.decode()

    assert row.get_absolute_url() in said
    assert reverse("licenses:expand", args=[production.pk]) not in said
    assert reverse("licenses:expand", args=[acceptance.pk]) in said


def test_a_cloud_customer_asks_on_the_page_too(client, cloud_license, dora):
    """E9: no renewal for Cloud, but an upgrade is asked for all the same."""
    client.force_login(dora)

    said = client.get(cloud_license.get_absolute_url()).content.decode()

    assert reverse("licenses:expand", args=[cloud_license.pk]) in said


# The support desk


@pytest.fixture
def desk(client, willem):
    client.force_login(willem)
    return client


def act(client, row, deed, **answer):
    address = reverse("admin:licenses_expansionrequest_changelist")
    return client.post(f"{address}{row.pk}/{deed}/", {"do": "yes", **answer})


def test_the_desk_takes_up_and_agrees(desk, request_):
    act(desk, request_, "take-up")
    assert ExpansionRequest.objects.get().state == State.DISCUSSED

    empty = act(desk, request_, "agree", answer="")
    assert "This field is required" in empty.content.decode()
    act(desk, request_, "agree", answer="350 from May on.")

    row = ExpansionRequest.objects.get()
    assert (row.state, row.answer) == (State.AGREED, "350 from May on.")


def test_the_desk_declines_with_a_reason(desk, request_):
    act(desk, request_, "decline", answer="Too few servers.")

    assert ExpansionRequest.objects.get().state == State.DECLINED


def test_opening_a_button_of_the_desk_changes_nothing(desk, request_):
    address = reverse("admin:licenses_expansionrequest_changelist")
    for deed in ("take-up", "agree", "decline"):
        assert desk.get(f"{address}{request_.pk}/{deed}/").status_code == 200

    assert ExpansionRequest.objects.get().state == State.SENT


def test_the_desk_is_told_why_it_cannot(desk, request_, willem, at):
    actions.agree_expansion(request=request_, answer="Yes.", by=willem, at=at)

    answer = act(desk, request_, "take-up")

    said = desk.get(answer["Location"]).content.decode()
    assert "at another point already" in said


def test_the_desk_lists_what_is_open(desk, request_, acceptance):
    ExpansionRequestFactory(license=acceptance, agreed=True)
    address = reverse("admin:licenses_expansionrequest_changelist")

    said = desk.get(f"{address}?open=yes").content.decode()

    assert "350 users" in said
    assert "70 users" not in said
    over = desk.get(f"{address}?open=no").content.decode()
    assert "70 users" in over


def test_nobody_adds_or_edits_a_request_at_the_desk(desk, request_):
    address = reverse("admin:licenses_expansionrequest_changelist")

    assert desk.get(f"{address}add/").status_code == 403
    page = desk.get(f"{address}{request_.pk}/change/").content.decode()
    assert 'name="_save"' not in page


def test_a_letter_is_written_once(request_, willem, at):
    before = Message.objects.count()
    later = at + timedelta(days=1)
    actions.take_up_expansion(request=request_, by=willem, at=later)

    assert Message.objects.count() == before + 1
    assert request_.taken_up_at == later
    assert timezone.is_aware(request_.taken_up_at)
