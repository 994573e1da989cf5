"""“Are you still the technical contact?”: asked, reminded of, answered [TC-34]."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from companies.models import ActivityEntry
from contacts import actions, still_links
from contacts.models import Review, TechnicalContact
from outbox.models import Message
from tests.factories.apps import ApplicationFactory
from tests.factories.contacts import TechnicalContactFactory


@pytest.fixture
def quarter(at, depot, driver):
    """A moment at which Bob took both roles long ago."""
    TechnicalContact.objects.update(appointed_at=at)
    return at + timedelta(days=90)


def subjects():
    return list(
        Message.objects.order_by("created_at").values_list("subject", flat=True)
    )


def confirmed():
    return dict(
        TechnicalContact.objects.values_list("application__name", "confirmed_at")
    )


def test_a_person_is_asked_once_about_all_their_apps(quarter, bob):
    """TC-34"""
    assert actions.ask_contacts(at=quarter) == 1
    assert actions.ask_contacts(at=quarter + timedelta(days=60)) == 0

    assert subjects() == ["Are you still the technical contact of 2 apps?"]
    letter = Message.objects.get()
    assert letter.recipient == bob.email
    assert "Depot Control" in letter.text
    assert "Driver App" in letter.text
    assert Review.objects.open().count() == 2
    assert Review.objects.values("round").distinct().count() == 1


def test_nobody_is_asked_before_the_quarter_is_over(quarter):
    assert actions.ask_contacts(at=quarter - timedelta(seconds=1)) == 0


def test_a_role_taken_later_is_asked_about_along(quarter, depot, driver, bob):
    TechnicalContact.objects.filter(application=driver).update(appointed_at=quarter)

    actions.ask_contacts(at=quarter)

    assert Review.objects.count() == 2


@pytest.mark.parametrize("case", ["deactivated", "unregistered", "offboarded"])
def test_who_could_not_answer_is_not_asked(quarter, depot, driver, bob, case):
    if case == "offboarded":
        for application in (depot, driver):
            application.offboarded_at = quarter
            application.save()
    bob.is_active = case != "deactivated"
    bob.registered_at = None if case == "unregistered" else bob.registered_at
    bob.save()

    assert actions.ask_contacts(at=quarter) == 0


def test_whoever_is_silent_is_reminded_once(quarter):
    actions.ask_contacts(at=quarter)
    days = [13, 14, 15, 40]

    reminded = [
        actions.remind_contacts(at=quarter + timedelta(days=day)) for day in days
    ]

    assert reminded == [0, 1, 0, 0]
    assert subjects()[1] == ("Reminder: are you still the technical contact of 2 apps?")


def test_many_people_are_asked_in_batches(quarter, acme, monkeypatch):
    monkeypatch.setattr("contacts.actions.reviews.BATCH", 2)
    for _number in range(5):
        contact = TechnicalContactFactory(application=ApplicationFactory(company=acme))
        TechnicalContact.objects.filter(pk=contact.pk).update(
            appointed_at=quarter - timedelta(days=91)
        )

    assert actions.ask_contacts(at=quarter) == 6
    assert actions.remind_contacts(at=quarter + timedelta(days=14)) == 6


def test_an_answer_is_kept_with_who_and_when(quarter, depot, driver, bob):
    actions.ask_contacts(at=quarter)
    later = quarter + timedelta(days=3)

    answered = actions.confirm_still(person=bob, applications=[depot.pk], at=later)

    [review] = answered
    review.refresh_from_db()
    assert (review.answer, review.answered_at, review.answered_by) == (
        "confirmed",
        later,
        bob,
    )
    assert confirmed() == {"Depot Control": later, "Driver App": None}
    entry = ActivityEntry.objects.get(verb="contact_confirmed")
    assert (entry.actor, entry.about, entry.at) == ("Bob Weber", depot.pk, later)
    assert actions.confirm_still(person=bob, applications=[depot.pk], at=later) == []
    assert actions.ask_contacts(at=later) == 0


def test_the_next_question_comes_a_quarter_after_the_answer(
    quarter, depot, driver, bob
):
    actions.ask_contacts(at=quarter)
    both = [depot.pk, driver.pk]
    actions.confirm_still(person=bob, applications=both, at=quarter)

    assert actions.ask_contacts(at=quarter + timedelta(days=89)) == 0
    assert actions.ask_contacts(at=quarter + timedelta(days=90)) == 1


def test_nobody_confirms_for_somebody_else(quarter, depot, alice):
    actions.ask_contacts(at=quarter)

    assert (
        actions.confirm_still(person=alice, applications=[depot.pk], at=quarter) == []
    )


def test_giving_up_the_role_answers_the_question(quarter, depot, bob, dora, alice):
    TechnicalContactFactory(application=depot, user=dora)
    actions.ask_contacts(at=quarter)
    contact = TechnicalContact.objects.get(application=depot, user=bob)

    actions.dismiss(contact=contact, by=alice, at=quarter, reason="Moved")

    review = Review.objects.get(application=depot, user=bob)
    assert (review.answer, review.answered_by) == ("ended", alice)


def test_an_admin_asks_again_once_a_day(quarter, depot, bob, alice):
    contact = TechnicalContact.objects.get(application=depot)
    actions.ask_again(contact=contact, by=alice, at=quarter)

    with pytest.raises(ValidationError, match="in the last 24 hours"):
        actions.ask_again(contact=contact, by=alice, at=quarter + timedelta(hours=2))
    actions.ask_again(contact=contact, by=alice, at=quarter + timedelta(days=2))

    assert len(subjects()) == 2
    assert Review.objects.count() == 1


def test_a_colleague_may_not_ask_and_nobody_asks_who_is_gone(
    quarter, depot, bob, dora, alice
):
    contact = TechnicalContact.objects.get(application=depot)
    with pytest.raises(PermissionDenied):
        actions.ask_again(contact=contact, by=dora, at=quarter)
    bob.is_active = False
    bob.save()
    contact.refresh_from_db()
    with pytest.raises(ValidationError, match="deactivated"):
        actions.ask_again(contact=contact, by=alice, at=quarter)


# The page behind the link


@pytest.fixture
def link(quarter):
    actions.ask_contacts(at=quarter)
    return still_links.path_of(Review.objects.first().round)


def test_following_the_link_changes_nothing(client, link):
    answer = client.get(link)

    assert answer.status_code == 200
    assert "Depot Control" in answer.content.decode()
    assert confirmed() == {"Depot Control": None, "Driver App": None}


def test_one_button_confirms_without_signing_in(client, link, depot, driver):
    answer = client.post(link, {"apps": [depot.pk, driver.pk]})

    assert "Noted: you are still the technical contact." in answer.content.decode()
    assert all(confirmed().values())
    assert "Nothing to answer" in client.get(link).content.decode()


def test_some_are_confirmed_and_the_others_still_asked(client, link, depot):
    page = client.post(link, {"apps": [depot.pk]}).content.decode()

    assert "Noted: you are still the technical contact." in page
    assert confirmed()["Driver App"] is None
    assert "Driver App" in client.get(link).content.decode()


def test_no_choice_is_an_error(client, link):
    assert "Choose at least one app." in client.post(link, {}).content.decode()


def test_an_app_one_was_not_asked_about_is_no_choice(client, link, acme):
    other = ApplicationFactory(company=acme)

    answer = client.post(link, {"apps": [other.pk]})

    assert answer.context["form"].errors


@pytest.mark.parametrize("change", ["x", "", ":", "a:b:c"])
def test_a_forged_link_does_not_exist(client, link, change):
    assert client.get(f"{link[:-2]}{change}q/").status_code == 404


def test_the_link_of_somebody_deactivated_does_not_exist(client, link, bob):
    bob.is_active = False
    bob.save()

    assert client.get(link).status_code == 404


def test_the_link_of_an_earlier_round_answers_nothing_of_a_later_one(
    client, link, quarter, depot, driver
):
    client.post(link, {"apps": [depot.pk, driver.pk]})
    TechnicalContact.objects.update(confirmed_at=quarter)
    actions.ask_contacts(at=quarter + timedelta(days=90))

    client.post(link, {"apps": [depot.pk, driver.pk]})

    assert "Depot Control" not in client.get(link).content.decode()
    assert Review.objects.open().count() == 2


def test_signed_in_one_answers_without_a_link(client, link, bob, dora, depot):
    client.force_login(bob)
    assert "Depot Control" in client.get("/contacts/still/").content.decode()
    client.force_login(dora)
    assert "Nothing to answer" in client.get("/contacts/still/").content.decode()
    client.post("/contacts/still/", {"apps": [depot.pk]})
    assert confirmed()["Depot Control"] is None


def test_asking_again_has_a_page_with_a_button(client, depot, bob, alice, dora, joins):
    joins(depot, dora)
    contact = TechnicalContact.objects.get(application=depot)
    address = reverse("contacts:ask_again", args=[contact.pk])
    client.force_login(dora)
    assert client.post(address).status_code == 403
    client.force_login(alice)

    client.get(address)
    assert Message.objects.count() == 0
    assert (
        "Bob Weber has a mail about it."
        in client.post(address, follow=True).content.decode()
    )
    assert [letter.recipient for letter in Message.objects.all()] == [bob.email]
