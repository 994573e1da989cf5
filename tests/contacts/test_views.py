"""The pages about technical contacts and handovers."""

import pytest
from django.utils import timezone

from contacts import actions
from contacts.models import Handover, TechnicalContact
from outbox.models import Message
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory


@pytest.fixture
def visit(client):
    """Sign a person in; returns the client."""

    def enter(person):
        client.force_login(person)
        return client

    return enter


@pytest.fixture
def offer(driver, bob, dora, joins):
    joins(driver, dora)
    return HandoverFactory(application=driver, from_user=bob, to_user=dora)


def contact_of(application, person):
    return TechnicalContact.objects.get(application=application, user=person)


def at_contacts(application):
    return f"/applications/{application.pk}/contacts/"


def text_of(answer):
    return " ".join(answer.content.decode().split())


# Who they are


def test_the_team_sees_who_answers_for_the_app(visit, driver, dora, joins):
    """TC-10"""
    joins(driver, dora)

    page = text_of(visit(dora).get(at_contacts(driver)))

    assert "Bob Weber" in page
    assert "bob@acme.example" in page
    assert "A Cloud app has exactly one technical contact." in page
    assert "Reachable" in page


def test_plain_members_see_no_way_to_change_it(visit, depot, alice, dora, joins):
    TechnicalContactFactory(application=depot, user=alice)
    joins(depot, dora)

    page = text_of(visit(dora).get(at_contacts(depot)))

    assert "Add a contact" not in page
    assert "Replace" not in page
    assert "/remove/" not in page


def test_on_premises_the_page_says_what_contacts_get(visit, depot, bob):
    """TC-06, TC-16"""
    page = text_of(visit(bob).get(at_contacts(depot)))

    assert "Renewal reminders" in page
    assert "Generate and activate keys" in page
    assert "Maintenance notices" not in page


def test_on_cloud_the_page_says_what_the_contact_gets(visit, driver, bob):
    """TC-06, TC-11, LI-05"""
    page = text_of(visit(bob).get(at_contacts(driver)))

    assert "Maintenance notices" in page
    assert "Renewal by Aldwick" in page
    assert "Generate and activate keys" not in page


def test_the_page_says_you_to_the_contact_and_to_nobody_else(visit, driver, bob, alice):
    mine = text_of(visit(bob).get(at_contacts(driver)))
    theirs = text_of(visit(alice).get(at_contacts(driver)))

    assert "What you get" in mine
    assert "your colleagues turn to you first" in mine
    assert "What the contact gets" in theirs
    assert "colleagues turn to the contact first" in theirs


def test_a_contact_who_cannot_be_reached_stands_out(visit, depot, alice):
    TechnicalContactFactory(
        application=depot, user=UserFactory(name="Ana Lima", deactivated=True)
    )
    TechnicalContactFactory(
        application=depot, user=UserFactory(name="Ben Okoro", unregistered=True)
    )

    page = text_of(visit(alice).get(at_contacts(depot)))

    assert "Deactivated</span><small>no mail reaches this person</small>" in page
    assert "No account yet</span><small>has not chosen a password yet</small>" in page


def test_an_order_shows_whom_it_names(visit, acme, alice, bob):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    page = text_of(visit(alice).get(at_contacts(application)))

    assert "named in the order, appointed when it is signed" in page
    assert "Name somebody else" in page


def test_the_page_shows_the_handover_under_way(visit, driver, bob, offer):
    page = text_of(visit(bob).get(at_contacts(driver)))

    assert "Waiting for an answer" in page
    assert 'Remind<span class="visually-hidden"> Dora Lind</span>' in page
    assert "Cancel handover" in page
    assert "Hand over</a>" not in page


def test_the_page_costs_the_same_with_one_and_three_contacts(
    visit, depot, alice, dora, charlie, joins, queries_of
):
    client = visit(alice)
    with_one = queries_of(client, at_contacts(depot))

    for person in (dora, charlie):
        TechnicalContactFactory(application=depot, user=person, appointed_by=alice)
        to = UserFactory()
        joins(depot, to)
        HandoverFactory(application=depot, from_user=person, to_user=to)

    assert queries_of(client, at_contacts(depot)) == with_one <= 9


# At once


def test_an_admin_adds_a_contact(visit, depot, alice, dora, joins, contacts_of):
    """TC-08"""
    joins(depot, dora)
    member = depot.memberships.get(user=dora)

    answer = visit(alice).post(
        at_contacts(depot) + "add/", {"member": member.pk, "reason": "Knows it"}
    )

    assert answer.url == at_contacts(depot)
    assert contacts_of(depot) == ["Bob Weber", "Dora Lind"]


