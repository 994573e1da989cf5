"""The support desk: applications, contacts and handovers, written by the verbs."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from apps.models import Application, PlatformRelease
from contacts.models import Handover
from outbox.models import AddressStanding
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory

APPLICATIONS = "/admin/applications/application/"
CONTACTS = "/admin/contacts/technicalcontact/"


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def act(desk, address, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return desk.post(address, chosen)


def page_of(application):
    return f"{APPLICATIONS}{application.pk}/change/"


def inlines(application, **fields):
    """The form of an application with its inlines as they are, and changes."""
    data = {
        "name": application.name,
        "description": application.description,
        "location": application.location,
    }
    for prefix, rows in [
        ("environments", list(application.environments.order_by("created_at", "id"))),
        ("memberships", list(application.memberships.order_by("user__name", "id"))),
        ("technical_contacts", []),
    ]:
        data |= {
            f"{prefix}-TOTAL_FORMS": len(rows),
            f"{prefix}-INITIAL_FORMS": len(rows),
        }
        for number, row in enumerate(rows):
            data[f"{prefix}-{number}-id"] = row.pk
            names = ["name", "purpose", "url", "platform_version", "role"]
            for name in filter(lambda name: hasattr(row, name), names):
                data[f"{prefix}-{number}-{name}"] = getattr(row, name)
    return data | fields


def test_the_list_shows_state_company_and_contacts(desk, depot, acme, bob, alice):
    TechnicalContactFactory(application=depot, user=alice)
    ApplicationFactory(company=acme, name="Fleet Planner", ordered=True)

    page = desk.get(APPLICATIONS)

    shown = {row.name: row.contact_count for row in page.context["cl"].result_list}
    assert shown == {"Depot Control": 2, "Fleet Planner": 0}
    text = page.content.decode()
    assert "Delivered" in text
    assert "Ordered" in text


@pytest.mark.parametrize("state", Application.State)
def test_the_list_is_filtered_by_state(desk, acme, state):
    by_state = {
        Application.State.ORDERED: ApplicationFactory(company=acme, ordered=True),
        Application.State.SIGNED: ApplicationFactory(company=acme, signed=True),
        Application.State.DELIVERED: ApplicationFactory(company=acme),
        Application.State.OFFBOARDED: ApplicationFactory(company=acme, offboarded=True),
    }

    page = desk.get(APPLICATIONS, {"state": state.value})

    assert list(page.context["cl"].result_list) == [by_state[state]]
    assert by_state[state].state == state


def test_the_list_costs_the_same_with_one_and_three_rows(
    desk, depot, acme, alice, django_assert_num_queries
):
    desk.get(APPLICATIONS)

    with django_assert_num_queries(2):
        desk.get(APPLICATIONS)
    for row in ApplicationFactory.create_batch(2, company=acme):
        TechnicalContactFactory(application=row, user=alice)

    with django_assert_num_queries(2):
        desk.get(APPLICATIONS)


@pytest.mark.parametrize("words", ["depot", "acme"])
def test_an_application_is_found_by_name_and_company(desk, depot, words):
    ApplicationFactory(name="Something else")

    page = desk.get(APPLICATIONS, {"q": words})

    assert list(page.context["cl"].result_list) == [depot]


def test_staff_order_by_the_verb(desk, acme, bob, stella):
    desk.post(
        f"{APPLICATIONS}add/",
        {
            "company": acme.pk,
            "name": "Fleet Planner",
            "hosting": "cloud",
            "named_contact": bob.pk,
        },
    )

    application = Application.objects.get()
    assert application.search_text == "fleet planner"
    assert application.ordered_by == stella
    assert application.environments.get().name == "production"


def test_an_order_without_contact_comes_back(desk, acme):
    answer = desk.post(
        f"{APPLICATIONS}add/", {"company": acme.pk, "name": "X", "hosting": "cloud"}
    )

    assert "named_contact" in answer.context["adminform"].form.errors


def test_signing_and_delivering_from_the_list(desk, acme, bob, contacts_of):
    """TC-03"""
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    act(desk, APPLICATIONS, "sign_orders", application)
    answer = act(desk, APPLICATIONS, "deliver", application)

    application.refresh_from_db()
    assert said(answer) == ["1 order signed.", "1 app delivered."]
    assert application.state == Application.State.DELIVERED
    assert contacts_of(application) == ["Bob Weber"]


def test_what_cannot_be_delivered_is_told_beside_what_could(desk, acme, bob):
    """E3"""
    ready = ApplicationFactory(company=acme, name="Ready", signed=True)
    TechnicalContactFactory(application=ready, user=bob)
    lacking = ApplicationFactory(company=acme, name="Lacking", signed=True)

    answer = act(desk, APPLICATIONS, "deliver", ready, lacking)

    assert sorted(said(answer)) == [
        "1 app delivered.",
        "Lacking: Lacking has no technical contact. Appoint one first.",
    ]


def test_offboarding_asks_on_a_page_for_one_app(desk, depot, driver):
    one = act(desk, APPLICATIONS, "offboard", depot)
    two = act(desk, APPLICATIONS, "offboard", depot, driver)

    assert one.url == reverse("contacts:offboard", args=[depot.pk])
    assert said(two) == ["Choose one app."]
    depot.refresh_from_db()
    assert depot.offboarded_at is None


def test_offboarding_needs_the_name(desk, depot):
    address = reverse("contacts:offboard", args=[depot.pk])

    wrong = desk.post(address, {"name": "depot"})
    depot.refresh_from_db()
    assert "This is not the name of the app." in wrong.content.decode()
    assert depot.offboarded_at is None

    desk.post(address, {"name": "Depot Control"})
    depot.refresh_from_db()
    assert depot.state == Application.State.OFFBOARDED


def test_customers_do_not_see_the_page_that_offboards(client, depot, alice):
    client.force_login(alice)

    answer = client.post(
        reverse("contacts:offboard", args=[depot.pk]), {"name": "Depot Control"}
    )

    assert answer.status_code == 403


def test_changing_the_hosting_goes_to_its_page(desk, depot):
    answer = act(desk, APPLICATIONS, "change_hosting", depot)

    assert answer.url == reverse("contacts:change_hosting", args=[depot.pk])


def test_the_support_desk_moves_no_app_to_cloud_without_a_choice(
    desk, depot, dora, contacts_of
):
    """E5: neither on the page it leads to, nor by a field of the application's own."""
    TechnicalContactFactory(application=depot, user=dora)
    page = act(desk, APPLICATIONS, "change_hosting", depot).url

    answer = desk.post(page, {"hosting": "cloud"})
    desk.post(page_of(depot), {"name": depot.name, "hosting": "cloud"})

    assert "stays" in answer.content.decode()
    depot.refresh_from_db()
    assert depot.is_on_premises
    assert contacts_of(depot) == ["Bob Weber", "Dora Lind"]


