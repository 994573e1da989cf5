"""A ticket from its opening to its solution; the customer's browser runs no scripts."""

import re
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from outbox.delivery import deliver
from tests.browser.conftest import check_page, picture
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import ServiceLevelFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import ServiceTargetFactory
from tickets import actions
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRANSPARENT = "rgba(0, 0, 0, 0)"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def fleet(acme, bob, dora):
    acme.service_level = ServiceLevelFactory(name="Premium")
    acme.save()
    for priority in (1, 2, 3, 4):
        ServiceTargetFactory(
            service_level=acme.service_level,
            priority=priority,
            response_minutes=30 * priority,
            around_the_clock=True,
        )
    application = ApplicationFactory(company=acme, name="Fleet Planner")
    environment = EnvironmentFactory(application=application, name="production")
    today = timezone.localdate()
    LicenseFactory(
        environment=environment,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=300),
    )
    for person in (bob, dora):
        MembershipFactory(application=application, user=person)
    return application


@pytest.fixture
def window_of(chromium, live_server):
    """A window of one person; only the admin's own frame needs JavaScript."""
    windows = []

    def opened(person, *, scripts=False):
        client = Client()
        client.force_login(person)
        context = chromium.new_context(
            base_url=live_server.url, java_script_enabled=scripts
        )
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        windows.append(context)
        return context.new_page()

    yield opened
    for context in windows:
        context.close()


def delivered():
    """Sends what is in the outbox, and returns the text each address got."""
    mail.outbox.clear()
    deliver(clock=timezone.now)
    return {parseaddr(letter.to[0])[1]: letter.body for letter in mail.outbox}


def test_a_ticket_from_open_to_solved(window_of, fleet, bob, stella, tmp_path):
    log = tmp_path / "optimiser.log"
    log.write_text("06:00 empty plan")
    customer, support = window_of(bob), window_of(stella, scripts=True)

    # Bob opens an incident.
    customer.goto(reverse("tickets:list"))
    customer.click("text=New ticket >> visible=true")
    customer.select_option("[name=application]", label="Fleet Planner (On-Premises)")
    customer.select_option("[name=environment]", label="production")
    customer.fill("[name=subject]", "Route optimiser returns empty plans")
    customer.fill("[name=text]", "Since 06:00 the plans are empty.")
    customer.set_input_files("[name=files]", log)
    customer.check("#id_impact_0")
    customer.check("#id_urgency_0")
    customer.click("text=Send ticket")
    expect(customer.locator("main")).to_contain_text("Call us as well")
    ticket = Ticket.objects.get()
    expect(customer).to_have_url(re.compile(f"{ticket.get_absolute_url()}$"))
    expect(customer.get_by_text(f"Ticket #{ticket.pk} is with us.")).to_be_visible()
    letters = delivered()
    assert ticket.get_absolute_url() in letters[bob.email]
    assert (
        f"/admin/tickets/ticket/{ticket.pk}/change/"
        in letters["support@aldwick.example"]
    )

    # Stella follows the link of the desk's mail, logs the call and answers.
    support.goto(f"/admin/tickets/ticket/{ticket.pk}/change/")
    support.click("text=Log the call")
    expect(support.get_by_text("Log the call")).to_have_count(0)
    support.fill("[name=answer-text]", "Please set max-stops to 40.")
    support.select_option("[name=answer-state]", "pending")
    support.click("button[value=answer]")
    expect(support.get_by_text("Please set max-stops to 40.")).to_be_visible()
    assert "Please set max-stops to 40." in delivered()[bob.email]

    # Bob replies, and it is solved.
    customer.goto(ticket.get_absolute_url())
    expect(customer.locator("main")).to_contain_text("Waiting for you")
    customer.fill("[name=text]", "That brings the plans back.")
    customer.click("text=Send and mark as solved")
    expect(customer.locator(".ticket-sub")).to_contain_text("Solved")
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.SOLVED
    assert "That brings the plans back." in delivered()[stella.email]
    customer.goto(reverse("tickets:list") + "?state=solved")
    expect(customer.get_by_role("link", name=ticket.subject)).to_be_visible()


def test_the_matrix_marks_the_cell_and_asks_for_a_call(page, sign_in, fleet, bob):
    sign_in(bob)
    page.goto(reverse("tickets:new") + f"?application={fleet.pk}")
    cell, notice = page.locator(".c00"), page.locator(".if-p1")
    expect(cell).to_have_css("outline-color", TRANSPARENT)
    expect(notice).to_be_hidden()

    page.check("#id_impact_0")
    page.check("#id_urgency_0")

    expect(notice).to_be_visible()
    expect(cell).not_to_have_css("outline-color", TRANSPARENT)


@pytest.fixture
def tickets(fleet, bob, dora, stella):
    """One of each look: running, waiting, critical without a call, solved."""
    now = timezone.now()

    def opened(subject, impact, urgency, **ago):
        return actions.open_ticket(
            company=fleet.company,
            application=fleet,
            by=bob,
            kind="incident",
            subject=subject,
            text="It fails:\n\n```\nPOST /optimise/v3/plan   200   1.84 s\n```",
            impact=impact,
            urgency=urgency,
            followers=[dora],
            at=now - timedelta(**ago),
        )

    critical = opened("Route optimiser returns empty plans", 1, 1, minutes=10)
    waiting = opened("Debug log for the failed XML export", 2, 2, days=2)
    solved = opened("Scale driver times out", 3, 2, days=3)
    actions.ask_customer(
        ticket=waiting, by=stella, text="Which?", at=now - timedelta(days=1)
    )
    actions.answer(
        ticket=solved, by=stella, text="So.", state="solved", at=now - timedelta(days=2)
    )
    return critical, waiting, solved


def test_every_page_of_tickets_passes(page, sign_in, fleet, tickets, bob, stella):
    sign_in(bob)
    pages = {
        "tickets": reverse("tickets:list"),
        "tickets-solved": reverse("tickets:list") + "?state=solved",
        "ticket": tickets[0].get_absolute_url(),
        "ticket-waiting": tickets[1].get_absolute_url(),
        "ticket-new": reverse("tickets:new") + f"?application={fleet.pk}",
        "ticket-solve": reverse("tickets:solve", args=[tickets[0].pk]),
        "ticket-people": reverse("tickets:people", args=[tickets[0].pk]),
        "ticket-tab": reverse("tickets:for_application", args=[fleet.pk]),
    }
    for name, address in pages.items():
        page.goto(address)
        picture(page, name)
        picture(page, name, width=390)
        picture(page, name, scheme="dark")
        check_page(page)


def test_what_is_wrong_is_summed_up_and_focused(page, sign_in, fleet, bob):
    sign_in(bob)
    page.goto(reverse("tickets:new"))

    page.click("text=Send ticket")

    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page)


def test_the_desk_complains_of_nothing(page, sign_in, tickets, stella):
    sign_in(stella)
    for address in (
        reverse("admin:tickets_ticket_changelist"),
        reverse("admin:tickets_ticket_change", args=[tickets[1].pk]),
    ):
        page.goto(address)
        picture(page, "desk" + address.replace("/", "-"))
        assert page.faults == []