def test_the_choice_offers_only_who_can_take_the_role(
    visit, depot, alice, dora, joins, acme
):
    """TC-22, E2"""
    joins(depot, dora, UserFactory(name="Ana", unregistered=True))
    joins(depot, UserFactory(name="Ben", deactivated=True))
    UserFactory(name="Not on the team", company=acme)

    answer = visit(alice).get(at_contacts(depot) + "add/")

    offered = [str(one.user) for one in answer.context["form"]["member"].field.queryset]
    assert offered == ["Dora Lind"]


def test_a_foreign_membership_is_an_invalid_choice(visit, depot, driver, alice, dora):
    """E25"""
    TechnicalContactFactory(application=driver.__class__.objects.get(pk=depot.pk))
    other = ApplicationFactory()
    foreign = TechnicalContactFactory(application=other, user=dora)

    answer = visit(alice).post(
        at_contacts(depot) + "add/",
        {"member": other.memberships.get(user=foreign.user).pk, "reason": "Try"},
    )

    assert list(answer.context["form"].errors) == ["member"]


def test_cloud_refuses_a_second_contact_on_the_form(visit, driver, alice, dora, joins):
    """E1"""
    joins(driver, dora)
    member = driver.memberships.get(user=dora)

    answer = visit(alice).post(
        at_contacts(driver) + "add/", {"member": member.pk, "reason": "Two"}
    )

    assert "exactly one technical contact, now Bob Weber" in text_of(answer)
    assert driver.technical_contacts.count() == 1


def test_the_cloud_page_offers_no_second_contact(visit, driver, alice):
    """E1"""
    page = text_of(visit(alice).get(at_contacts(driver)))

    assert "Add a contact" not in page
    assert "Replace" in page


def test_without_anybody_fit_the_page_points_to_the_team(visit, depot, alice):
    page = text_of(visit(alice).get(at_contacts(depot) + "add/"))

    assert "Nobody on the team can take it" in page
    assert f"/applications/{depot.pk}/access/" in page


def test_an_admin_replaces_the_contact(
    visit, driver, bob, alice, dora, joins, contacts_of
):
    """TC-28"""
    joins(driver, dora)
    member = driver.memberships.get(user=dora)

    visit(alice).post(
        f"/contacts/{contact_of(driver, bob).pk}/replace/",
        {"member": member.pk, "reason": "Bob has left"},
    )

    assert contacts_of(driver) == ["Dora Lind"]


def test_replacing_without_a_reason_stays_on_the_form(
    visit, driver, bob, alice, dora, joins, contacts_of
):
    joins(driver, dora)
    member = driver.memberships.get(user=dora)

    answer = visit(alice).post(
        f"/contacts/{contact_of(driver, bob).pk}/replace/", {"member": member.pk}
    )

    assert list(answer.context["form"].errors) == ["reason"]
    assert contacts_of(driver) == ["Bob Weber"]


def test_removing_asks_first_and_then_removes(
    visit, depot, bob, alice, dora, contacts_of
):
    TechnicalContactFactory(application=depot, user=dora)
    address = f"/contacts/{contact_of(depot, dora).pk}/remove/"
    client = visit(alice)

    page = text_of(client.get(address))
    assert "Remove Dora Lind as technical contact of Depot Control?" in page
    assert contacts_of(depot) == ["Bob Weber", "Dora Lind"]

    client.post(address, {"reason": "Moved"})
    assert contacts_of(depot) == ["Bob Weber"]


def test_removing_the_last_contact_says_why_not(visit, depot, bob, alice, contacts_of):
    """E4"""
    answer = visit(alice).post(f"/contacts/{contact_of(depot, bob).pk}/remove/")

    assert "the last technical contact of Depot Control" in text_of(answer)
    assert contacts_of(depot) == ["Bob Weber"]


def test_another_contact_is_named_before_the_signature(visit, acme, alice, bob):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    answer = visit(alice).post(
        at_contacts(application) + "name/", {"contact_email": "alice@acme.example"}
    )

    application.refresh_from_db()
    assert answer.url == at_contacts(application)
    assert application.named_contact == alice


def test_whom_an_order_may_not_name_is_told_on_the_form(visit, acme, alice, bob):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)
    UserFactory(email="gone@acme.example", deactivated=True)

    answer = visit(alice).post(
        at_contacts(application) + "name/", {"contact_email": "gone@acme.example"}
    )

    application.refresh_from_db()
    assert "The account of gone@acme.example is deactivated" in text_of(answer)
    assert application.named_contact == bob