def test_the_page_of_an_application_opens(desk, depot):
    EnvironmentFactory(application=depot, name="production", url="https://a.example/")

    text = desk.get(page_of(depot)).content.decode()

    assert "Bob Weber" in text
    assert "https://a.example/" in text


def test_words_places_and_team_are_changed_by_the_verbs(desk, depot, dora, bob):
    production = EnvironmentFactory(application=depot, name="prod")

    answer = desk.post(
        page_of(depot),
        inlines(
            depot,
            **{
                "name": "Gate Control",
                "environments-0-name": "production",
                "environments-TOTAL_FORMS": 2,
                "environments-1-name": "test",
                "environments-1-purpose": "test",
                "environments-1-url": "",
                "memberships-0-role": "scrum_master",
                "memberships-TOTAL_FORMS": 2,
                "memberships-1-user": dora.pk,
                "memberships-1-role": "operator",
            },
        ),
    )

    depot.refresh_from_db()
    production.refresh_from_db()
    assert answer.status_code == 302
    assert depot.search_text == "gate control"
    assert production.name == "production"
    assert {row.name for row in depot.environments.all()} == {"production", "test"}
    roles = {row.user: row.role for row in depot.memberships.select_related("user")}
    assert roles == {bob: "scrum_master", dora: "operator"}


