"""The demo portfolio: what the README promises of it, and that it comes once."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps as django_apps
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.utils import timezone

from apps.models import Application, Membership
from companies.models import (
    ActivityEntry,
    Company,
    Invitation,
    Notice,
    SecurityContact,
    User,
)
from contacts.models import Handover, TechnicalContact
from licenses.models import ExpansionRequest, License, LicenseKey, RenewalReminder
from operations.models import MaintenanceWindow
from outbox.models import Message
from portal import demo
from portal.demo.cast import PASSWORD
from portal.demo.moments import Moments
from portal.overview import Overview
from tickets.models import Ticket


def acme_apps():
    return Application.objects.live().filter(company__name="Acme")


def days_of(company, at):
    rows = License.objects.on_premises().live()
    rows = rows.filter(environment__application__company__name=company)
    today = timezone.localdate(at)
    return {(row.due_on - today).days for row in rows}


def count_everything():
    return {
        model._meta.label: model._base_manager.count()
        for model in django_apps.get_models()
    }


class TestDemo(TestCase):
    """Loaded once for all: Django's own class keeps the rows between the tests."""

    @classmethod
    def setUpTestData(cls):
        cls.at = timezone.now()
        demo.load(cls.at)

    def test_one_contact_is_silent_and_the_mail_of_one_comes_back(self):
        alice = User.objects.get(email="alice@acme.example")

        titles = [need.title for need in Overview(alice, self.at).attention.needs]

        assert any("mail to Noor Bakker comes back" in title for title in titles)
        assert any("Samuel Okafor does not answer" in title for title in titles)

    def test_the_cast_can_sign_in(self):
        for address in (
            "stella@aldwick.example",
            "willem@aldwick.example",
            "alice@acme.example",
            "bob@acme.example",
            "charlie@globex.example",
            "dora@globex.example",
        ):
            client = Client()
            client.post("/accounts/login/", {"login": address, "password": PASSWORD})
            assert client.get("/").status_code == 200, address

    def test_the_cast_is_who_it_should_be(self):
        person = {user.email.split("@")[0]: user for user in User.objects.all()}

        assert person["stella"].is_staff
        assert person["alice"].is_company_admin
        assert person["charlie"].is_company_admin
        assert not person["dora"].is_company_admin
        for company in Company.objects.all():
            assert company.account_executive == person["willem"]
        assert TechnicalContact.objects.held_by(person["bob"]).count() >= 4
        assert (
            Application.objects.visible_to(person["dora"])
            .filter(company__name="Acme")
            .count()
            == 1
        )
        assert (
            not Application.objects.visible_to(person["charlie"])
            .filter(company__name="Acme")
            .exists()
        )

    def test_acme_has_a_confirmed_security_contact(self):
        """CO-16"""
        contact = SecurityContact.objects.get()

        assert contact.company.name == "Acme"
        assert contact.is_confirmed

    def test_who_has_an_account_can_be_called(self):
        people = User.objects.filter(registered_at__isnull=False)

        assert people.count() > 10
        assert not people.filter(phone="").exists()

    def test_acme_has_a_portfolio(self):
        assert acme_apps().on_premises().count() >= 4
        assert acme_apps().cloud().count() >= 3
        assert {6, 14, 29, 88, -3} <= days_of("Acme", self.at)
        assert any(290 < days < 320 for days in days_of("Acme", self.at))
        assert len(days_of("Globex", self.at)) >= 3

    def test_acme_has_open_tickets_of_every_kind_and_priority(self):
        rows = Ticket.objects.open().filter(company__name="Acme")

        assert {row.kind for row in rows} == set(Ticket.Kind.values)
        assert {row.priority for row in rows} == {1, 2, 3, 4}
        assert rows.needing_call().count() == 1
        assert rows.filter(due_at__lt=self.at + timedelta(minutes=20)).exists()
        assert Ticket.objects.open().filter(company__name="Globex").count() >= 3

    def test_something_is_planned_and_somebody_is_asked(self):
        upcoming = MaintenanceWindow.objects.upcoming(self.at)
        bob = User.objects.get(email="bob@acme.example")

        assert upcoming.count() == 3
        assert upcoming.filter(announced_at__isnull=False).count() == 1
        assert {row.to_user == bob for row in Handover.objects.pending(self.at)} == {
            True,
            False,
        }

    def test_somebody_waits_for_more_users(self):
        wish = ExpansionRequest.objects.open().get()

        assert wish.asked_by.email == "bob@acme.example"
        assert wish.state == ExpansionRequest.State.DISCUSSED

    def test_a_newcomer_finds_a_couple_of_dozen_letters(self):
        templates = Counter(Message.objects.values_list("template", flat=True))

        assert 20 <= templates.total() <= 40
        packages = {name.split("/")[0] for name in templates}
        assert packages == {
            "companies",
            "contacts",
            "licenses",
            "operations",
            "tickets",
        }
        assert templates["operations/emails/announced"] == 2
        assert RenewalReminder.objects.exists()

    def test_what_happens_today_is_in_the_inboxes(self):
        """LI-03"""
        told = Counter(Notice.objects.unread().values_list("person__email", flat=True))

        assert told["bob@acme.example"] >= 3
        assert len(told) >= 4

    def test_the_past_has_sent_no_letter(self):
        """The solved tickets are known, their mail is not."""
        assert Ticket.objects.solved().exists()
        assert not Message.objects.filter(template="tickets/emails/answered").exists()

    def test_every_license_on_premises_has_its_history(self):
        rows = License.objects.on_premises().live()

        assert all(row.terms.count() >= 2 for row in rows)
        assert all(row.keys.in_use().count() == 1 for row in rows)

    def test_nothing_happens_in_the_future(self):
        assert not Ticket.objects.filter(opened_at__gt=self.at).exists()
        assert not Application.objects.filter(delivered_at__gt=self.at).exists()
        soon = self.at + timedelta(minutes=1)
        assert not ActivityEntry.objects.filter(at__gt=soon).exists()

    def test_somebody_is_invited_to_acme_and_has_not_answered(self):
        row = Invitation.objects.pending(self.at).get()

        assert (row.company.name, row.whom) == ("Acme", "Nora Blake")

    def test_the_overview_has_something_to_say_to_everybody(self):
        def needs(name):
            person = User.objects.get(email=f"{name}.example")
            return len(Overview(person, self.at).attention.needs)

        assert needs("alice@acme") >= 8
        assert needs("bob@acme") >= 8
        assert needs("charlie@globex") >= 2
        assert needs("dora@globex") >= 1

    def test_a_second_run_changes_nothing(self):
        before = count_everything()

        said = StringIO()

        call_command("demo", stdout=said)

        assert count_everything() == before
        assert "is there already" in said.getvalue()

    def test_nobody_works_before_the_account_and_no_key_is_older_than_its_license(
        self,
    ):
        members = Membership.objects.select_related("user", "application")
        keys = LicenseKey.objects.select_related("license")

        assert [str(m) for m in members if m.joined_at < m.user.created_at] == []
        assert [k for k in keys if k.made_at.date() < k.license.starts_on] == []


def test_the_days_stand_whatever_the_day_is():
    """A leap day, the night of the switch to summer time, a Saturday."""
    for moment in (
        "2028-02-29T12:00:00+01:00",
        "2027-03-28T03:30:00+02:00",
        "2026-12-26T23:59:00+01:00",
    ):
        moments = Moments(datetime.fromisoformat(moment))

        assert moments.ago(0) <= moments.at
        assert moments.ago(1).weekday() < 5
        assert moments.weekend_night(0, 22).weekday() == 5
        assert 2 <= (moments.weekend_night(0, 22).date() - moments.today).days <= 8
        assert moments.day(-3) < moments.today < moments.day(6)


def test_a_portal_that_others_can_reach_gets_no_demo_accounts(db, settings):
    settings.PUBLIC_URL = "https://portal.example.com"

    with pytest.raises(CommandError, match="known password"):
        call_command("demo")

    assert User.objects.count() == 0
