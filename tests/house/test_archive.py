"""A company's archive holds every kind of row that is its own, or we say why not."""

from companies.models import Company
from portal import archive
from tests.house.test_rows import MODELS, TENANT_MODELS

# Rows of a company that its archive leaves out, and why.
LEFT_OUT = {
    "companies.AddressChange": "wishes of one person about the own account",
    "companies.Archive": "the archives themselves",
    "companies.Notice": "letters of one person; not even admins read along",
    "companies.NoticeChoice": "how one person wants to be told",
    "companies.SignOn": "how the provider is reached, with a sealed secret",
    "licenses.CalendarFeed": "secret addresses that single people have made",
    "operations.MaintenanceWindow": "told row by row, as it touches an environment",
}


def test_every_row_of_a_company_is_in_its_archive_or_left_out_for_a_reason():
    tables = archive.tables(Company(name="Acme"))
    held = {table.rows.model._meta.label for table in tables}

    assert set(TENANT_MODELS) - held == LEFT_OUT.keys()


def test_what_is_left_out_exists():
    assert LEFT_OUT.keys() <= MODELS.keys()


def test_tables_have_names_of_their_own_and_say_what_they_are():
    tables = archive.tables(Company(name="Acme"))

    assert len({table.name for table in tables}) == len(tables)
    assert all(len(str(table.what)) > 8 for table in tables)