def test_a_contact_removed_from_the_team_is_refused_on_the_form(desk, depot, bob):
    """TC-22"""
    answer = desk.post(
        page_of(depot),
        inlines(depot, **{"name": "Gate Control", "memberships-0-DELETE": "on"}),
    )

    depot.refresh_from_db()
    assert "Give the role to somebody else first" in answer.content.decode()
    assert depot.name == "Depot Control"
    assert depot.memberships.filter(user=bob).exists()


def test_a_member_is_removed_from_the_team(desk, depot, dora, joins):
    joins(depot, dora)

    desk.post(page_of(depot), inlines(depot, **{"memberships-1-DELETE": "on"}))

    assert not depot.memberships.filter(user=dora).exists()


def test_before_the_signature_another_contact_is_named(desk, acme, bob, alice):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    desk.post(page_of(application), inlines(application, named_contact=alice.pk))

    application.refresh_from_db()
    assert application.named_contact == alice


def test_adding_a_contact_appoints(desk, depot, dora, joins, contacts_of, letters):
    """TC-29"""
    joins(depot, dora)

    desk.post(
        f"{CONTACTS}add/",
        {"application": depot.pk, "user": dora.pk, "reason": "Bob is on leave"},
    )

    assert contacts_of(depot) == ["Bob Weber", "Dora Lind"]
    assert ("dora@globex.example", "appointed") in letters()


@pytest.mark.parametrize(
    ("on_team", "reason", "words"),
    [
        (True, "Two", "A Cloud app has exactly one technical contact, now Bob Weber."),
        (False, "Two", "A Cloud app has exactly one technical contact, now Bob Weber."),
    ],
)
def test_a_second_contact_on_cloud_is_refused_on_the_form(
    desk, driver, dora, joins, on_team, reason, words
):
    """E1"""
    if on_team:
        joins(driver, dora)

    answer = desk.post(
        f"{CONTACTS}add/",
        {"application": driver.pk, "user": dora.pk, "reason": reason},
    )

    assert words in answer.content.decode()
    assert driver.technical_contacts.count() == 1


def test_an_appointment_needs_a_reason(desk, depot, dora, joins):
    joins(depot, dora)

    answer = desk.post(
        f"{CONTACTS}add/", {"application": depot.pk, "user": dora.pk, "reason": ""}
    )

    assert "Say why" in answer.content.decode()


def test_ending_an_appointment_from_the_list(desk, depot, dora, contacts_of):
    contact = TechnicalContactFactory(application=depot, user=dora)

    answer = act(desk, CONTACTS, "dismiss", contact)

    assert said(answer) == ["1 appointment ended."]
    assert contacts_of(depot) == ["Bob Weber"]


def test_the_last_contact_stays_and_the_list_says_why(desk, depot):
    """E4"""
    answer = act(desk, CONTACTS, "dismiss", depot.technical_contacts.get())

    assert "the last technical contact of Depot Control" in said(answer)[0]
    assert depot.technical_contacts.count() == 1


def test_contacts_are_read_not_edited(desk, depot):
    contact = depot.technical_contacts.get()

    assert desk.post(f"{CONTACTS}{contact.pk}/change/", {}).status_code == 403
    assert desk.post(f"{CONTACTS}{contact.pk}/delete/", {}).status_code == 403


def test_the_list_of_contacts_says_who_can_be_reached(desk, depot):
    TechnicalContactFactory(application=depot, user=UserFactory(deactivated=True))
    TechnicalContactFactory(application=depot, user=UserFactory(unregistered=True))

    text = desk.get(CONTACTS).content.decode()

    assert "Reachable" in text
    assert "No account yet" in text
    assert "Deactivated" in text


def test_nobody_to_reach_is_said_once_the_order_is_signed(desk, depot, acme):
    """TC-03"""
    ApplicationFactory(company=acme, name="Order", ordered=True)
    ApplicationFactory(company=acme, name="Former", offboarded=True)
    signed = ApplicationFactory(company=acme, name="Signed", signed=True)
    left = ApplicationFactory(company=acme, name="Left")
    gone = UserFactory(deactivated=True)
    TechnicalContactFactory(application=left, user=gone)

    found = desk.get(APPLICATIONS, {"reach": "nobody"}).context["cl"].result_list

    assert set(found) == {signed, left}


