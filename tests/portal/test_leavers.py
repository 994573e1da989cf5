"""Somebody leaves: every reason against it, with its page; then, and back again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.models import Membership
from companies import actions as company_actions
from companies.models import ActivityEntry, User
from companies.verbs import Verb
from contacts.models import TechnicalContact
from outbox.models import Message
from portal import actions
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.tickets import TicketFactory
from tests.marks import on_postgresql

AT = timezone.now()
MASTER = Membership.Role.SCRUM_MASTER


def text(answer):
    return " ".join(answer.content.decode().split())


def page(person, name="deactivate"):
    return reverse(f"companies:{name}", args=[person.pk])


def found(person, reader):
    """As a page finds them: the person as the database knows them now."""
    return actions.obstacles(User.objects.get(pk=person.pk), reader)


def words(person, reader):
    return [one.words for one in found(person, reader)]


def links(person, reader):
    return [one.url for one in found(person, reader)]


def is_active(person):
    return User.objects.get(pk=person.pk).is_active


# What stands in the way


def test_the_contact_of_an_app_cannot_go(alice, bob, depot, driver_app):
    """CO-10, E7"""
    with pytest.raises(ValidationError) as refusal:
        actions.deactivate_person(person=bob, by=alice, at=AT)

    assert refusal.value.messages == [
        "Bob Weber is technical contact of Depot Control.",
        "Bob Weber is technical contact of Driver App.",
    ]
    assert is_active(bob)
    assert not Message.objects.exists()


def test_a_sole_contact_is_replaced_and_one_of_several_dismissed(alice, bob, depot):
    """CO-10: each reason leads to the page that settles it."""
    contact = TechnicalContact.objects.get(user=bob)
    assert links(bob, alice) == [reverse("contacts:replace", args=[contact.pk])]

    TechnicalContactFactory(application=depot)

    assert links(bob, alice) == [reverse("contacts:dismiss", args=[contact.pk])]


def test_who_is_named_in_an_order_is_named_anew_first(alice, bob, acme):
    """CO-10, TC-03"""
    order = ApplicationFactory(
        company=acme, name="Returns Desk", ordered=True, named_contact=bob
    )

    assert words(bob, alice) == [
        "Bob Weber is named as technical contact in the order of Returns Desk."
    ]
    assert links(bob, alice) == [reverse("contacts:name_contact", args=[order.pk])]


def test_a_handover_to_a_leaver_is_withdrawn_first(alice, acme, bob, depot):
    carl = UserFactory(name="Carl Ek", company=acme)
    offer = HandoverFactory(application=depot, from_user=bob, to_user=carl)

    assert words(carl, alice) == ["Depot Control is being handed over to Carl Ek."]
    assert links(carl, alice) == [reverse("contacts:cancel", args=[offer.pk])]


def test_the_company_contact_cannot_go(alice, bob, acme, stella):
    """CO-06, CO-10"""
    company_actions.name_contact(bob, by=alice, at=AT)

    assert words(bob, alice) == ["Bob Weber is the company contact of Acme."]
    assert links(bob, alice) == [reverse("companies:name_contact", args=[alice.pk])]
    desk = reverse("admin:companies_company_change", args=[acme.pk])
    assert links(bob, stella) == [desk]


def test_the_only_scrum_master_cannot_go_one_of_two_can(alice, bob, acme):
    """CO-10, E7: somebody deactivated does not count as the other."""
    depot = ApplicationFactory(company=acme, name="Depot Control")
    MembershipFactory(application=depot, user=bob, role=MASTER)
    gone = UserFactory(company=acme, deactivated=True)
    MembershipFactory(application=depot, user=gone, role=MASTER)

    assert words(bob, alice) == ["Bob Weber is the only scrum master of Depot Control."]
    assert links(bob, alice) == [reverse("applications:access", args=[depot.pk])]

    MembershipFactory(application=depot, user=alice, role=MASTER)
    assert words(bob, alice) == []


def test_unsolved_tickets_hold_a_leaver_solved_ones_do_not(alice, bob, acme):
    """CO-10, E7"""
    depot = ApplicationFactory(company=acme)
    open_one = TicketFactory(application=depot, opened_by=bob, subject="Empty plans")
    TicketFactory(application=depot, opened_by=bob, solved=True)
    TicketFactory(application=depot, opened_by=alice)

    assert words(bob, alice) == [
        f"Ticket #{open_one.pk} is not solved: Empty plans",
    ]
    assert links(bob, alice) == [reverse("tickets:solve", args=[open_one.pk])]


def test_tickets_in_the_hands_of_support_hold_one_of_support(willem, stella, acme, bob):
    depot = ApplicationFactory(company=acme)
    TicketFactory(application=depot, opened_by=bob, owner=willem)

    with pytest.raises(ValidationError, match="is not solved"):
        actions.deactivate_person(person=willem, by=stella, at=AT)


def test_an_app_that_ended_holds_nobody(alice, bob, acme):
    ended = ApplicationFactory(company=acme, offboarded=True)
    TechnicalContactFactory(application=ended, user=bob)
    Membership.objects.filter(user=bob).update(role=MASTER)

    assert words(bob, alice) == []


def test_an_app_of_another_company_is_not_named(alice, bob, globex, charlie):
    """E25: Alice learns that there is something, not what; support settles it."""
    mill = ApplicationFactory(company=globex, name="Mill Monitor", cloud=True)
    TechnicalContactFactory(application=mill, user=bob)
    Membership.objects.filter(user=bob).update(role=MASTER)
    TicketFactory(application=mill, opened_by=bob, subject="Mill stands still")
    other = ApplicationFactory(company=globex, name="Next Mill")
    TechnicalContactFactory(application=other, user=charlie)
    HandoverFactory(application=other, from_user=charlie, to_user=bob)
    ApplicationFactory(
        company=globex, name="Mill Orders", ordered=True, named_contact=bob
    )

    assert words(bob, alice) == [
        "Bob Weber is technical contact of an app of another company.",
        "Bob Weber is named in an order of another company.",
        "An app of another company is being handed over to Bob Weber.",
        "Bob Weber is the only scrum master of an app of another company.",
        "Bob Weber has an unsolved ticket with another company.",
    ]
    assert set(links(bob, alice)) == {reverse("tickets:new") + "?application=general"}


def test_the_last_company_admin_cannot_go(alice, stella, acme):
    """E35"""
    with pytest.raises(ValidationError) as refusal:
        actions.deactivate_person(person=alice, by=stella, at=AT)

    assert refusal.value.messages == ["Alice Moreau is the only company admin of Acme."]
    assert str(acme.pk) in links(alice, stella)[0]


def test_all_reasons_are_said_at_once(alice, bob, depot):
    """CO-10"""
    company_actions.name_contact(bob, by=alice, at=AT)
    Membership.objects.filter(user=bob).update(role=MASTER)
    TicketFactory(application=depot, opened_by=bob)

    assert len(words(bob, alice)) == 4


# Leaving, and coming back


def test_deactivating_ends_every_session_and_is_mailed(client, alice, bob):
    """CO-09"""
    client.force_login(bob)
    assert client.get(reverse("companies:account")).status_code == 200

    actions.deactivate_person(person=bob, by=alice, at=AT)

    assert client.get(reverse("companies:account")).status_code == 302
    letter = Message.objects.get()
    assert letter.recipient == bob.email
    assert "Alice Moreau has deactivated your account" in " ".join(letter.text.split())
    assert "alice@acme.example" in letter.html
    assert ActivityEntry.objects.get().verb == Verb.ACCOUNT_CLOSED


def test_deactivating_twice_is_once(alice, bob):
    for _ in range(2):
        actions.deactivate_person(person=bob, by=alice, at=AT)

    assert ActivityEntry.objects.count() == 1
    assert Message.objects.count() == 1


def test_who_comes_back_is_where_they_were_and_signs_in_anew(client, alice, bob, depot):
    """CO-09: reversible."""
    carl = UserFactory(company=alice.company)
    MembershipFactory(application=depot, user=carl)
    client.force_login(carl)
    actions.deactivate_person(person=carl, by=alice, at=AT)

    for _ in range(2):
        company_actions.reopen_account(carl, by=alice, at=AT)

    assert is_active(carl)
    assert Membership.objects.filter(application=depot, user=carl).exists()
    assert client.get(reverse("companies:account")).status_code == 302
    told = Message.objects.filter(template="companies/emails/reactivated")
    assert [letter.recipient for letter in told] == [carl.email]


def test_nobody_deactivates_themselves(alice, stella, acme):
    """CO-05, E35"""
    UserFactory(company=acme, admin=True)

    for person in (alice, stella):
        with pytest.raises(ValidationError, match="Nobody deactivates themselves"):
            actions.deactivate_person(person=person, by=person, at=AT)


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_only_admins_of_the_company_and_staff_decide(who, request, acme, alice):
    """CO-08"""
    carl = UserFactory(company=acme)
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.deactivate_person(person=carl, by=by, at=AT)
    with pytest.raises(PermissionDenied):
        company_actions.reopen_account(carl, by=by, at=AT)


def test_an_external_is_not_this_companys_to_deactivate(client, alice, dora, depot):
    """CO-08, E35"""
    MembershipFactory(application=depot, user=dora)

    with pytest.raises(PermissionDenied):
        actions.deactivate_person(person=dora, by=alice, at=AT)
    client.force_login(alice)
    assert client.post(page(dora)).status_code == 404
    assert client.post(page(dora, "reactivate")).status_code == 404
    assert is_active(dora)


def test_an_admin_who_was_unnamed_meanwhile_decides_nothing(alice, bob, acme):
    UserFactory(company=acme, admin=True)
    User.objects.filter(pk=alice.pk).update(is_company_admin=False)

    with pytest.raises(PermissionDenied):
        actions.deactivate_person(person=bob, by=alice, at=AT)


# The pages


def test_the_page_lists_every_reason_and_has_no_button(client, alice, bob, depot):
    TicketFactory(application=depot, opened_by=bob, subject="Empty plans")
    client.force_login(alice)

    said = text(client.get(page(bob)))

    assert "2 things" in said
    for one in found(bob, alice):
        assert one.words in said
        assert f'href="{one.url}"' in said
    assert '<button class="btn btn-danger"' not in said


def test_a_press_on_an_old_page_is_refused_in_words(client, alice, bob, depot):
    client.force_login(alice)

    said = text(client.post(page(bob), follow=True))

    assert "Nothing was changed." in said
    assert "Bob Weber is technical contact of Depot Control." in said
    assert is_active(bob)


def test_every_link_to_settle_opens(client, alice, bob, depot, acme):
    company_actions.name_contact(bob, by=alice, at=AT)
    Membership.objects.filter(user=bob).update(role=MASTER)
    TicketFactory(application=depot, opened_by=bob)
    ApplicationFactory(company=acme, ordered=True, named_contact=bob)
    client.force_login(alice)

    pages = links(bob, alice)

    assert len(pages) == 5
    assert {client.get(link).status_code for link in pages} == {200}


def test_an_admin_deactivates_and_reactivates_on_pages(client, alice, bob):
    client.force_login(alice)
    assert "Deactivate Bob Weber?" in text(client.get(page(bob)))
    assert is_active(bob), "looking changes nothing"

    said = text(client.post(page(bob), follow=True))
    assert "Bob Weber is deactivated." in said
    assert page(bob, "reactivate") in said
    assert client.get(page(bob)).url == bob.get_absolute_url()

    assert "Reactivate Bob Weber?" in text(client.get(page(bob, "reactivate")))
    assert not is_active(bob)
    client.post(page(bob, "reactivate"))
    assert is_active(bob)


def test_oneself_is_offered_no_button(client, alice):
    """CO-05"""
    client.force_login(alice)

    assert "Nobody deactivates themselves" in text(client.get(page(alice)))
    assert page(alice) not in text(client.get(alice.get_absolute_url()))
    client.post(page(alice))
    assert is_active(alice)


@pytest.mark.parametrize("name", ["deactivate", "reactivate"])
def test_members_are_refused(client, bob, alice, name):
    client.force_login(bob)

    assert client.get(page(alice, name)).status_code == 403
    assert client.post(page(alice, name)).status_code == 403
    assert page(alice, name) not in text(client.get(alice.get_absolute_url()))


def test_the_deactivated_stand_in_the_list_with_their_state(client, alice, bob):
    """CO-08"""
    actions.deactivate_person(person=bob, by=alice, at=AT)
    client.force_login(alice)

    said = text(client.get(reverse("companies:people")))

    assert "Bob Weber" in said
    assert "Deactivated</span>" in said


# The support desk

DESK = reverse("admin:companies_user_changelist")


def run(client, *people):
    chosen = [str(person.pk) for person in people]
    asked = {"action": "deactivate_people", "_selected_action": chosen}
    return client.post(DESK, asked, follow=True)


def test_the_desk_deactivates_and_says_why_not(client, stella, bob, depot, acme):
    """CO-05, CO-10"""
    carl = UserFactory(name="Carl Ek", company=acme)
    client.force_login(stella)

    said = text(run(client, bob, carl, stella))

    assert "Bob Weber is technical contact of Depot Control." in said
    assert f'href="{page(bob)}"' in said
    assert "Carl Ek is deactivated." in said
    assert "Nobody deactivates themselves." in said
    assert [is_active(one) for one in (bob, carl, stella)] == [True, False, True]
    assert client.get(page(bob)).status_code == 200


# At the same moment


@pytest.mark.django_db(transaction=True)
@on_postgresql()
def test_two_scrum_masters_who_leave_together_leave_one(alice, bob, acme, globex):
    """E7: they are of two companies, so only the team's lock makes them wait."""
    depot = ApplicationFactory(company=acme)
    guest = UserFactory(company=globex)
    stella = UserFactory(name="Stella", staff=True)
    for person in (bob, guest):
        MembershipFactory(application=depot, user=person, role=MASTER)
    start = Barrier(2)

    def leave(person):
        start.wait()
        try:
            actions.deactivate_person(person=person, by=stella, at=AT)
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(leave, [bob, guest]))

    assert outcomes == ["gone", "refused"]
