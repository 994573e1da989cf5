"""Files for a spreadsheet say what they were given, and run nothing."""

import csv
import io

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ui.sheets import csv_lines, harmless


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