def test_handovers_are_read_only(desk, driver, bob, dora):
    row = HandoverFactory(application=driver, from_user=bob, to_user=dora)
    address = "/admin/contacts/handover/"

    assert "Dora Lind" in desk.get(address).content.decode()
    assert desk.get(f"{address}add/").status_code == 403
    assert desk.post(f"{address}{row.pk}/change/", {}).status_code == 403
    assert desk.post(f"{address}{row.pk}/delete/", {}).status_code == 403
    assert Handover.objects.get().state == Handover.State.OFFERED


def test_staff_keep_the_platform_releases(desk):
    desk.post(
        "/admin/applications/platformrelease/add/",
        {"major": 12, "available_on": "2026-02-01", "is_planned": "on"},
    )

    assert PlatformRelease.objects.get().is_planned
    assert desk.get("/admin/applications/platformrelease/").status_code == 200


def test_environments_are_found_for_other_pages(desk, depot):
    EnvironmentFactory(application=depot, name="production")

    answer = desk.get("/admin/applications/environment/", {"q": "depot"})

    assert "production" in answer.content.decode()
    assert desk.get("/admin/applications/environment/add/").status_code == 403


def test_customers_do_not_enter_the_desk(client, alice):
    client.force_login(alice)

    assert client.get(APPLICATIONS).status_code == 404
    assert client.get(CONTACTS).status_code == 404


@pytest.fixture
def unreached(acme, depot, bob):
    """Depot Control's only mail comes back; "=Left" has nobody."""
    ApplicationFactory(company=acme, name="=Left", signed=True)
    AddressStanding.objects.note_bounce(bob.email, "550 no", timezone.now())


def test_the_list_says_why_nobody_can_be_reached(desk, unreached):
    """TC-18"""
    text = desk.get(APPLICATIONS, {"reach": "nobody"}).content.decode()

    assert "Bob Weber: mail came back on" in text
    assert "no technical contact" in text
    assert "Bob Weber: mail came back on" not in desk.get(APPLICATIONS).content.decode()


def test_why_costs_one_query_for_many(desk, unreached, acme, django_assert_num_queries):
    for app in ApplicationFactory.create_batch(3, company=acme):
        TechnicalContactFactory(application=app, user=UserFactory(deactivated=True))
    desk.get(APPLICATIONS)

    with django_assert_num_queries(3):
        desk.get(APPLICATIONS, {"reach": "nobody"})


def test_the_list_without_a_reachable_contact_is_saved_as_a_file(desk, unreached):
    """TC-18"""
    keys = [str(app.pk) for app in Application.objects.all()]
    posted = {"action": "save_reach", "_selected_action": keys}

    answer = desk.post(f"{APPLICATIONS}?reach=nobody", posted)

    lines = answer.getvalue().decode().splitlines()
    assert lines[1].startswith("'=Left,Acme")
    assert "no technical contact" in lines[1]
    assert "bob@acme.example,Mail comes back,mail came back on" in lines[2]
    assert lines[2].endswith("Willem Fraser")
    assert len(lines) == 3


def test_the_page_of_a_contact_says_what_is_wrong_and_leads_on(desk, acme):
    app = ApplicationFactory(company=acme)
    contact = TechnicalContactFactory(
        application=app, user=UserFactory(company=acme, deactivated=True)
    )

    page = desk.get(f"{CONTACTS}{contact.pk}/change/").content.decode()

    assert "no mail reaches this person" in page
    assert "contact.deactivated" not in page
    assert reverse("contacts:for_application", args=[app.pk]) in page


def test_contacts_with_any_trouble(desk, acme):
    well, gone = (
        TechnicalContactFactory(
            application=ApplicationFactory(company=acme),
            user=UserFactory(company=acme, deactivated=not is_well),
        )
        for is_well in (True, False)
    )

    page = desk.get(CONTACTS, {"trouble": "any"}).content.decode()

    assert str(gone.user) in page
    assert str(well.user) not in page
