"""What cells mean, and which rows are one license."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from licenses.importing import parsing, sheets
from tests.licenses.portfolios import HEADINGS, raw, row, sheet


def records(*rows, date_format=parsing.DATE_FORMAT, **how):
    return parsing.licenses_of(sheets.read(raw(*rows, **how)), date_format)


def only(*rows, **how):
    (record,) = records(*rows, **how)
    return record


def problems(record):
    return [str(problem) for problem in record.problems]


def notes(record):
    return [str(note) for note in record.notes]


def test_a_good_row_has_facts_and_a_person_and_no_problem():
    record = only(row())

    assert record.identity == ("Yard Scheduler", "5f0c-0001")
    assert record.facts["ends_on"] == date(2016, 2, 26)
    assert record.facts["users"] == 56
    assert record.facts["cost"] == "$12.58"
    assert record.facts["maintained"] is False
    assert record.facts["reassignable"] is True
    assert [(one.email, one.name) for one in record.people] == [
        ("mara@customer.example", "Mara Keller")
    ]
    assert not record.problems
    assert not record.notes


def test_the_verdict_names_line_column_and_fix():
    """Issue 2, item 11."""
    found = records(
        row(notes="Line one.\nLine two."),
        row(serial_number="2", reassignable="sometimes"),
    )

    assert problems(found[1]) == [
        "line 4, reassignable: “sometimes” is neither yes nor no. Write yes or no."
    ]


@pytest.mark.parametrize(
    ("word", "value"),
    [("yes", True), ("YES", True), ("TRUE", True), ("true", True), ("1", True)]
    + [("no", False), ("NO", False), ("FALSE", False), ("false", False), ("0", False)],
)
def test_booleans_come_from_a_closed_list_in_any_case(word, value):
    assert only(row(reassignable=word)).facts["reassignable"] is value


def test_an_empty_boolean_is_left_to_the_default():
    record = only(row(reassignable="", maintained=" "))

    assert "reassignable" not in record.facts
    assert "maintained" not in record.facts
    assert not record.problems


@pytest.mark.parametrize("word", ["sometimes", "maybe", "2", "ja", "-"])
def test_any_other_word_is_an_error(word):
    assert len(problems(only(row(maintained=word)))) == 1


@pytest.mark.parametrize("seats", ["0", "-3", "12.5", "many", "²", "9" * 12, "1e3"])
def test_seats_are_a_whole_number_of_one_or_more(seats):
    assert problems(only(row(seats=seats))) == [
        f"line 2, seats: “{seats}” is no number of seats. Write a whole number, 1 or"
        " more."
    ]


@pytest.mark.parametrize("seats", ["1", " 56 ", "2147483647"])
def test_good_seats(seats):
    assert only(row(seats=seats)).facts["users"] == int(seats)


@pytest.mark.parametrize("cost", ["12.58", "$12.58", "€ 1.234,50", "12.58 EUR", "0"])
def test_costs_are_kept_as_written(cost):
    assert only(row(purchase_cost=cost)).facts["cost"] == cost


@pytest.mark.parametrize("cost", ["-12.58", "$-1", "free", "12.58.x7"])
def test_no_cost_is_an_error(cost):
    assert "no amount" in problems(only(row(purchase_cost=cost)))[0]


@pytest.mark.parametrize(
    "day", ["2016-02-26", "26/02/2016", "02/30/2016", "02/26/16", "soon", "2/2016"]
)
def test_a_day_in_another_format_is_an_error(day):
    assert problems(only(row(expiration_date=day))) == [
        f"line 2, expiration date: “{day}” is no date like 12/31/2016. Correct it, or"
        " name the format."
    ]


def test_the_format_is_chosen_once_for_the_file():
    record = only(
        row(expiration_date="26.02.2016", purchase_date="24.11.2008"),
        date_format="%d.%m.%Y",
    )

    assert record.facts["ends_on"] == date(2016, 2, 26)


def test_a_leap_day_is_a_day():
    assert only(row(expiration_date="02/29/2016")).facts["ends_on"] == date(2016, 2, 29)


def test_an_impossible_year_is_an_error():
    assert "year 16 cannot" in problems(only(row(expiration_date="02/26/0016")))[0]


@pytest.mark.parametrize(
    "date_format", ["", "%d", "%d.%m.", "no format", "%d.%m.%Y %", "%q"]
)
def test_a_date_format_that_loses_something_is_refused(date_format):
    with pytest.raises(ValidationError, match="no date format"):
        parsing.check_date_format(date_format)


@pytest.mark.parametrize("date_format", ["%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%y%m%d"])
def test_usual_date_formats_are_fine(date_format):
    parsing.check_date_format(date_format)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("item_name", "line 2, Item name: It is empty. Write the name of the app."),
        (
            "serial_number",
            "line 2, serial number: It is empty. Write the serial number: it tells two"
            " licenses of one app apart.",
        ),
        (
            "expiration_date",
            "line 2, expiration date: It is empty. Write the last valid day.",
        ),
    ],
)
def test_three_cells_must_not_be_empty(heading, words):
    assert problems(only(row(**{heading: " "}))) == [words]


@pytest.mark.parametrize(
    ("heading", "length"),
    [
        ("item_name", 200),
        ("serial_number", 255),
        ("licensed_to_name", 120),
        ("company", 120),
        ("full_name", 120),
        ("category", 255),
        ("notes", 20_000),
    ],
)
def test_texts_have_a_length(heading, length):
    assert not problems(only(row(**{heading: "x" * length})))
    assert problems(only(row(**{heading: "x" * (length + 1)})))[0].endswith(
        f"This is {length + 1} characters long. Shorten it to {length}."
    )


@pytest.mark.parametrize("email", ["mara", "mara@", "a b@c.example", "x@" + "y" * 260])
def test_addresses_are_addresses(email):
    assert "no e-mail address" in problems(only(row(email=email)))[0]


def test_addresses_are_folded_to_lower_case():
    assert only(row(email=" Mara@Customer.EXAMPLE ")).people[0].email == (
        "mara@customer.example"
    )


def test_several_faults_of_a_row_are_all_named():
    record = only(row(seats="0", reassignable="sometimes", expiration_date=""))

    assert sorted(problem.column for problem in record.problems) == [
        "expiration date",
        "reassignable",
        "seats",
    ]


def test_one_line_for_each_user_is_one_license_with_several_people():
    record = only(
        row(),
        row(full_name="Ben Osei", email="ben@customer.example"),
        row(full_name="Mara again", email="MARA@customer.example"),
    )

    assert [one.email for one in record.people] == [
        "mara@customer.example",
        "ben@customer.example",
    ]
    assert not record.problems


def test_lines_of_one_license_fill_each_others_gaps():
    record = only(row(seats=""), row(email="ben@customer.example", seats="7"))

    assert record.facts["users"] == 7


def test_lines_of_one_license_must_agree():
    record = only(row(), row(email="ben@customer.example", seats="7"))

    assert problems(record) == [
        "line 3, seats: It differs from line 2 of the same license. Make them agree."
    ]


def test_a_fault_in_one_line_refuses_the_whole_license():
    record = only(row(), row(email="ben@customer.example", maintained="maybe"))

    assert len(problems(record)) == 1


def test_equal_names_with_other_serials_are_other_licenses():
    assert len(records(row(), row(serial_number="2"))) == 2


def test_damaged_lines_keep_their_place():
    text = sheet(row(), row(), row(serial_number="3")).replace("Logistics,", "", 1)

    found = parsing.licenses_of(sheets.read(text.encode()))

    assert [record.line for record in found] == [2, 3, 4]
    assert "19 cells" in problems(found[0])[0]


def test_a_purchase_after_the_end_is_said():
    record = only(row(purchase_date="02/27/2016"))

    assert notes(record) == [
        "line 2, purchase date: It is after the end, so the start stays open."
    ]
    assert not record.problems


def test_a_person_without_an_address_is_said():
    assert notes(only(row(email=""))) == [
        "line 2, Email: It is empty, so Mara Keller is not told."
    ]


def test_nobody_named_is_said():
    record = only(row(), headings=[h for h in HEADINGS if h not in {"Email"}])

    assert record.people == []
    assert len(notes(record)) == 1


def test_spaces_around_and_inside_names_mean_nothing():
    assert only(row(item_name="  Yard   Scheduler ")).name == "Yard Scheduler"
