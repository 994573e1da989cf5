"""What needs somebody, in which order, in which words."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from operations.models import WindowReading
from portal.overview import Overview
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import LicenseFactory, LicenseKeyFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.tickets import TicketFactory
from tests.portal.conftest import NOW, in_days

pytestmark = pytest.mark.django_db


def attention(user):
    return Overview(user, NOW).attention


def titles(user):
    return [need.title for need in attention(user).needs]


def only(user):
    (need,) = attention(user).needs
    return need


# Licenses


def test_license_that_ends_asks_for_a_renewal(license_ending, alice):
    license_ending(24)

    need = only(alice)

    assert need.title == "The license of Depot Control ends"
    assert need.where == "No renewal is signed yet; account executive is Willem Fraser"
    assert (need.tone, need.clock.words, need.clock.note) == (
        "warn",
        "24 days",
        "Fri 18 Dec",
    )
    assert need.act.label == "Ask to renew"
    assert need.act.url == "mailto:willem@aldwick.example"


@pytest.mark.parametrize(
    ("days", "tone"), [(90, "warn"), (30, "warn"), (16, "warn"), (15, "danger")]
)
def test_license_gets_louder_along_the_ladder(license_ending, alice, days, tone):
    license_ending(days)

    assert only(alice).tone == tone


def test_license_that_ends_later_than_the_ladder_asks_nothing(license_ending, alice):
    license_ending(91)

    assert attention(alice).needs == []


def test_renewed_license_asks_its_contact_for_the_key(license_ending, depot, bob):
    license = license_ending(12, renewed=True)

    need = only(bob)

    assert need.where == "The renewal is signed; its key is not activated yet"
    assert need.act.label == "Generate key"
    assert need.act.url == f"/licenses/{license.pk}/generate/"


def test_company_admin_who_is_no_contact_is_only_shown_the_license(
    license_ending, alice
):
    license_ending(12, renewed=True)

    assert only(alice).act.label == "See licenses"


def test_a_key_that_is_made_waits_to_be_activated(license_ending, bob):
    license = license_ending(12, renewed=True)
    LicenseKeyFactory(license=license, ends_on=license.ends_on)

    need = only(bob)

    assert need.where == "The renewal is signed; its key is made, but not activated"
    assert need.act.label == "Activate key"


def test_licenses_of_one_app_that_end_together_are_one_need(license_ending, bob):
    license_ending(12, renewed=True)
    license_ending(12, renewed=True)

    need = only(bob)

    assert need.title == "Both licenses of Depot Control end"
    assert need.where == "The renewal is signed; its two keys are not activated yet"
    assert need.act.label == "Generate keys"


def test_three_licenses_are_counted_in_words(license_ending, alice):
    for _ in range(3):
        license_ending(12)

    assert only(alice).title == "Three licenses of Depot Control end"


def test_a_suspended_license_asks_whenever_it_ends(license_ending, alice, stella):
    license = license_ending(300)
    license.suspended_at = NOW - timedelta(days=2)
    license.suspension_reason = "invoice 4711 is open"
    license.save()

    need = only(alice)

    assert need.title == "The license of Depot Control is suspended"
    assert need.where == "invoice 4711 is open"
    assert (need.tone, need.act.label) == ("danger", "Ask why")
    assert need.act.url == "mailto:willem@aldwick.example"
    assert only(stella).where == "Acme. invoice 4711 is open"
    assert only(stella).act.label == "See licenses"


def test_a_suspended_license_stands_apart_from_those_that_end(license_ending, alice):
    license_ending(12)
    license = license_ending(12)
    license.suspended_at, license.suspension_reason = NOW, "unpaid"
    license.save()

    assert titles(alice) == [
        "The license of Depot Control is suspended",
        "The license of Depot Control ends",
    ]


def test_ended_license_hurts_today_and_tells_the_grace(license_ending, alice):
    """LI-28"""
    license_ending(-3)

    page = attention(alice)

    assert [need.title for need in page.today] == [
        "The license of Depot Control has ended"
    ]
    assert page.needs[0].where == (
        "The app runs on for 27 days with warnings, then in trial mode"
    )
    assert page.needs[0].clock.words == "3 days over"


def test_license_past_its_grace_runs_in_trial_mode(license_ending, alice):
    license_ending(-31)

    assert only(alice).where == "The app only runs in trial mode"


def test_license_nobody_keeps_asks_nothing(license_ending, alice, settings):
    license_ending(-settings.LICENSE_KEPT_DAYS - 1)

    assert attention(alice).needs == []


def test_cloud_license_never_asks(driver_app, alice):
    """LI-05"""
    LicenseFactory(
        environment=EnvironmentFactory(application=driver_app),
        starts_on=in_days(-300),
        ends_on=in_days(5),
    )

    assert attention(alice).needs == []


def test_license_of_an_offboarded_app_asks_nothing(license_ending, acme, alice):
    gone = ApplicationFactory(company=acme, offboarded=True)
    license_ending(12, application=gone)

    assert attention(alice).needs == []


# Tickets


def test_ticket_about_to_miss_its_promise(depot, bob):
    ticket = TicketFactory(
        application=depot,
        subject="Route optimiser returns empty plans",
        priority=2,
        opened_at=NOW - timedelta(hours=7),
        responded_at=NOW - timedelta(hours=6),
        resolution_minutes=480,
        around_the_clock=True,
        due_at=NOW + timedelta(minutes=14),
    )

    need = only(bob)

    assert need.title == "Route optimiser returns empty plans"
    assert need.where == f"Ticket #{ticket.number}, P2 incident, Depot Control"
    assert (need.clock.tone, need.clock.words) == ("warn", "14 min left")
    assert need.hurts_at == ticket.due_at


def test_ticket_with_time_left_needs_nobody(depot, bob):
    TicketFactory(
        application=depot,
        opened_at=NOW,
        resolution_minutes=480,
        around_the_clock=True,
        due_at=NOW + timedelta(hours=8),
    )

    assert attention(bob).needs == []


def test_ticket_that_waits_for_the_customer(depot, bob, stella):
    TicketFactory(
        application=depot, pending=True, paused_at=NOW - timedelta(days=2, hours=3)
    )

    need = only(bob)

    assert (need.clock.words, need.clock.note) == ("Paused", "waits 2 days for you")
    assert need.act.label == "Answer"
    assert attention(stella).needs == []


def test_critical_ticket_without_a_call_asks_for_one(depot, bob, stella, settings):
    """TI-03, E26"""
    settings.SUPPORT_PHONES = ["+31 10 555 0142"]
    TicketFactory(
        application=depot,
        subject="Gate 3 prints nothing",
        critical=True,
        opened_at=NOW - timedelta(minutes=9),
    )

    need = only(bob)

    assert need.title == "Call us about “Gate 3 prints nothing”"
    assert need.act.url == "tel:+31105550142"
    assert need.clock.words == "for 9 min"
    assert only(stella).title == "Nobody has called about “Gate 3 prints nothing” yet"


def test_solved_ticket_needs_nobody(depot, bob):
    TicketFactory(application=depot, critical=True, solved=True)

    assert attention(bob).needs == []


# Handovers and orders


@pytest.fixture
def offered(driver_app, bob, acme):
    aiko = UserFactory(company=acme, name="Aiko Tanaka")
    MembershipFactory(application=driver_app, user=aiko)
    return HandoverFactory(
        application=driver_app,
        from_user=bob,
        to_user=aiko,
        offered_at=NOW,
        lapses_at=NOW + timedelta(days=7),
    )


def test_handover_offered_to_me_waits_for_my_answer(offered):
    need = only(offered.to_user)

    assert need.title == "Bob Weber asks you to take over Driver App"
    assert (need.glyph, need.act.label) == ("you", "Answer")
    assert need.clock.note == "lapses Tue 1 Dec"


def test_handover_i_offered_can_be_reminded(offered, bob, alice):
    need = only(bob)

    assert need.title == "Aiko Tanaka has not accepted Driver App yet"
    assert need.where == "Until then Bob Weber stays its technical contact"
    assert need.act.label == "Remind"
    assert only(alice).title == need.title


def test_lapsed_handover_asks_nobody(offered, bob):
    offered.lapses_at = NOW
    offered.save()

    assert attention(bob).needs == []


def test_order_waits_for_a_contact_without_an_account(acme, alice):
    """TC-04"""
    application = ApplicationFactory(company=acme, name="Pallet Ledger", signed=True)
    rosa = UserFactory(company=acme, name="Rosa Fuentes", unregistered=True)
    TechnicalContactFactory(application=application, user=rosa)

    need = only(alice)

    assert need.title == "Pallet Ledger waits for its technical contact"
    assert (
        need.where == "Rosa Fuentes has no account yet; without one it is not delivered"
    )
    assert need.hurts_at is None


def test_what_the_vendor_has_to_do_asks_the_vendor(acme, alice, bob, stella):
    ApplicationFactory(company=acme, name="Dock Booking", ordered=True)
    ready = ApplicationFactory(company=acme, name="Pallet Ledger", signed=True)
    TechnicalContactFactory(application=ready, user=bob)

    assert attention(alice).needs == []
    assert titles(stella) == [
        "Dock Booking waits to be delivered",
        "Pallet Ledger waits to be delivered",
    ]


# Maintenance and versions


@pytest.fixture
def window(driver_app):
    row = MaintenanceWindowFactory(
        title="Storage upgrade",
        impact="Restarts once.",
        starts_at=NOW + timedelta(days=4),
    )
    row.environments.add(EnvironmentFactory(application=driver_app))
    return row


def test_maintenance_names_only_apps_i_may_see(window, charlie, bob):
    other = ApplicationFactory(company=charlie.company, name="Ledger", cloud=True)
    window.environments.add(EnvironmentFactory(application=other))

    assert only(bob).title == "Maintenance touches Driver App"
    assert only(charlie).title == "Maintenance touches Ledger"
    assert only(bob).where == "Storage upgrade. Restarts once."


def test_maintenance_i_have_read_about_needs_me_no_more(window, bob, alice):
    WindowReading.objects.create(window=window, user=bob, revision=0)

    assert attention(bob).needs == []
    assert titles(alice) == ["Maintenance touches Driver App"]


def test_moved_maintenance_asks_again(window, bob):
    WindowReading.objects.create(window=window, user=bob, revision=0)
    window.revision = 1
    window.save()

    assert titles(bob) == ["Maintenance touches Driver App"]


def test_running_maintenance_says_until_when(window, bob):
    window.starts_at = NOW - timedelta(hours=1)
    window.ends_at = NOW + timedelta(hours=3)
    window.save()

    need = only(bob)

    assert need.title == "Maintenance is under way on Driver App"
    assert (need.clock.words, need.clock.note) == ("3 h left", "until 14:06")


def test_cancelled_or_distant_maintenance_needs_nobody(window, bob):
    window.starts_at = NOW + timedelta(days=15)
    window.ends_at = window.starts_at + timedelta(hours=1)
    window.save()

    assert attention(bob).needs == []


@pytest.mark.usefixtures("releases")
def test_unsupported_version_asks_for_an_upgrade(depot, bob):
    """PS-10"""
    EnvironmentFactory(application=depot, platform_version="9.24.3")
    EnvironmentFactory(application=depot, platform_version="11.6.2")

    need = only(bob)

    assert need.title == ("Depot Control runs Platform 9.24.3, which is out of support")
    assert (need.clock.words, need.clock.note) == ("55 days", "since Wed 30 Sep")
    assert need.act.label == "Plan upgrade"


# Order, groups, sentence


def test_needs_are_ordered_by_when_they_hurt(
    license_ending, offered, window, depot, bob, releases
):
    license_ending(24)
    license_ending(-3)
    license_ending(12)
    EnvironmentFactory(application=depot, platform_version="9.24.3")
    TicketFactory(
        application=depot,
        subject="Late",
        due_at=NOW + timedelta(minutes=14),
        around_the_clock=True,
        resolution_minutes=480,
    )
    TicketFactory(application=depot, subject="Asked", pending=True, paused_at=NOW)

    groups = [
        (str(group.title), [need.title for need in group.needs])
        for group in attention(bob).groups
    ]

    assert groups == [
        ("Today", ["The license of Depot Control has ended", "Late", "Asked"]),
        (
            "Within 14 days",
            [
                "Maintenance touches Driver App",
                "Aiko Tanaka has not accepted Driver App yet",
                "The license of Depot Control ends",
            ],
        ),
        (
            "Later",
            [
                "The license of Depot Control ends",
                "Depot Control runs Platform 9.24.3, which is out of support",
            ],
        ),
    ]


@pytest.mark.parametrize(
    ("today", "later", "sentence"),
    [
        (0, 0, "Nothing needs you"),
        (0, 1, "One thing needs you"),
        (1, 0, "One thing needs you today"),
        (0, 2, "Two things need you"),
        (2, 0, "Two things need you, all of them today"),
        (3, 5, "Eight things need you, three of them today"),
        (1, 12, "13 things need you, one of them today"),
    ],
)
def test_title_is_a_sentence_with_a_number(
    acme, license_ending, alice, today, later, sentence
):
    for days, count in ((-1, today), (24, later)):
        for _ in range(count):
            license_ending(days, application=ApplicationFactory(company=acme))

    assert attention(alice).sentence == sentence


def test_more_than_we_read_is_said_to_be_more(acme, alice, license_ending, monkeypatch):
    monkeypatch.setattr("portal.attention.licenses.LIMIT", 3)
    for _ in range(4):
        license_ending(24, application=ApplicationFactory(company=acme))

    assert attention(alice).sentence == "More than 3 things need you"


def test_today_is_the_readers_day(license_ending, alice):
    """Noon in Amsterdam is midnight in Auckland, so another day begins."""
    license_ending(1)

    with timezone.override("Pacific/Auckland"), translation.override("en"):
        page = Overview(alice, NOW.replace(hour=12)).attention

        assert page.tomorrow.isoformat() == "2026-11-26T00:00:00+13:00"
        assert [need.title for need in page.today] == []
