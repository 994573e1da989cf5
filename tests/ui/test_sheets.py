"""Files for a spreadsheet say what they were given, and run nothing."""

import csv
import io
import tracemalloc
from datetime import date, datetime

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from ui.sheets import TooManyRowsError, csv_lines, harmless, workbook_of


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_begins_as_a_formula_is_told_to_be_text(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), ("a=b", "a=b"), (7, "7"), (-1, "-1")]
)
def test_what_is_harmless_stays(cell, text):
    assert harmless(cell) == text


def test_lines_can_be_read_back():
    rows = [["App", "Note"], ["Depot", 'two\nlines, "quoted"']]

    text = "".join(csv_lines(iter(rows), "en"))

    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == rows


def test_each_line_is_in_the_readers_language():
    (line,) = csv_lines([[_("Yes")]], "de")

    assert line.strip("\ufeff\r\n") == "Ja"
    assert translation.get_language() == "en"


def cells_of(rows, **bound):
    with workbook_of(iter(rows), **bound) as file:
        return [[cell.value for cell in row] for row in load_workbook(file).active]


def test_a_workbook_can_be_read_back():
    rows = [["App", "Since", "Users"], ["Depöt\n2", date(2026, 11, 22), -3]]

    head, line = cells_of(rows)

    assert head == ["App", "Since", "Users"]
    assert line == ["Depöt\n2", datetime(2026, 11, 22), -3]


@pytest.mark.parametrize("text", ["=1+1", "+1", "@x", "https://a.example", "{=1}", "7"])
def test_a_workbook_takes_a_text_as_a_text(text):
    with workbook_of([["Name"], [text]]) as file:
        cell = load_workbook(file).active["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_text_beyond_what_a_cell_holds_is_cut():
    assert len(cells_of([["Name"], ["x" * 40_000]])[1][0]) == 32_767


def test_a_workbook_has_a_bound():
    rows = [["Number"], *([number] for number in range(3))]

    assert len(cells_of(rows, most=3)) == 4
    with pytest.raises(TooManyRowsError):
        workbook_of(rows, most=2)


def test_a_workbook_holds_no_more_than_a_row_in_memory():
    rows = ([f"Name {number}"] * 10 for number in range(20_000))

    tracemalloc.start()
    workbook_of(rows).close()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4_000_000
