"""From one thing of the desk to all that belongs to it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from companies import audit
from companies.verbs import Verb
from licenses.models import License
from portal.admin_ways import ALL, KINDS, PATHS
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import CompanyFactory, UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.outbox import MessageFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


@pytest.fixture
def depot(acme, bob):
    """Acme's app with one of everything, and as much of another company."""
    depot = ApplicationFactory(company=acme, name="Depot Control")
    other = ApplicationFactory(company=CompanyFactory(), name="Mill Monitor")
    for app, person in ((depot, bob), (other, UserFactory())):
        TechnicalContactFactory(application=app, user=person)
        LicenseFactory(environment=EnvironmentFactory(application=app))
        TicketFactory(application=app, opened_by=person, subject=f"{app} is slow")
        TicketFactory(application=app, opened_by=person, solved=True)
        MessageFactory(recipient=person.email, about_id=app.pk)
        about = {"company": app.company, "verb": Verb.TEAM_JOINED, "thing": app}
        audit.record(by=person, new=person, about=app.pk, **about)
    return depot


def page_of(thing):
    name = f"{thing._meta.app_label}_{thing._meta.model_name}"
    return reverse(f"admin:{name}_change", args=[thing.pk])


def ways(desk, thing):
    found = desk.get(page_of(thing)).context_data["ways"]
    return {way.title: (way.figures, way.url) for way in found}


def figures(desk, thing):
    return {title: count for title, (count, _url) in ways(desk, thing).items()}


def test_a_company_leads_to_all_that_is_its_own(desk, acme, depot):
    found = figures(desk, acme)

    assert found["Tickets"] == "2", "the solved one too"
    assert (found["Applications"], found["Licenses"]) == ("1", "1")
    assert found["Technical contacts"] == "1"


def test_an_app_leads_to_tickets_licenses_contacts_and_letters(desk, depot):
    found = figures(desk, depot)

    wanted = ["Tickets", "Licenses", "Technical contacts", "Messages", "Activity"]
    assert [found[title] for title in wanted] == ["2", "1", "1", "1", "1"]


def test_a_person_leads_to_apps_tickets_and_letters(desk, bob, depot):
    found = figures(desk, bob)

    wanted = ["Applications", "Tickets", "Technical contacts", "Messages"]
    assert [found[title] for title in wanted] == ["1", "2", "1", "1"]


def test_each_way_leads_to_as_many_rows_as_it_says(desk, depot, acme, bob):
    license = License.objects.of(depot).get()
    for thing in (acme, bob, depot, depot.environments.get(), license):
        for title, (count, url) in ways(desk, thing).items():
            rows = desk.get(url).context_data["cl"].queryset

            assert str(rows.count()) == count, (str(thing), title)


def test_a_narrowed_list_says_so_and_leads_out(desk, acme, depot):
    wanted = {"company": acme.pk, "state": "all", "p": 1}
    address = reverse("admin:tickets_ticket_changelist")

    page = desk.get(address, wanted).content.decode()

    assert "Depot Control is slow" in page
    assert "Mill Monitor is slow" not in page
    assert "Only company Acme" in page
    assert '<a href="?state=all">Show all</a>' in page


@pytest.mark.parametrize("key", ["zzz", "", "0" * 8 + "-0000-0000-0000-" + "0" * 12])
def test_a_list_of_something_that_is_not_there_is_empty(desk, depot, key):
    address = reverse("admin:applications_application_changelist")

    page = desk.get(address, {"company": key})

    assert page.status_code == 200
    assert page.context_data["cl"].queryset.count() == 0


def test_the_history_of_an_app_is_its_log(desk, depot):
    name = "admin:applications_application_history"

    answer = desk.get(reverse(name, args=[depot.pk]), follow=True)

    assert answer.context_data["cl"].queryset.count() == 1
    assert f"Only app {depot}" in answer.content.decode()


def test_every_way_is_over_a_list_of_the_desk():
    registered = {model._meta.label_lower for model in admin.site._registry}

    assert set(PATHS) <= registered
    assert set(ALL) <= set(PATHS)
    for label, paths in PATHS.items():
        assert set(paths) <= set(KINDS)
        for path in paths.values():
            apps.get_model(label).objects.filter(**{f"{path}__isnull": True}).exists()