def test_staff_move_an_app_on_premises_without_a_choice(
    visit, driver, stella, contacts_of
):
    """E5"""
    address = f"/applications/{driver.pk}/hosting/"
    client = visit(stella)

    assert "stays" not in client.get(address).context["form"].as_p()
    client.post(address, {"hosting": "on_premises"})

    driver.refresh_from_db()
    assert driver.is_on_premises
    assert contacts_of(driver) == ["Bob Weber"]


def test_members_of_no_company_are_shown_as_external(visit, depot, bob, joins):
    joins(depot, UserFactory(name="Ana Lima", email="ana@x.example", company=None))

    page = text_of(visit(bob).get(at_contacts(depot) + "add/"))

    assert "Ana Lima, ana@x.example (external)" in page


def test_staff_move_an_app_to_cloud_and_choose_who_stays(
    visit, depot, bob, alice, stella, contacts_of
):
    """E5"""
    TechnicalContactFactory(application=depot, user=alice)
    address = f"/applications/{depot.pk}/hosting/"
    client = visit(stella)

    answer = client.post(address, {"hosting": "cloud"})
    assert "Choose who of Bob Weber, Alice Moreau stays" in text_of(answer)

    client.post(address, {"hosting": "cloud", "keep": contact_of(depot, alice).pk})
    depot.refresh_from_db()
    assert depot.is_cloud
    assert contacts_of(depot) == ["Alice Moreau"]


# Handover


def test_the_contact_offers_the_role(visit, driver, bob, dora, joins, contacts_of):
    """TC-21"""
    joins(driver, dora)
    member = driver.memberships.get(user=dora)

    answer = visit(bob).post(
        f"/applications/{driver.pk}/handover/",
        {"member": member.pk, "message": "You know it best."},
    )

    assert answer.url == at_contacts(driver)
    assert Handover.objects.get().to_user == dora
    assert contacts_of(driver) == ["Bob Weber"]
    assert Message.objects.get().recipient == dora.email


def test_an_admin_says_whose_role_it_is(visit, depot, bob, alice, dora, joins):
    TechnicalContactFactory(application=depot, user=alice)
    joins(depot, dora)
    address = f"/applications/{depot.pk}/handover/"
    row = contact_of(depot, bob)

    visit(alice).post(
        f"{address}?contact={row.pk}",
        {"member": depot.memberships.get(user=dora).pk},
    )

    assert Handover.objects.get().from_user == bob


