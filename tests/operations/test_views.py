from datetime import timedelta

import pytest
from django.urls import reverse

from operations import actions
from operations.models import MaintenanceWindow, WindowReading
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.operations import MaintenanceWindowFactory


@pytest.fixture
def window(production):
    window = MaintenanceWindowFactory(title="Storage upgrade")
    window.touched.create(environment=production)
    return window


def text_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


LIST = "/maintenance/"


def test_the_list_shows_what_touches_me(client, window, alice, bob, charlie):
    for person, sees in ((alice, True), (bob, True), (charlie, False)):
        client.force_login(person)
        assert ("Storage upgrade" in text_of(client, LIST)) is sees


def test_the_list_names_only_apps_i_may_see(client, window, globex, charlie, alice):
    other = EnvironmentFactory(
        application=ApplicationFactory(company=globex, name="Globex Yard", cloud=True)
    )
    window.touched.create(environment=other)
    client.force_login(alice)

    for url in (LIST, window.get_absolute_url()):
        page = text_of(client, url)
        assert "Driver App" in page
        assert "Globex Yard" not in page


def test_cancelled_work_stands_in_the_past(client, window, alice, stella):
    actions.cancel_window(window, by=stella, at=window.starts_at - timedelta(days=1))
    client.force_login(alice)

    assert "Storage upgrade" not in text_of(client, LIST)
    assert "Storage upgrade" in text_of(client, LIST + "?which=past")


def test_the_page_shows_who_has_read_it(client, window, bob, alice):
    client.force_login(alice)
    before = text_of(client, window.get_absolute_url())
    client.force_login(bob)

    client.post(reverse("operations:acknowledge", args=[window.id]))

    client.force_login(alice)
    after = text_of(client, window.get_absolute_url())
    assert "has not read it yet" in before
    assert "has read it" in after
    assert WindowReading.objects.get().user == bob


def test_a_get_acknowledges_nothing(client, window, bob):
    client.force_login(bob)

    response = client.get(reverse("operations:acknowledge", args=[window.id]))

    assert response.status_code == 405
    assert WindowReading.objects.count() == 0


def test_the_calendar_file_is_a_download(client, window, bob):
    client.force_login(bob)

    response = client.get(reverse("operations:calendar_file", args=[window.id]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="{window.code}.ics"' in response["Content-Disposition"]
    assert b"BEGIN:VEVENT" in response.content


def test_strangers_find_nothing(client, window, driver_app, charlie):
    """E25"""
    client.force_login(charlie)

    for name in ("maintenance_detail", "calendar_file"):
        url = reverse(f"operations:{name}", args=[window.id])
        assert client.get(url).status_code == 404
    read = reverse("operations:acknowledge", args=[window.id])
    assert client.post(read).status_code == 404
    tab = reverse("operations:for_application", args=[driver_app.pk])
    assert client.get(tab).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    client, production, alice, rows, django_assert_max_num_queries
):
    for window in MaintenanceWindowFactory.create_batch(rows):
        window.touched.create(environment=production)
    client.force_login(alice)

    with django_assert_max_num_queries(7):
        page = text_of(client, LIST)

    assert page.count("Storage upgrade") >= rows


def test_the_tab_of_the_app_shows_its_windows(client, window, driver_app, alice):
    client.force_login(alice)
    tab = reverse("operations:for_application", args=[driver_app.pk])

    assert "Storage upgrade" in text_of(client, tab)


def test_the_tab_of_an_on_premises_app_says_why_it_is_empty(client, acme, alice):
    application = ApplicationFactory(company=acme)
    client.force_login(alice)
    tab = reverse("operations:for_application", args=[application.pk])

    assert "maintenance is yours" in text_of(client, tab)


def test_there_is_a_page_when_nothing_is_planned(client, alice):
    client.force_login(alice)

    assert "No maintenance is planned" in text_of(client, LIST)
    assert MaintenanceWindow.objects.count() == 0
