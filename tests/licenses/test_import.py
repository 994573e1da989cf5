"""Taking a portfolio over: all or nothing, known again, nobody disturbed."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from apps.models import Application, Environment
from companies.models import ActivityEntry, Company, User
from contacts import actions as contact_actions
from contacts.models import TechnicalContact
from licenses import actions
from licenses.actions.imports import Manner
from licenses.importing import taking
from licenses.importing.verdicts import HOLDING, Outcome
from licenses.management.commands.remind import moment
from licenses.models import License
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import CompanyFactory, UserFactory
from tests.factories.licenses import LicenseFactory
from tests.licenses.portfolios import many, raw, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(at, db):
    """Import rows; keywords are the manner."""

    def bring(*rows, by=None, content=None, **manner):
        return actions.import_licenses(
            content or raw(*rows), manner=Manner(**manner), by=by, at=at
        )

    return bring


def figures(report):
    return report.new, report.changed, report.unchanged, report.refused


def problems(report):
    return [str(problem) for verdict in report.verdicts for problem in verdict.problems]


def notes(report):
    return [str(note) for verdict in report.verdicts for note in verdict.notes]


# What one row becomes


def test_a_row_becomes_a_license_with_all_around_it(bring, at):
    report = bring(row())

    assert figures(report) == (1, 0, 0, 0)
    license = License.objects.with_company().get()
    assert license.company.name == "Gisla Works"
    assert license.application.name == license.application_name == "Yard Scheduler"
    assert license.application.is_on_premises
    assert license.environment.name == "production"
    assert license.serial == "5f0c-0001"
    assert license.users == 56
    assert license.starts_on == date(2008, 11, 24)
    assert license.ends_on == license.due_on == date(2016, 2, 26)
    assert license.licensee == "Jelle Good"
    assert license.licensee_email == "jelle@customer.example"
    assert license.is_reassignable
    assert license.notes == "Cras mi pede, malesuada in."
    assert license.terms.get().ends_on == date(2016, 2, 26)


def test_the_contract_keeps_its_other_facts(bring):
    bring(row())

    assert License.objects.get().purchase == {
        "category": "Logistics",
        "manufacturer": "Aldwick",
        "supplier": "Treu Inc",
        "purchased_on": "2008-11-24",
        "cost": "$12.58",
        "order_number": "749317252-8",
        "purchase_order": "34197",
        "maintained": False,
    }


def test_the_person_is_contact_and_on_the_team_without_an_account(bring):
    """TC-04, TC-22"""
    bring(row())

    person = User.objects.get(email="mara@customer.example")
    contact = TechnicalContact.objects.get()
    assert contact.user == person
    assert person.name == "Mara Keller"
    assert person.company.name == "Gisla Works"
    assert not person.has_account
    assert not person.has_usable_password()
    assert person in contact.application.members.all()


def test_an_app_is_not_called_delivered_while_its_contact_has_no_account(bring):
    """E3, TC-04: by import too."""
    bring(row())

    assert Application.objects.get().state == Application.State.SIGNED


def test_an_app_whose_contact_has_an_account_is_delivered(bring):
    company = CompanyFactory(name="Gisla Works")
    UserFactory(email="mara@customer.example", company=company)

    bring(row())

    assert Application.objects.get().state == Application.State.DELIVERED


def test_nobody_is_disturbed(bring):
    """The vendor moves house; the customers have not done anything."""
    bring(*many(5))

    assert not Message.objects.exists()


def test_an_import_is_in_the_activity(bring, stella):
    bring(row(), by=stella)

    application = Application.objects.get()
    said = {entry.sentence for entry in ActivityEntry.objects.about(application.pk)}
    assert f"imported {License.objects.get()}, until 2016-02-26" in said
    assert "made Mara Keller technical contact of Yard Scheduler" in said


def test_an_empty_reassignable_means_yes(bring):
    bring(row(reassignable=""))

    assert License.objects.get().is_reassignable


def test_a_license_may_be_tied_to_its_hardware(bring):
    bring(row(reassignable="no"))

    assert not License.objects.get().is_reassignable


def test_a_row_without_a_person_imports_too(bring):
    report = bring(row(full_name="", email=""))

    assert figures(report) == (1, 0, 0, 0)
    assert not TechnicalContact.objects.exists()


def test_an_imported_license_is_reminded_of(bring):
    """The contact has not registered, and must hear of it all the same."""
    bring(row())

    tally = actions.remind_of_renewal(at=moment("2016-02-01"))

    assert tally.letters == 1
    assert Message.objects.get().recipient == "mara@customer.example"


# Companies


def test_a_row_without_company_goes_to_the_one_given(bring):
    bring(row(company=""), company="Acme Holding")

    assert License.objects.with_company().get().company.name == "Acme Holding"


def test_a_cell_is_stronger_than_the_company_given(bring):
    bring(row(), company="Acme Holding")

    assert License.objects.with_company().get().company.name == "Gisla Works"


def test_without_either_it_goes_under_a_name_that_says_so(bring):
    report = bring(row(company=""), row(company="", serial_number="2"))

    assert figures(report) == (2, 0, 0, 0)
    assert [company.name for company in Company.objects.all()] == [HOLDING]
    assert notes(report)[0] == (
        "line 2, company: It is empty. The license goes under “Company not named”."
    )


def test_a_known_company_is_found_in_any_case(bring, acme):
    bring(row(company="ACME"))

    assert License.objects.with_company().get().company == acme


def test_a_license_does_not_move_to_another_company(bring):
    bring(row())

    report = bring(row(company="Somebody Else"))

    assert problems(report) == [
        f"line 2, company: {License.objects.get()} belongs to Gisla Works here."
        " Correct one of the two."
    ]


# Applications, environments, people that exist


def test_an_existing_app_is_used(bring, acme):
    application = ApplicationFactory(company=acme, name="Yard Scheduler")

    bring(row(company="Acme"))

    assert License.objects.with_company().get().application == application


def test_an_environment_without_a_license_is_used(bring, acme):
    application = ApplicationFactory(company=acme, name="Yard Scheduler")
    environment = EnvironmentFactory(application=application, name="live")

    bring(row(company="Acme"))

    assert License.objects.get().environment == environment


def test_two_licenses_of_one_app_get_an_environment_each(bring):
    """LI-10, E13"""
    bring(row(), row(serial_number="2"), row(serial_number="3"))

    assert Application.objects.count() == 1
    names = Environment.objects.values_list("name", flat=True)
    assert sorted(names) == ["production", "production-2", "production-3"]


def test_a_cloud_app_of_that_name_is_refused(bring, acme):
    """E1: an import brings no Cloud app a contact."""
    ApplicationFactory(company=acme, name="Yard Scheduler", cloud=True)

    report = bring(row(company="Acme"))

    assert problems(report) == [
        "line 2, Item name: Yard Scheduler runs on Cloud here: we renew it. Remove the"
        " line."
    ]


def test_an_app_that_moved_to_cloud_keeps_its_one_contact(bring, stella, at):
    """E1, E5: the same file once more, with a second person for the same license."""
    bring(row())
    application = Application.objects.get()
    bring(row(email="ben@customer.example", full_name="Ben Osei"))
    ben = User.objects.get(email="ben@customer.example")
    contact_actions.change_hosting(
        application=application, hosting="cloud", keep=ben, by=stella, at=at
    )

    report = bring(row(), row(serial_number="5f0c-0002"))

    assert all("runs on Cloud here" in words for words in problems(report))
    assert figures(report) == (0, 0, 0, 2)
    assert TechnicalContact.objects.get(application=application).user == ben


def test_an_off_boarded_app_of_that_name_is_refused(bring, acme):
    ApplicationFactory(company=acme, name="Yard Scheduler", offboarded=True)

    assert "is off-boarded here" in problems(bring(row(company="Acme")))[0]


def test_a_known_person_of_another_company_becomes_contact(bring, dora):
    """TI-13: a team has people of any company."""
    bring(row(email="DORA@globex.example"))

    assert TechnicalContact.objects.get().user == dora


def test_a_deactivated_person_is_refused(bring):
    UserFactory(email="mara@customer.example", deactivated=True)

    assert problems(bring(row())) == [
        "line 2, Email: The account of mara@customer.example is deactivated. Name"
        " somebody else."
    ]


def test_vendor_staff_are_refused(bring, stella):
    assert "belongs to the vendor" in problems(bring(row(email=stella.email)))[0]


# All or nothing


def test_one_refusal_keeps_everything_out(bring):
    report = bring(*many(3), row(reassignable="sometimes"))

    assert figures(report) == (3, 0, 0, 1)
    assert not report.is_written
    assert not License.objects.exists()
    assert not Company.objects.exists()


def test_the_good_ones_may_be_kept(bring):
    report = bring(*many(3), row(reassignable="sometimes"), keep_good=True)

    assert figures(report) == (3, 0, 0, 1)
    assert report.is_written
    assert License.objects.count() == 3


def test_a_rehearsal_reports_the_same_and_writes_nothing(bring):
    rows = [*many(3), row(reassignable="sometimes")]

    report = bring(*rows, keep_good=True, is_rehearsal=True)

    assert figures(report) == (3, 0, 0, 1)
    assert not report.is_written
    assert not License.objects.exists()
    assert not User.objects.exists()


def test_damaged_lines_are_refused_and_the_rest_kept(bring):
    """E14"""
    content = raw(row(), row(serial_number="2")).replace(b"Logistics,", b"", 1)

    report = bring(content=content, keep_good=True)

    assert figures(report) == (1, 0, 0, 1)


def test_an_empty_file_changes_nothing(bring):
    """E14"""
    report = bring(content=b"\n")

    assert [str(fault) for fault in report.faults] == ["the file: It is empty."]
    assert not report.is_written


def test_a_verb_that_refuses_takes_back_its_own_license_alone(bring, monkeypatch):
    usual = taking._environment

    def picky(application, **facts):
        if application.name == "App 1":
            raise ValidationError("No place for it.")
        return usual(application, **facts)

    monkeypatch.setattr(taking, "_environment", picky)

    report = bring(*many(3), keep_good=True)

    assert figures(report) == (2, 0, 0, 1)
    assert License.objects.count() == 2
    assert not Application.objects.filter(name="App 1").exists()
    assert not bring(*many(3)).is_written


def test_a_wrong_date_format_is_refused_at_once(bring):
    with pytest.raises(ValidationError, match="no date format"):
        bring(row(), date_format="%d")


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_customers_import_nothing(request, bring, who):
    with pytest.raises(PermissionDenied):
        bring(row(), by=request.getfixturevalue(who))


# A second time


def test_a_second_import_changes_nothing(bring):
    """E14, E4: a duplicate is no error, and nobody becomes contact twice."""
    rows = [*many(3), row(), row(email="ben@customer.example")]
    bring(*rows)
    entries = ActivityEntry.objects.count()

    report = bring(*rows)

    assert figures(report) == (0, 0, 4, 0)
    assert ActivityEntry.objects.count() == entries


def test_full_cells_change_and_empty_cells_leave(bring):
    bring(row())

    report = bring(row(seats="60", notes="", supplier="Other Ltd", purchase_cost=""))

    assert figures(report) == (0, 1, 0, 0)
    license = License.objects.get()
    assert license.users == 60
    assert license.notes == "Cras mi pede, malesuada in."
    assert license.purchase["supplier"] == "Other Ltd"
    assert license.purchase["cost"] == "$12.58"


def test_a_new_person_is_added_and_nobody_removed(bring):
    """E4, TC-08"""
    bring(row())

    bring(row(email="ben@customer.example", full_name="Ben Osei"))

    emails = TechnicalContact.objects.values_list("user__email", flat=True)
    assert sorted(emails) == ["ben@customer.example", "mara@customer.example"]


def test_a_later_end_is_a_renewal_and_told(bring):
    bring(row())

    bring(row(expiration_date="02/26/2028"))

    license = License.objects.get()
    assert license.ends_on == date(2028, 2, 26)
    assert license.terms.count() == 2
    assert Message.objects.get().recipient == "mara@customer.example"


def test_an_earlier_end_is_a_correction_and_not_told(bring):
    bring(row())

    bring(row(expiration_date="02/20/2016"))

    license = License.objects.get()
    assert license.ends_on == date(2016, 2, 20)
    assert license.terms.get().ends_on == date(2016, 2, 20)
    assert not Message.objects.exists()


def test_an_old_file_does_not_undo_a_renewal(bring, at):
    bring(row())
    license = License.objects.get()
    actions.renew_license(license=license, ends_on=date(2027, 2, 26), by=None, at=at)

    report = bring(row())

    assert problems(report) == [
        f"line 2, expiration date: {license} is renewed until 26 Feb 2027 here. The"
        " file is out of date."
    ]


def test_a_license_made_in_the_portal_is_known_by_name_and_serial(bring, acme):
    application = ApplicationFactory(company=acme, name="Yard Scheduler")
    LicenseFactory(
        environment=EnvironmentFactory(application=application),
        serial="5f0c-0001",
        ends_on=date(2026, 12, 31),
    )

    report = bring(row(company="Acme", expiration_date="12/31/2026"))

    assert figures(report) == (0, 1, 0, 0)


def test_judging_costs_the_same_for_many(bring, django_assert_max_num_queries):
    rows = many(30)
    bring(*rows)

    with django_assert_max_num_queries(12):
        assert figures(bring(*rows)) == (0, 0, 30, 0)


# The command


@pytest.fixture
def file(tmp_path):
    def write(*rows, content=None):
        path = tmp_path / "licenses.csv"
        path.write_bytes(content if content is not None else raw(*rows))
        return str(path)

    return write


def test_the_command_imports_and_counts(file, capsys):
    call_command("import_licenses", file(*many(2)))

    assert "2 new, 0 changed, 0 unchanged, 0 refused." in capsys.readouterr().out
    assert License.objects.count() == 2


def test_the_command_says_when_nothing_changed(file, capsys):
    path = file(*many(2))
    call_command("import_licenses", path)
    capsys.readouterr()

    call_command("import_licenses", path)

    said = capsys.readouterr().out
    assert "0 new, 0 changed, 2 unchanged, 0 refused." in said
    assert "in the portal already" in said


def test_the_command_names_each_line_and_imports_nothing(file, capsys):
    with pytest.raises(CommandError, match="--keep-good"):
        call_command("import_licenses", file(*many(2), row(reassignable="sometimes")))

    said = capsys.readouterr()
    assert said.err == (
        "line 4, reassignable: “sometimes” is neither yes nor no. Write yes or no.\n"
    )
    assert "Would be 2 new" in said.out
    assert not License.objects.exists()


def test_the_command_keeps_the_good(file, capsys):
    path = file(*many(2), row(reassignable="sometimes"))

    call_command("import_licenses", path, keep_good=True)

    assert "2 new, 0 changed, 0 unchanged, 1 refused." in capsys.readouterr().out
    assert License.objects.count() == 2


def test_the_command_rehearses(file, capsys):
    call_command("import_licenses", file(*many(2)), dry_run=True)

    assert "nothing was written" in capsys.readouterr().out
    assert not License.objects.exists()


def test_the_command_takes_company_and_format(file):
    path = file(row(company="", expiration_date="26.02.2016", purchase_date=""))

    call_command("import_licenses", path, company="Acme", date_format="%d.%m.%Y")

    license = License.objects.with_company().get()
    assert license.company.name == "Acme"
    assert license.ends_on == date(2016, 2, 26)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"])
def test_the_command_refuses_what_is_no_portfolio(file, content, capsys):
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_licenses", file(content=content))

    assert capsys.readouterr().err


def test_the_command_needs_a_file_it_can_read(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_licenses", str(tmp_path / "nowhere.csv"))


def test_the_command_refuses_a_wrong_format_in_a_sentence(file):
    with pytest.raises(CommandError, match="no date format"):
        call_command("import_licenses", file(row()), date_format="%d")


def test_every_outcome_has_a_figure():
    assert [one.value for one in Outcome] == ["new", "changed", "unchanged", "refused"]


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_each_license_once(bring):
    rows = many(10)
    barrier, reports = threading.Barrier(2), []

    def run():
        barrier.wait()
        reports.append(bring(*rows))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert any(report.is_written for report in reports)
    assert License.objects.count() == Company.objects.count() == 10
    assert figures(bring(*rows)) == (0, 0, 10, 0)
