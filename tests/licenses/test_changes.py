"""Renewals and planned ends from a file; and several files in one bundle [LI-37]."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from licenses import actions
from licenses.actions.imports import Kind, Manner
from licenses.importing import bundles
from licenses.importing.bundles import State
from licenses.models import License
from outbox.models import Message
from tests.factories.licenses import LicenseFactory, LicenseTermFactory
from tests.licenses.portfolios import many, raw, row

pytestmark = pytest.mark.django_db
LATER = date(2027, 12, 6)


@pytest.fixture
def bring(stella, at):
    def brought(content, kind=Kind.RENEWALS, by=stella, **manner):
        manner = Manner(date_format="%Y-%m-%d", kind=kind, **manner)
        return actions.import_licenses(content, manner=manner, by=by, at=at)

    return brought


def renewals(*lines, heading="license,new end,users"):
    return "\n".join([heading, *lines]).encode()


def ends(*lines, heading="license,planned end"):
    return "\n".join([heading, *lines]).encode()


def said(report):
    return [str(problem) for one in report.verdicts for problem in one.problems]


def noted(report):
    return [str(note) for one in report.verdicts for note in one.notes]


# Renewals


def test_a_line_renews_its_license_and_tells_its_contacts(bring, production):
    report = bring(renewals("LIC-20417,2027-12-06,350"))

    production.refresh_from_db()
    assert (production.ends_on, production.users) == (LATER, 350)
    assert (report.changed, report.is_written) == (1, True)
    assert "line 2, new end: It ends on 6 Dec 2026 now, on 6 Dec 2027 then." in noted(
        report
    )
    letters = Message.objects.filter(template="licenses/emails/renewed")
    assert letters.count() == 2


@pytest.mark.parametrize("number", ["20417", "lic-20417", "LIC20417", "020417"])
def test_a_number_is_known_however_it_is_written(bring, production, number):
    assert bring(renewals(f"{number},2027-12-06,")).changed == 1


def test_a_serial_number_finds_it(bring, production):
    License.objects.filter(pk=production.pk).update(serial="5f0c-0001")

    bring(renewals("5f0c-0001,2027-12-06", heading="serial number,expires"))

    production.refresh_from_db()
    assert production.ends_on == LATER


def test_app_and_environment_find_it(bring, production, acceptance):
    heading = "app,environment,company,renewed until"

    report = bring(
        renewals("Depot Control,Acceptance,acme,2027-12-06", heading=heading)
    )

    assert [one.license for one in report.verdicts] == [acceptance]


def test_an_app_alone_is_not_enough_for_several(bring, production, acceptance):
    report = bring(renewals("Depot Control,2027-12-06", heading="app,new end"))

    assert said(report) == [
        "line 2: Several licenses fit: LIC-20417, LIC-20418. Write the number."
    ]


def test_what_a_line_says_has_to_agree(bring, production):
    heading = "license,app,new end"

    report = bring(renewals("LIC-20417,Yard Scheduler,2027-12-06", heading=heading))

    assert said(report) == ["line 2, license: No license fits. Look at its number."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("LIC-99,2027-12-06,", "No license fits. Look at its number."),
        (",2027-12-06,", "It names no license."),
        ("LIC-20417,,", "It is empty. Write the last valid day."),
        ("LIC-20417,06/12/2027,", "is no date like 2016-12-31"),
        ("LIC-20417,2026-01-01,", "The license runs until 6 Dec 2026."),
        ("LIC-20417,2027-12-06,some", "is no number of seats"),
    ],
)
def test_each_line_has_its_verdict_in_words(bring, production, line, words):
    report = bring(renewals(line))

    assert words in " ".join(said(report))
    assert not report.is_written
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)


def test_a_second_import_changes_nothing(bring, production):
    file = renewals("LIC-20417,2027-12-06,350")
    bring(file)
    Message.objects.all().delete()

    report = bring(file)

    assert (report.unchanged, report.changed, report.refused) == (1, 0, 0)
    assert not Message.objects.exists()


def test_users_alone_are_corrected(bring, production):
    bring(renewals("LIC-20417,2026-12-06,310"))

    production.refresh_from_db()
    assert (production.ends_on, production.users) == (date(2026, 12, 6), 310)
    assert not Message.objects.exists()


def test_one_refusal_keeps_everything_out(bring, production):
    file = renewals("LIC-20417,2027-12-06,", "LIC-99,2027-12-06,")

    assert not bring(file).is_written
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)

    assert bring(file, keep_good=True).is_written
    production.refresh_from_db()
    assert production.ends_on == LATER


def test_the_same_license_twice_is_a_duplicate_or_a_contradiction(bring, production):
    """E14: a duplicate is no error."""
    line = "LIC-20417,2027-12-06,"

    report = bring(renewals(line, "20417,2028-12-06,"))
    words = "Another day for the same license stands in line 2. Remove one."
    assert said(report) == [f"line 3, new end: {words}"]

    report = bring(renewals(line, "20417,2027-12-06,"))
    assert (report.changed, report.unchanged) == (1, 1)
    assert "line 3, new end: Duplicated: the same stands in line 2." in noted(report)


def test_what_is_off_boarded_is_not_renewed_by_a_file(bring, production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    assert "off-boarded" in " ".join(said(bring(renewals("LIC-20417,2027-12-06,"))))


def test_a_rehearsal_writes_nothing(bring, production):
    report = bring(renewals("LIC-20417,2027-12-06,"), is_rehearsal=True)

    assert (report.changed, report.is_written) == (1, False)
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)


def test_customers_import_no_renewals(bring, production, alice):
    with pytest.raises(PermissionDenied):
        bring(renewals("LIC-20417,2027-12-06,"), by=alice)


def test_judging_costs_the_same_for_many(bring, django_assert_max_num_queries, stella):
    rows = [LicenseFactory(number=70_000 + n) for n in range(12)]
    lines = [f"{row.number},2020-01-01," for row in rows]

    with django_assert_max_num_queries(12):
        report = bring(renewals(*lines))

    assert report.refused == 12


# Planned ends


def test_a_line_plans_an_end(bring, production):
    LicenseTermFactory(license=production)

    report = bring(ends("LIC-20417,2026-11-30"), kind=Kind.ENDS)

    production.refresh_from_db()
    assert production.terminates_on == date(2026, 11, 30)
    assert report.changed == 1
    assert Message.objects.filter(template="licenses/emails/end_planned").exists()

    again = bring(ends("LIC-20417,2026-11-30"), kind=Kind.ENDS)
    assert (again.unchanged, again.changed) == (1, 0)


@pytest.mark.parametrize(
    ("day", "words"),
    [("2027-12-06", "The license runs until 6 Dec 2026."), ("2020-01-01", "is over")],
)
def test_a_day_that_cannot_be_planned_is_refused(bring, production, day, words):
    report = bring(ends(f"LIC-20417,{day}"), kind=Kind.ENDS)

    assert words in " ".join(said(report))


def test_what_is_planned_to_end_is_not_renewed_by_a_file(bring, production):
    bring(ends("LIC-20417,2026-12-06"), kind=Kind.ENDS)

    report = bring(renewals("LIC-20417,2027-12-06,"))

    assert "planned to end on 6 Dec 2026" in " ".join(said(report))


# Bundles


def bundle(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return packed.getvalue()


def states(report):
    return {entry.name: (entry.state, entry.words) for entry in report.entries}


def portfolio(content, at, **manner):
    return actions.import_licenses(content, manner=Manner(**manner), by=None, at=at)


def test_a_bundle_brings_all_its_files(at):
    report = portfolio(bundle(a=raw(*many(2)), b=raw(row(serial_number="z"))), at)

    assert (report.new, report.is_written) == (3, True)
    assert {state for state, _words in states(report).values()} == {State.OK}


def test_a_duplicate_is_no_error(at):
    """E14, LI-37: the same file twice, and a license that another file has brought."""
    one, other = raw(*many(2)), raw(*many(2), row(serial_number="z"))

    report = portfolio(bundle(a=one, b=one, c=other), at)

    assert states(report) == {
        "a.csv": (State.OK, ""),
        "b.csv": (State.DUPLICATED, "The same as a.csv."),
        "c.csv": (State.OK, ""),
    }
    assert report.is_clean
    assert License.objects.count() == 3


def test_a_file_that_only_repeats_others_is_a_duplicate(at):
    """E14"""
    rows = many(2)

    report = portfolio(bundle(a=raw(*rows), b=raw(*reversed(rows))), at)

    assert states(report)["b.csv"][0] == State.DUPLICATED
    assert License.objects.count() == 2


def test_files_that_contradict_each_other_are_refused(at):
    report = portfolio(bundle(a=raw(row()), b=raw(row(seats="99"))), at)

    assert not report.is_written
    assert said(report) == [
        "b.csv, line 2, Item name: It differs from a.csv, line 2. Make them agree."
    ]


def test_a_damaged_entry_keeps_everything_out_unless_told_otherwise(at):
    """E14: each entry is OK, duplicated or damaged."""
    content = bundle(good=raw(row()), empty=b"", other=b"a,b\n1,2\n")
    place = content.index(b"Item name")  # of the stored bytes of the good one
    broken = content[:place] + b"XXXX" + content[place + 4 :]

    report = portfolio(content, at)
    assert states(report)["good.csv"][0] == State.OK
    assert states(report)["empty.csv"] == (State.DAMAGED, "It is empty.")
    assert states(report)["other.csv"][0] == State.DAMAGED
    assert not report.is_written
    assert portfolio(broken, at).entries[0].words == "It cannot be unpacked."
    assert not License.objects.exists()

    assert portfolio(content, at, keep_good=True).is_written
    assert License.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bundle(), "The bundle is empty."),
        (b"PK\x03\x04 and nothing after it", "The bundle is damaged. Pack it again."),
        (b"", "It is empty."),
    ],
)
def test_a_file_with_nothing_in_it_changes_nothing(at, content, words):
    """E14"""
    report = portfolio(content, at)

    assert [fault.words for fault in report.faults] == [words]
    assert not report.is_written


def test_a_bundle_is_never_unpacked_beyond_what_a_file_may_have(at, monkeypatch):
    monkeypatch.setattr("licenses.importing.bundles.LARGEST_ENTRY", 100)

    report = portfolio(bundle(a=b"x" * 10_000), at)

    assert report.entries[0].words == "It is larger than 2 MB. Split it."
    assert len(report.entries[0].raw) == 101


def test_too_many_files_are_refused(at, monkeypatch):
    monkeypatch.setattr("licenses.importing.bundles.MOST_ENTRIES", 1)

    report = portfolio(bundle(a=b"x", b=b"y"), at)

    assert "more than 1 files" in report.faults[0].words


def test_renewals_come_in_bundles_too(bring, production, acceptance):
    content = bundle(
        a=renewals("LIC-20417,2027-12-06,"),
        b=renewals("LIC-20418,2027-12-06,", "LIC-20417,2027-12-06,"),
    )

    report = bring(content)

    assert (report.changed, report.refused) == (2, 0)


# The desk and the command


def test_the_desk_shows_the_verdicts_and_renews_by_one_click(
    client, stella, production
):
    client.force_login(stella)
    address = reverse("admin:licenses_license_import_portfolio")
    file = SimpleUploadedFile("r.csv", renewals("LIC-20417,2099-12-06,"))
    wanted = {"file": file, "kind": "renewals", "date_format": "%Y-%m-%d"}

    preview = client.post(address, wanted)
    assert "It ends on 6 Dec 2026 now, on 6 Dec 2099 then." in preview.content.decode()
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)

    client.post(address, {"token": preview.context["token"], "do": "all"})
    production.refresh_from_db()
    assert production.ends_on == date(2099, 12, 6)


def test_the_desk_names_each_file_of_a_bundle(client, stella):
    client.force_login(stella)
    content = bundle(a=raw(row()), b=b"")

    preview = client.post(
        reverse("admin:licenses_license_import_portfolio"),
        {
            "file": SimpleUploadedFile("b.zip", content),
            "date_format": "%m/%d/%Y",
        },
    ).content.decode()

    assert "<b>b.csv</b>: Damaged. It is empty." in preview
    assert "Import the good ones" in preview


def test_the_command_takes_renewals(production, tmp_path, capsys):
    path = tmp_path / "renewals.csv"
    path.write_bytes(renewals("LIC-20417,2099-12-06,"))

    call_command("import_licenses", path, kind="renewals", date_format="%Y-%m-%d")

    assert "0 new, 1 changed, 0 unchanged, 0 refused." in capsys.readouterr().out


def test_the_command_names_damaged_files(tmp_path, capsys):
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle(a=raw(row()), b=b""))

    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_licenses", path)

    assert "b.csv: Damaged. It is empty." in capsys.readouterr().out


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_bundle_damaged_anywhere_is_refused_in_words(packed):
    """E14: whichever byte is wrong, of the archive or of what is packed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", packed) as archive:
        archive.writestr("a.csv", "name,serial\n" * 500)

    for place in range(4, len(whole.getvalue())):
        for byte in (0, 255):
            damaged = bytearray(whole.getvalue())
            damaged[place] = byte
            with suppress(bundles.BundleError):
                bundles.entries_of(bytes(damaged))
