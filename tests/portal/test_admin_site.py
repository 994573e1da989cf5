"""The support desk: one way in, its own policy, and what waits on its first page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.admin_theme import primary
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import ClaimedDomainFactory, UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import ExpansionRequestFactory, LicenseFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.outbox import MessageFactory
from tests.factories.tickets import TicketFactory
from tickets.models import Ticket

DESK = reverse("admin:index")
AT = timezone.now()


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


# The door


def test_who_signs_in_for_the_desk_comes_back_to_the_page_wanted(client, stella):
    wanted = reverse("admin:companies_company_changelist")
    answer = client.get(wanted, follow=True)
    stella.set_password("a sentence nobody guesses")
    stella.save()

    page = answer.redirect_chain[-1][0]
    answer = client.post(
        page,
        {
            "login": stella.email,
            "password": "a sentence nobody guesses",
            "next": answer.context["redirect_field_value"],
        },
    )

    assert answer.url == wanted


def test_a_customer_who_is_sent_there_after_signing_in_meets_no_loop(client, bob):
    client.force_login(bob)

    answer = client.get(f"{reverse('account_login')}?next={DESK}", follow=True)

    assert answer.status_code == 404
    assert len(answer.redirect_chain) == 1


def test_staff_who_ask_to_sign_in_again_are_where_they_want_to_be(desk):
    assert desk.get(reverse("admin:login")).url == DESK


def test_the_way_out_is_the_portals(desk):
    assert desk.get(reverse("admin:logout")).url == reverse("account_login")
    assert desk.get(DESK).status_code == 200, "a GET signs nobody out"

    answer = desk.post(reverse("admin:logout"))

    assert answer.url == reverse("account_login")
    assert desk.get(DESK).status_code == 302


def test_the_password_is_changed_in_the_portal(desk):
    answer = desk.get(reverse("admin:password_change"))

    assert answer.url == reverse("account_change_password")


def test_deactivated_staff_find_the_door_shut(desk, stella):
    stella.is_active = False
    stella.save()

    assert desk.get(DESK).status_code == 302


# The policy


def test_the_desk_may_evaluate_and_the_portal_may_not(desk):
    at_the_desk = desk.get(DESK)["Content-Security-Policy"]
    outside = desk.get(reverse("companies:account"))["Content-Security-Policy"]

    assert "'unsafe-eval'" in at_the_desk
    assert "'unsafe-inline'" not in at_the_desk.split("script-src")[1].split(";")[0]
    assert "unsafe" not in outside


def test_a_desk_that_is_not_there_has_the_strict_policy(client, bob):
    client.force_login(bob)

    assert "unsafe" not in client.get(DESK)["Content-Security-Policy"]


# The look


def test_the_sidebar_groups_every_place_once(desk):
    groups = desk.get(DESK).context["sidebar_navigation"]

    links = [item["link"] for group in groups for item in group["items"]]

    assert links[0] == DESK
    assert reverse("admin:companies_company_changelist") in links
    assert len(links) == len(set(links))
    assert all(desk.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    ("name", "title"),
    [("tickets_ticket", "Tickets"), ("applications_application", "Applications")],
)
def test_a_page_does_not_say_its_name_twice(desk, name, title):
    page = text(desk.get(reverse(f"admin:{name}_changelist")))

    assert re.findall(r'truncate tracking-tight">\s*(.*?)\s*</a>', page) == [title]


def test_the_desk_says_in_which_zone_a_time_is(desk, acme):
    at = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    depot = ApplicationFactory(company=acme, order_signed_at=at)

    page = desk.get(reverse("admin:applications_application_change", args=[depot.pk]))

    assert "18 Nov 2026, 09:30 CET" in text(page)


def test_no_place_is_left_to_the_end(desk):
    """A new model gets its own icon and group, or an admin of its own is not needed."""
    titles = [
        group.get("title") for group in desk.get(DESK).context["sidebar_navigation"]
    ]

    assert "More" not in titles


def test_a_vendors_own_accent_is_mixed_into_eleven_steps(settings, rf):
    ours = primary(rf.get("/"))
    settings.VENDOR_ACCENT = "#8a1c7c"
    theirs = primary(rf.get("/"))

    assert ours.keys() == theirs.keys()
    assert theirs["600"] == "color-mix(in oklab, #8a1c7c 100%, white)"


# What waits


@pytest.fixture
def busy(db):
    """One thing of every kind that waits, and one beside it that does not."""
    today = timezone.localdate(AT)
    contact = UserFactory()
    app = ApplicationFactory(name="Reachable")
    TechnicalContactFactory(application=app, user=contact)
    lonely = ApplicationFactory(name="Lonely")
    TechnicalContactFactory(application=lonely, user=UserFactory(deactivated=True))
    ApplicationFactory(name="Gone", offboarded=True)
    for due_at, owner, critical in (
        (AT - timedelta(minutes=5), contact, False),
        (AT + timedelta(minutes=30), contact, True),
        (AT + timedelta(days=3), None, False),
    ):
        TicketFactory(application=app, due_at=due_at, owner=owner, critical=critical)
    TicketFactory(application=app, state=Ticket.State.SOLVED, due_at=None)
    for days in (5, 29, 31):
        LicenseFactory(
            environment=EnvironmentFactory(application=app),
            starts_on=today - timedelta(days=300),
            ends_on=today + timedelta(days=days),
        )
    MessageFactory()
    MessageFactory(failed=True)
    MessageFactory(bounced=True)
    MaintenanceWindowFactory()
    MaintenanceWindowFactory(cancelled_at=AT)
    for state in ("waiting", "refused"):
        ClaimedDomainFactory(state=state)
    for agreed in (False, True):
        license = LicenseFactory(
            environment=EnvironmentFactory(application=app),
            starts_on=today - timedelta(days=300),
            ends_on=today + timedelta(days=400),
        )
        ExpansionRequestFactory(license=license, agreed=agreed)


@pytest.mark.usefixtures("busy")
def test_the_first_page_counts_what_waits(desk):
    counts = desk.get(DESK).context["counts"]

    assert {str(one.waiting.title): one.count for one in counts} == {
        "Tickets over their time": 1,
        "Tickets due within an hour": 1,
        "Critical, and nobody called": 1,
        "Open tickets of nobody": 1,
        "Letters not delivered": 2,
        "Apps without a reachable contact": 1,
        "Contacts with trouble": 1,
        "Mail domains to check": 1,
        "Requests for more users": 1,
        "Licenses that end": 2,
        "Planned maintenance": 1,
    }


@pytest.mark.usefixtures("busy")
def test_every_count_leads_to_a_list_of_as_many(desk):
    for one in desk.get(DESK).context["counts"]:
        answer = desk.get(one.waiting.url)

        assert answer.status_code == 200, one.waiting.url
        assert len(answer.context["cl"].result_list) == one.count, one.waiting.url


@pytest.mark.usefixtures("busy")
def test_the_first_page_shows_the_heads_of_the_lists(desk):
    answer = desk.get(DESK)

    assert [t.due_at < AT for t in answer.context["queue"]] == [True, False, False]
    assert "Lonely" in text(answer)
    assert "Gone" not in text(answer)


def test_an_idle_desk_says_so(desk):
    page = text(desk.get(DESK))

    assert "No ticket is open." in page
    assert "None in the next 30 days." in page
    assert "Every app has a technical contact who can be reached." in page


@pytest.mark.usefixtures("busy")
def test_the_first_page_costs_the_same_however_much_waits(
    desk, django_assert_num_queries
):
    with django_assert_num_queries(7):
        desk.get(DESK)
    for _number in range(3):
        TicketFactory(due_at=AT)
        LicenseFactory(ends_on=timezone.localdate(AT) + timedelta(days=2))

    with django_assert_num_queries(7):
        desk.get(DESK)