@pytest.mark.parametrize("named", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_contact_that_does_not_exist_is_not_found(visit, driver, alice, named):
    answer = visit(alice).get(f"/applications/{driver.pk}/handover/?contact={named}")

    assert answer.status_code == 404


def test_an_app_without_contact_has_nothing_to_hand_over(visit, acme, alice):
    application = ApplicationFactory(company=acme, ordered=True)

    answer = visit(alice).get(f"/applications/{application.pk}/handover/")

    assert answer.status_code == 404


def test_opening_the_link_of_the_mail_changes_nothing(
    visit, driver, offer, dora, contacts_of
):
    answer = visit(dora).get(f"/handovers/{offer.pk}/")

    offer.refresh_from_db()
    assert "Become technical contact of Driver App?" in text_of(answer)
    assert offer.state == Handover.State.OFFERED
    assert contacts_of(driver) == ["Bob Weber"]


@pytest.mark.parametrize("verb", ["accept", "decline", "remind"])
def test_no_link_answers_by_itself(visit, offer, dora, verb):
    answer = visit(dora).get(f"/handovers/{offer.pk}/{verb}/")

    offer.refresh_from_db()
    assert answer.status_code == 405
    assert offer.state == Handover.State.OFFERED


def test_the_button_accepts(visit, driver, offer, dora, contacts_of):
    """TC-25"""
    answer = visit(dora).post(f"/handovers/{offer.pk}/accept/", follow=True)

    assert contacts_of(driver) == ["Dora Lind"]
    assert "You are technical contact of Driver App." in text_of(answer)


def test_the_button_declines_with_an_answer(visit, driver, offer, dora, contacts_of):
    visit(dora).post(f"/handovers/{offer.pk}/decline/", {"answer": "Too busy"})

    offer.refresh_from_db()
    assert (offer.state, offer.answer) == (Handover.State.DECLINED, "Too busy")
    assert contacts_of(driver) == ["Bob Weber"]


def test_an_answer_that_is_too_long_comes_back(visit, offer, dora):
    answer = visit(dora).post(f"/handovers/{offer.pk}/decline/", {"answer": "x" * 401})

    offer.refresh_from_db()
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["answer"]
    assert offer.state == Handover.State.OFFERED


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_nobody_answers_for_another(visit, offer, bob, verb):
    answer = visit(bob).post(f"/handovers/{offer.pk}/{verb}/")

    offer.refresh_from_db()
    assert answer.status_code == 403
    assert offer.state == Handover.State.OFFERED


def test_who_is_not_invited_sees_no_answer_buttons(visit, offer, bob):
    page = text_of(visit(bob).get(f"/handovers/{offer.pk}/"))

    assert "/accept/" not in page
    assert "Remind Dora Lind" in page


def test_a_late_answer_is_told_in_words(visit, offer, dora):
    Handover.objects.update(lapses_at=timezone.now())

    answer = visit(dora).post(f"/handovers/{offer.pk}/accept/", follow=True)

    assert "The time to answer is over. Ask Bob Weber" in text_of(answer)
    assert "/accept/" not in text_of(answer)


def test_reminding_twice_on_a_day_is_told_in_words(visit, offer, bob):
    answer = visit(bob).post(f"/handovers/{offer.pk}/remind/", follow=True)

    assert "Dora Lind had a mail about this in the last 24 hours." in text_of(answer)


def test_withdrawing_asks_first_and_then_withdraws(visit, offer, bob):
    client = visit(bob)

    page = text_of(client.get(f"/handovers/{offer.pk}/cancel/"))
    offer.refresh_from_db()
    assert "Cancel the handover to Dora Lind?" in page
    assert offer.state == Handover.State.OFFERED

    client.post(f"/handovers/{offer.pk}/cancel/")
    offer.refresh_from_db()
    assert offer.state == Handover.State.CANCELLED


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (actions.decline_handover, "Dora Lind declined on"),
        (actions.accept_handover, "Dora Lind took over on"),
    ],
)
def test_a_closed_handover_tells_how_it_ended(visit, offer, dora, verb, words):
    verb(handover=offer, by=dora, at=timezone.now())

    page = text_of(visit(dora).get(f"/handovers/{offer.pk}/"))

    assert words in page
    assert "/accept/" not in page


# Doors


PAGES = [
    "/applications/{app}/contacts/",
    "/applications/{app}/contacts/add/",
    "/applications/{app}/contacts/name/",
    "/applications/{app}/handover/",
    "/contacts/{contact}/replace/",
    "/contacts/{contact}/remove/",
    "/handovers/{handover}/",
    "/handovers/{handover}/cancel/",
]
READ_ONLY = {"/applications/{app}/contacts/", "/handovers/{handover}/"}
BUTTONS = [
    "/handovers/{handover}/accept/",
    "/handovers/{handover}/decline/",
    "/handovers/{handover}/remind/",
]


@pytest.fixture
def address(driver, bob, offer):
    ids = {
        "app": driver.pk,
        "contact": contact_of(driver, bob).pk,
        "handover": offer.pk,
    }
    return lambda page: page.format(**ids)


@pytest.mark.parametrize("page", PAGES + BUTTONS)
def test_for_another_company_nothing_of_it_exists(visit, charlie, address, page):
    """E25"""
    client = visit(charlie)

    if page in PAGES:
        assert client.get(address(page)).status_code == 404
    if page not in READ_ONLY:
        assert client.post(address(page)).status_code == 404


@pytest.mark.parametrize("page", sorted(set(PAGES) - READ_ONLY))
def test_plain_members_of_the_team_are_refused(visit, driver, joins, address, page):
    member = UserFactory()
    joins(driver, member)
    client = visit(member)

    assert client.get(address(page)).status_code == 403
    assert client.post(address(page)).status_code == 403


def test_customers_do_not_see_the_page_that_moves_an_app(visit, driver, alice):
    answer = visit(alice).get(f"/applications/{driver.pk}/hosting/")

    assert answer.status_code == 403


def test_a_former_contact_is_refused_what_only_contacts_may(
    visit, driver, offer, bob, dora
):
    """E6"""
    actions.accept_handover(handover=offer, by=dora, at=timezone.now())
    client = visit(bob)

    assert client.get(at_contacts(driver)).status_code == 200
    assert client.get(f"/applications/{driver.pk}/handover/").status_code == 403
    assert client.get(f"/applications/{driver.pk}/edit/").status_code == 403
