"""Reading a CSV file: encodings, delimiters, quotes, damage [E14]."""

import pytest

from licenses.importing import sheets
from tests.licenses.portfolios import HEADINGS, raw, row, sheet


def texts(read):
    return [{name: cell.text for name, cell in one.cells.items()} for one in read.rows]


def words(problems):
    return [str(problem) for problem in problems]


def test_a_plain_file_is_read():
    read = sheets.read(raw(row(), row(serial_number="2")))

    assert [one["serial"] for one in texts(read)] == ["5f0c-0001", "2"]
    assert texts(read)[0]["ends_on"] == "02/26/2016"
    assert [read.damaged, read.notes, read.faults] == [[], [], []]


def test_line_breaks_inside_quotes_belong_to_the_cell():
    read = sheets.read(raw(row(notes="One.\n\nTwo, three."), row(serial_number="2")))

    assert texts(read)[0]["notes"] == "One.\n\nTwo, three."
    assert [one.line for one in read.rows] == [2, 5]


def test_each_cell_knows_its_own_physical_line():
    read = sheets.read(raw(row(item_name="Two\nlines"), row(serial_number="2")))

    first, second = read.rows
    assert first.cells["name"].line == 2
    assert first.cells["ends_on"].line == 3
    assert second.line == 4


def test_windows_line_ends_count_once():
    read = sheets.read(raw(row(notes="One.\r\nTwo."), row(), newline="\r\n"))

    assert [one.line for one in read.rows] == [2, 4]


def test_old_mac_line_ends_are_read():
    assert len(sheets.read(raw(row(), row(), newline="\r")).rows) == 2


def test_commas_and_quotes_inside_quotes_belong_to_the_cell():
    name = 'Acme "Pro", Large'

    assert texts(sheets.read(raw(row(item_name=name))))[0]["name"] == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_its_mark(encoding):
    read = sheets.read(raw(row(company="Żółw & Söhne"), encoding=encoding))

    assert texts(read)[0]["company"] == "Żółw & Söhne"
    assert texts(read)[0]["name"] == "Yard Scheduler"
    assert not read.notes


def test_what_windows_wrote_is_read_and_said():
    read = sheets.read(raw(row(company="Müller & Söhne"), encoding="latin-1"))

    assert texts(read)[0]["company"] == "Müller & Söhne"
    assert "Windows-1252" in words(read.notes)[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings(delimiter):
    read = sheets.read(raw(row(notes="a,b"), delimiter=delimiter))

    assert texts(read)[0]["serial"] == "5f0c-0001"
    assert texts(read)[0]["notes"] == "a,b"


@pytest.mark.parametrize(
    "heading", ["SERIAL NUMBER", "Serial No.", "Product Key", "serial", "serial_number"]
)
def test_headings_are_known_by_their_aliases_in_any_case(heading):
    read = sheets.read(raw(row(), rename={"serial number": heading}))

    assert texts(read)[0]["serial"] == "5f0c-0001"


def test_columns_that_are_not_read_are_said_once():
    read = sheets.read(raw(row(), headings=[*HEADINGS, "Colour", "Mood"]))

    assert words(read.notes) == ["line 1: Not read: Colour, Mood."]


def test_a_missing_column_names_its_aliases():
    read = sheets.read(raw(row(), headings=[h for h in HEADINGS if "serial" not in h]))

    assert words(read.faults) == [
        "line 1: The column “serial number” is missing. It may also be called"
        " serial no., serial, product key, key."
    ]


def test_a_column_that_is_there_twice_is_a_fault():
    read = sheets.read(raw(row(), headings=[*HEADINGS, "Product Key"]))

    assert words(read.faults) == [
        "line 1, Product Key: This column is there twice. Remove one."
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(content):
    """E14"""
    assert words(sheets.read(content).faults) == ["the file: It is empty."]


def test_headings_alone_say_so():
    assert words(sheets.read(raw()).faults) == [
        "the file: It has headings, but no licenses."
    ]


def test_blank_lines_are_passed_over():
    text = sheet(row()).replace("\n", "\n\n,,,,,,,,,,,,,,,,,,,\n")

    assert len(sheets.read(text.encode()).rows) == 1


def test_a_row_with_a_cell_too_few_is_damaged():
    """E14"""
    text = sheet(row(), row()).replace("Logistics,", "", 1)

    read = sheets.read(text.encode())

    assert len(read.rows) == 1
    assert words(read.damaged) == [
        "line 2: It has 19 cells, the headings are 20. A delimiter or a quote is"
        " missing, or there is one too many."
    ]


def test_a_stray_quote_damages_its_row_alone():
    """E14"""
    text = sheet(row(), row(serial_number="2"), row(serial_number="3"))
    text = text.replace(",2,", ',"2" or so,', 1)

    read = sheets.read(text.encode())

    assert [one["serial"] for one in texts(read)] == ["5f0c-0001", "3"]
    assert words(read.damaged) == [
        "line 3: A quote stands where none may stand. Double it, or remove it."
    ]


def test_a_quote_that_is_never_closed_is_named_where_it_opens():
    """E14"""
    text = sheet(row(), row(serial_number="2", notes="")).replace(",2,", ',"2,', 1)

    assert words(sheets.read(text.encode()).damaged) == [
        "line 3: A quote is opened here and never closed. Close it."
    ]


def test_a_cell_far_too_long_is_damage_not_a_crash():
    read = sheets.read(raw(row(notes="x" * 200_000), row(serial_number="2")))

    assert words(read.damaged) == ["line 2: A cell is far too long. Shorten it."]
    assert len(read.rows) == 1


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02", b"%PDF-1.7 \xff\xff", b"PK\x03\x04", b'"' * 50]
)
def test_no_csv_at_all_is_a_fault_not_a_crash(content):
    assert sheets.read(content).faults
