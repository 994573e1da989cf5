"""The list of licenses as a file: what one sees in it, the same and no key."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from licenses import actions
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.licenses import LicenseFactory
from ui import sheets

pytestmark = pytest.mark.django_db
EXPORT = reverse("licenses:export")
TODAY = timezone.localdate()
ENDS = TODAY + timedelta(days=12)


@pytest.fixture(autouse=True)
def this_year(production, acceptance, cloud_license):
    for license, ends in (
        (production, ENDS),
        (acceptance, TODAY + timedelta(days=200)),
        (cloud_license, TODAY + timedelta(days=40)),
    ):
        license.starts_on, license.ends_on = TODAY - timedelta(days=300), ends
        license.save()


def as_csv(client, person, query=""):
    client.force_login(person)
    answer = client.get(EXPORT + query)
    assert answer["Content-Disposition"] == 'attachment; filename="licenses.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    text = answer.getvalue().decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_workbook(client, person, query="?as=xlsx"):
    client.force_login(person)
    answer = client.get(EXPORT + query)
    assert answer["Content-Disposition"] == 'attachment; filename="licenses.xlsx"'
    assert answer["Content-Type"] == sheets.WORKBOOK
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    head, *lines = sheet.iter_rows()
    words = [cell.value for cell in head]
    return [dict(zip(words, line, strict=True)) for line in lines]


def test_a_line_says_what_the_contract_says(client, bob):
    first, second = as_csv(client, bob)

    assert first == {
        "License": "LIC-20417",
        "App": "Depot Control",
        "Environment": "production",
        "Company": "Acme",
        "Hosting": "On-Premises",
        "State": "Ends soon",
        "Starts": str(TODAY - timedelta(days=300)),
        "Runs out": str(ENDS),
        "Contract ends": str(ENDS),
        "Users": "300",
        "Licensed to": "",
        "Serial number": "",
    }
    assert second["License"] == "LIC-20418"


def test_a_workbook_has_days_and_figures_that_can_be_reckoned_with(client, bob):
    line = as_workbook(client, bob)[0]

    assert line["Runs out"].value.date() == ENDS
    assert line["Runs out"].is_date
    assert line["Users"].value == 300
    assert line["App"].value == "Depot Control"
    assert line["Serial number"].value is None


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?which=ending", ["LIC-20417"]),
        ("?q=20418", ["LIC-20418"]),
        ("?q=depot&which=ended", []),
        ("?which=made-up", ["LIC-20417", "LIC-20418"]),
        ("?q=%00depot", ["LIC-20417", "LIC-20418"]),
    ],
)
def test_the_file_has_what_the_list_has(client, bob, query, numbers):
    assert [line["License"] for line in as_csv(client, bob, query)] == numbers


def test_both_files_say_the_same(client, alice):
    lines = as_csv(client, alice)
    cells = as_workbook(client, alice)

    assert len(lines) == len(cells) == 3
    for line, row in zip(lines, cells, strict=True):
        assert {name: text_of(cell) for name, cell in row.items()} == line


def text_of(cell):
    if cell.value is None:
        return ""
    return str(cell.value.date()) if cell.is_date else str(cell.value)


def test_customers_read_no_end_of_cloud(client, alice, stella):
    """LI-05"""
    mine = as_csv(client, alice)[-1]
    theirs = next(line for line in as_csv(client, stella) if line["App"] == mine["App"])

    assert (mine["Runs out"], mine["Contract ends"]) == ("", "")
    assert mine["State"] == "renewed by Aldwick"
    assert theirs["Runs out"] == str(TODAY + timedelta(days=40))


def test_no_key_is_in_a_file(client, bob, production):
    key = actions.generate_key(
        license=production, server_id="7C41-E09B", by=bob, at=timezone.now()
    )
    text = actions.text_of(key)

    said = str(as_csv(client, bob))

    assert text not in said
    assert key.fingerprint not in said
    assert "7C41-E09B" not in said


def test_a_name_like_a_formula_is_a_text(client, alice, acme):
    application = ApplicationFactory(company=acme, name="=HYPERLINK(1)")
    environment = EnvironmentFactory(application=application, name="+1")
    LicenseFactory(environment=environment, ends_on=date(2020, 1, 1), starts_on=None)

    line = as_csv(client, alice)[0]
    row = as_workbook(client, alice)[0]

    assert (line["App"], line["Environment"]) == ("'=HYPERLINK(1)", "'+1")
    assert (row["App"].value, row["App"].data_type) == ("=HYPERLINK(1)", "s")


def test_a_stranger_gets_the_head_alone(client, charlie):
    assert as_csv(client, charlie) == []
    assert as_workbook(client, charlie) == []


def test_more_than_a_workbook_takes_is_said_and_leads_back(client, bob, monkeypatch):
    def refuse(_rows, _name):
        raise sheets.TooManyRowsError

    monkeypatch.setattr(sheets, "workbook_download", refuse)
    client.force_login(bob)

    answer = client.get(f"{EXPORT}?as=xlsx&q=depot&which=ending", follow=True)

    assert answer.redirect_chain == [("/licenses/?which=ending&q=depot", 302)]
    assert "Take the CSV file." in answer.content.decode()


def test_the_list_leads_to_both_files_with_its_filters(client, bob):
    client.force_login(bob)

    page = client.get(reverse("licenses:list") + "?q=depot&which=ending")
    said = page.content.decode()

    assert 'href="/licenses/export/?which=ending&amp;q=depot"' in said
    assert 'href="/licenses/export/?which=ending&amp;q=depot&amp;as=xlsx"' in said


def test_an_empty_list_offers_no_file(client, charlie):
    client.force_login(charlie)

    assert EXPORT not in client.get(reverse("licenses:list")).content.decode()


@pytest.mark.parametrize("query", ["", "?as=xlsx"])
def test_more_licenses_are_no_more_statements(client, bob, depot, query):
    client.force_login(bob)
    client.get(EXPORT)
    for number in range(30):
        LicenseFactory(environment=EnvironmentFactory(application=depot, name=number))

    with CaptureQueriesContext(connection) as found:
        client.get(EXPORT + query).getvalue()

    assert len(found) == 2  # who asks, then the licenses
