"""What somebody may be told of an app stands on the page that says who would be."""

from portal.told import UNFORESEEN, letters


def test_every_letter_about_an_app_has_a_line_or_a_reason(told):
    """By the letters that a year at Acme files under an application."""
    written = {letter.template for letter in told.letters if letter.about_id}

    assert written - letters() - UNFORESEEN.keys() == set()


def test_the_page_speaks_of_no_letter_that_nobody_writes(told):
    written = {letter.template for letter in told.letters}

    assert letters() | UNFORESEEN.keys() <= written


def test_a_letter_has_a_line_or_a_reason_and_not_both():
    assert letters() & UNFORESEEN.keys() == set()
    assert all(UNFORESEEN.values())
