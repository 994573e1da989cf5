"""“Who would be told now?”: the page says exactly whom the letters go to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import NoticeChoice
from companies.topics import Channel
from contacts import actions as contact_actions
from contacts.models import TechnicalContact
from licenses import actions as license_actions
from operations import actions as operation_actions
from outbox.models import AddressStanding, Message
from portal import told
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import ExpansionRequestFactory, LicenseFactory
from tests.factories.tickets import TicketFactory
from tickets import actions as ticket_actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def crowd(acme, alice):
    """Acme has a second admin, and one who is deactivated."""
    UserFactory(company=acme, name="Nadia Berg", admin=True)
    UserFactory(company=acme, name="Ugo Lamb", admin=True, deactivated=True)


@pytest.fixture(params=["on_premises", "cloud"])
def application(request, acme, bob, dora, crowd):
    """Two contacts On-Premises, of whom one is deactivated; one on Cloud."""
    row = ApplicationFactory(company=acme, hosting=request.param)
    old = timezone.now() - timedelta(days=100)
    TechnicalContactFactory(application=row, user=bob, appointed_at=old)
    if row.is_on_premises:
        gone = UserFactory(company=acme, name="Ana Lima", deactivated=True)
        TechnicalContactFactory(application=row, user=gone, appointed_at=old)
    MembershipFactory(application=row, user=dora)
    return row


@pytest.fixture
def ending(application, at):
    return LicenseFactory(
        environment=EnvironmentFactory(application=application),
        starts_on=at.date() - timedelta(days=300),
        ends_on=at.date() + timedelta(days=15),
    )


def shown(application, code, at):
    """The addresses that the page shows for this kind of notice."""
    row = type(application).objects.select_related("company").get(pk=application.pk)
    assert any(code in floor.LETTERS for floor in told.FLOORS.values())
    [found] = [one for one in told.occasions(row, at) if one.code == code]
    return sorted(one.address for one in found.addressees)


def sent(template):
    rows = Message.objects.filter(template__endswith=f"/{template}")
    return sorted(rows.values_list("recipient", flat=True))


def bounce(person, at):
    AddressStanding.objects.note_bounce(person.email, "550 5.1.1 gone", at)


def no_contact(application, bob, at):
    bob.is_active = False
    bob.save()


def bounced(application, bob, at):
    bounce(bob, at)


def nothing(application, bob, at):
    """As it is."""


each_case = pytest.mark.parametrize("happens", [nothing, bounced, no_contact])


@each_case
def test_renewal_reminder(application, ending, bob, at, happens):
    happens(application, bob, at)
    expected = shown(application, "renewal_reminder", at)

    license_actions.remind_of_renewal(at=at)

    assert sent("renewal_reminder") == expected != []


@each_case
def test_renewal_signed(application, ending, bob, stella, at, happens):
    happens(application, bob, at)
    expected = shown(application, "renewed", at)

    license_actions.renew_license(
        license=ending, ends_on=at.date() + timedelta(days=380), by=stella, at=at
    )

    assert sent("renewed") == expected != []


@each_case
def test_key_activated(application, ending, bob, stella, at, happens):
    if application.is_cloud:
        assert not [o for o in told.occasions(application, at) if "key" in o.code]
        return
    happens(application, bob, at)
    expected = shown(application, "key_activated", at)
    key = license_actions.generate_key(
        license=ending, server_id="7C41-E09B-0001", by=stella, at=at
    )

    license_actions.activate_key(key=key, by=stella, at=at)

    assert sent("key_activated") == expected != []


@each_case
def test_maintenance(application, bob, stella, at, happens):
    if application.is_on_premises:
        assert not [o for o in told.occasions(application, at) if "maint" in o.code]
        return
    happens(application, bob, at)
    expected = shown(application, "maintenance", at)
    environment = EnvironmentFactory(application=application)

    operation_actions.announce_window(
        operation_actions.plan_window(
            title="Storage",
            description="",
            impact="",
            environments=[environment],
            starts_at=at + timedelta(days=2),
            ends_at=at + timedelta(days=2, hours=1),
            by=stella,
            at=at,
        ),
        at=at,
    )

    assert sent("announced") == expected != []


@each_case
def test_ticket_answered(application, bob, dora, charlie, stella, at, happens):
    """E30: a follower without access is neither shown nor told."""
    ticket = TicketFactory(application=application, opened_by=bob)
    ticket.followers.set([dora, charlie])
    happens(application, bob, at)
    expected = shown(application, "ticket_answered", at)

    ticket_actions.answer(ticket=ticket, text="Try again.", by=stella, at=at)

    assert sent("answered") == expected
    assert dora.email in expected
    assert charlie.email not in expected


@each_case
def test_ticket_replied(application, bob, dora, stella, at, happens):
    """Whoever writes is not told; everybody else who follows, and the desk, is."""
    ticket = TicketFactory(application=application, opened_by=dora, owner=stella)
    ticket.followers.set([bob])
    happens(application, bob, at)
    expected = shown(application, "ticket_replied", at)

    ticket_actions.reply(ticket=ticket, text="It is back.", by=dora, at=at)

    assert sent("replied") == [one for one in expected if one != dora.email]
    assert stella.email in expected


# The end of a license, of an environment


@each_case
def test_end_planned_and_taken_back(application, ending, bob, stella, at, happens):
    happens(application, bob, at)
    expected = shown(application, "end_planned", at)
    planned = {"license": ending, "by": stella, "at": at}

    license_actions.plan_end(on=ending.ends_on - timedelta(days=1), **planned)
    license_actions.unplan_end(**planned)

    assert sent("end_planned") == sent("end_unplanned") == expected
    assert ending.company.account_executive.email in expected


@each_case
def test_environment_ends_and_comes_back(application, ending, bob, stella, at, happens):
    EnvironmentFactory(application=application)
    happens(application, bob, at)
    expected = shown(application, "environment_ended", at)
    place = {"environment": ending.environment, "by": stella, "at": at}

    license_actions.offboard_environment(**place)
    license_actions.bring_back_environment(**place)

    assert sent("environment_offboarded") == expected
    assert sent("environment_brought_back") == expected


@each_case
def test_license_suspended_and_valid_again(
    application, ending, bob, stella, at, happens
):
    happens(application, bob, at)
    told_now = {
        code: shown(application, code, at)
        for code in ("suspended", "reinstated", "revoked")
    }
    done = {"license": ending, "by": stella, "at": at}

    license_actions.suspend_license(reason="An invoice is open.", **done)
    license_actions.reinstate_license(**done)
    license_actions.revoke_license(reason="The contract is cancelled.", **done)

    assert {code: sent(code) for code in told_now} == told_now


# More than a license covers


def willem_is_gone(application, willem):
    willem.is_active = False
    willem.save()


@pytest.mark.parametrize("happens", [nothing, willem_is_gone])
def test_expansion_asked_withdrawn(application, ending, willem, bob, at, happens):
    """LI-04: to the account executive, else to the desk."""
    asked = {"license": ending, "reason": "A second shift.", "by": bob, "at": at}
    if happens is willem_is_gone:
        happens(application, willem)
    expected = shown(application, "expansion_asked", at)

    wish = license_actions.ask_expansion(besides="a test system", **asked)

    assert sent("expansion_asked") == expected != []
    assert shown(application, "expansion_withdrawn", at) == expected
    license_actions.withdraw_expansion(request=wish, by=bob, at=at)
    assert sent("expansion_withdrawn") == expected


@pytest.mark.parametrize("happens", [nothing, no_contact])
def test_expansion_answered(application, ending, bob, stella, at, happens):
    wish = ExpansionRequestFactory(license=ending, asked_by=bob)
    happens(application, bob, at)
    expected = shown(application, "expansion_answered", at)

    license_actions.decline_expansion(request=wish, answer="Not yet.", by=stella, at=at)

    assert sent("expansion_answered") == expected
    assert bool(expected) is bob.is_active


# The order, the role, the hosting


def test_order_signed_and_delivered(acme, bob, crowd, stella, at):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)
    done = {"application": application, "by": stella, "at": at}
    expected = shown(application, "order_signed", at)

    contact_actions.sign_order(**done)

    assert sorted(sent("appointed") + sent("order_signed")) == expected
    expected = shown(application, "delivered", at)
    contact_actions.deliver_application(**done)
    assert sent("delivered") == expected
    codes = {one.code for one in told.occasions(application, at)}
    assert not codes & {"order_signed", "delivered"}, "it was"


@pytest.mark.parametrize("offered_by", ["bob", "stella"])
def test_handover_refused(application, bob, dora, at, offered_by, request):
    giver = request.getfixturevalue(offered_by)
    offer = HandoverFactory(
        application=application, from_user=bob, to_user=dora, offered_by=giver
    )
    expected = shown(application, "handover_refused", at)

    contact_actions.decline_handover(handover=offer, by=dora, at=at, answer="No.")

    assert sent("handover_declined") == expected
    assert set(expected) == {bob.email, giver.email}


def test_handover_withdrawn(application, bob, dora, at):
    offer = HandoverFactory(application=application, from_user=bob, to_user=dora)
    expected = shown(application, "handover_waits", at)

    contact_actions.cancel_handover(handover=offer, by=bob, at=at)

    assert sent("handover_cancelled") == expected == [dora.email]


def test_contacts_changed(application, bob, dora, stella, at):
    if application.is_cloud:
        return
    expected = shown(application, "contacts_changed", at)

    contact_actions.appoint(
        application=application, person=dora, reason="Nights.", by=stella, at=at
    )

    assert sent("changed") == expected
    assert len(expected) == 2


def test_contact_escalated(application, bob, at):
    expected = shown(application, "contact_escalated", at)
    bounce(bob, at)
    TechnicalContact.objects.filter(user__is_active=False).delete()

    contact_actions.watch_contacts(at=at)
    contact_actions.watch_contacts(at=at + timedelta(days=60))

    assert sent("contact_escalated") == expected
    assert len(expected) == 2


@each_case
def test_hosting_changed(application, bob, stella, at, happens):
    if application.is_on_premises:
        application.technical_contacts.exclude(user=bob).delete()
    happens(application, bob, at)
    expected = shown(application, "hosting_changed", at)
    hosting = "on_premises" if application.is_cloud else "cloud"

    contact_actions.change_hosting(
        application=application, hosting=hosting, by=stella, at=at
    )

    assert sent("hosting_changed") == expected != []


def test_handover_accepted(application, bob, dora, at):
    offer = HandoverFactory(application=application, from_user=bob, to_user=dora)
    expected = shown(application, "handover_accepted", at)

    contact_actions.accept_handover(handover=offer, by=dora, at=at)

    told_now = sent("appointed") + sent("handover_accepted") + sent("changed")
    assert sorted(told_now) == expected
    assert len(expected) == 4


@each_case
def test_still_contact(application, bob, at, happens):
    happens(application, bob, at)
    expected = shown(application, "still_contact", at)

    contact_actions.ask_contacts(at=at)

    assert sent("still_contact") == expected


def test_contact_raised(application, bob, at):
    expected = shown(application, "contact_raised", at)
    bounce(bob, at)
    TechnicalContact.objects.filter(user__is_active=False).delete()

    contact_actions.watch_contacts(at=at)

    assert sent("contact_raised") == expected
    assert len(expected) == 2


@each_case
def test_offboarded(application, bob, stella, at, happens):
    happens(application, bob, at)
    expected = shown(application, "offboarded", at)

    contact_actions.offboard_application(application=application, by=stella, at=at)

    assert sent("offboarded") == expected != []


# The page


def page(client, reader, application):
    client.force_login(reader)
    answer = client.get(f"/applications/{application.pk}/contacts/told/")
    return answer.status_code, " ".join(answer.content.decode().split())


def test_the_page_shows_who_and_what_stands_in_the_way(
    client, application, alice, bob, at
):
    bounce(bob, at)

    status, text = page(client, alice, application)

    assert status == 200
    assert "The app is off-boarded" in text
    assert "mail came back on" in text
    assert alice.email in text


def test_an_e_mail_switched_off_is_said(client, application, alice, bob, at):
    NoticeChoice.objects.create(
        person=alice, topic="company", channel=Channel.EMAIL, is_on=False
    )
    assert "no e-mail, by choice" in page(client, alice, application)[1]


def test_a_contact_does_not_read_who_the_admins_are(client, application, alice, bob):
    """CO-06"""
    status, text = page(client, bob, application)

    assert status == 200
    assert "A company admin" in text
    assert alice.email not in text


def test_a_customer_reads_no_name_of_the_desks_people(
    client, application, alice, bob, stella, willem
):
    """Only of those who look after the company, whom its other pages name as well."""
    TicketFactory(application=application, opened_by=bob, owner=stella)

    text = page(client, alice, application)[1]

    assert stella.email not in text
    assert "Stella" not in text
    assert "the owner of the ticket" in text
    assert willem.email in text
    assert stella.email in page(client, willem, application)[1]


def test_a_member_of_the_team_is_refused(client, application, dora):
    assert page(client, dora, application)[0] == 403


def test_notices_to_the_same_people_stand_together(application, alice, ending, at):
    found = told.notices(application, alice, at)

    groups = told.together(found)

    titles = [one.occasion.title for group in groups for one in group]
    assert sorted(titles) == sorted(one.occasion.title for one in found)
    assert len({group[0].shown for group in groups}) == len(groups) < len(found)
    assert groups[0][0] == found[0]
