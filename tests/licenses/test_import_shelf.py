"""How lines of a file find their licenses: by look-up, however many there are."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licenses import actions
from licenses.actions.imports import Kind, Manner, preview_licenses
from licenses.importing import changes
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.licenses import LicenseFactory, LicenseTermFactory

pytestmark = pytest.mark.django_db
MANY = 40


@pytest.fixture
def licenses(acme):
    """All of one app name, so that only company and environment tell them apart."""
    found = []
    for number in range(MANY):
        application = ApplicationFactory(name="Depot Control")
        environment = EnvironmentFactory(application=application, name="production")
        license = LicenseFactory(
            environment=environment,
            number=30_000 + number,
            serial=f"serial-{number}",
            ends_on=date(2026, 12, 6),
        )
        LicenseTermFactory(license=license)
        found.append(license)
    return found


@pytest.fixture
def counted(monkeypatch):
    """How often a fact of some license was looked at."""
    looks = Counter()

    def counting(fact, true_of):
        def looked(license):
            looks[fact] += 1
            return true_of(license)

        return looked

    for fact, true_of in changes.TRUE_OF.items():
        monkeypatch.setitem(changes.TRUE_OF, fact, counting(fact, true_of))
    return looks


def judged(lines, at, kind=Kind.RENEWALS, last="new end"):
    heading = f"license,serial,name,environment,company,{last}"
    content = "\n".join([heading, *lines]).encode()
    manner = Manner(date_format="%Y-%m-%d", kind=kind)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        report = preview_licenses(content, manner=manner, at=at)
    assert not report.faults
    return report, len(asked)


def by_number(license):
    return f"{license.number},,,,,2027-12-06"


def by_serial(license):
    return f",{license.serial},,production,,2027-12-06"


def by_place(license):
    return f",,Depot Control,Production,{license.company.name.upper()},2027-12-06"


@pytest.mark.parametrize(
    ("line", "facts"),
    [(by_number, 1), (by_serial, 2), (by_place, 3)],
)
def test_each_license_is_looked_at_once_whatever_the_lines(
    licenses, counted, at, line, facts
):
    """40 lines about 40 licenses are 40 look-ups, not 1,600 comparisons."""
    report, queries = judged([line(one) for one in licenses], at)

    assert (report.changed, report.refused) == (MANY, 0)
    assert sum(counted.values()) == facts * MANY
    assert queries <= 2


def test_lines_that_say_different_things_are_sorted_in_by_each(licenses, counted, at):
    third = MANY // 3
    lines = [
        *map(by_number, licenses[:third]),
        *map(by_serial, licenses[third : 2 * third]),
        *map(by_place, licenses[2 * third :]),
    ]

    report, queries = judged(lines, at)

    assert report.changed == MANY
    assert sum(counted.values()) == (1 + 2 + 3) * MANY
    assert queries <= 4  # by number, by serial number, by name; and their terms


@pytest.mark.parametrize("kind", [Kind.RENEWALS, Kind.ENDS])
def test_more_lines_ask_no_more_of_the_database(licenses, at, kind):
    lines = [by_number(one).replace("2027", "2026") for one in licenses]
    last = "new end" if kind == Kind.RENEWALS else "planned end"
    few = judged(lines[:2], at, kind, last)[1]

    assert judged(lines, at, kind, last)[1] == few


def test_all_that_a_line_says_has_to_be_true(licenses, at):
    first, second = licenses[:2]
    wrong = [
        f"{first.number},{second.serial},,,,2027-12-06",
        f"{first.number},,,acceptance,,2027-12-06",
        f"{first.number},,,,{second.company.name},2027-12-06",
        "LIC-x,,Depot Control,,,2027-12-06",
        f",{first.serial},Dock Planner,,,2027-12-06",
    ]

    report, _queries = judged(wrong, at)

    assert report.refused == len(wrong)
    assert all(
        "No license fits" in str(problem)
        for one in report.verdicts
        for problem in one.problems
    )


def test_a_name_of_many_licenses_names_none(licenses, at):
    report, _queries = judged([",,Depot Control,,,2027-12-06"], at)

    (problem,) = report.verdicts[0].problems
    assert "Several licenses fit: LIC-30000, LIC-30001" in str(problem)


def test_a_plan_knows_every_term_that_was_signed(licenses, stella, at):
    """The end of a renewed term, which was planned to come sooner."""
    license = licenses[0]
    LicenseTermFactory(license=license, ends_on=date(2027, 12, 6))
    actions.plan_end(license=license, on=date(2026, 12, 1), by=stella, at=at)

    report, _queries = judged(
        [f"{license.number},,,,,2027-12-06"], at, Kind.ENDS, "planned end"
    )

    assert (report.changed, report.refused) == (1, 0)
