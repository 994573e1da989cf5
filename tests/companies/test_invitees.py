"""Addresses as people paste them."""

import pytest
from django.core.exceptions import ValidationError

from companies.invitees import Invitee, parse


def faults(text):
    with pytest.raises(ValidationError) as refusal:
        parse(text)
    return refusal.value.messages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nora@Acme.example ", Invitee("nora@acme.example")),
        ("Nora  Blake <nora@acme.example>", Invitee("nora@acme.example", "Nora Blake")),
        ('"Blake, Nora" <nora@acme.example>,', None),
        ("<nora@acme.example>", Invitee("nora@acme.example")),
    ],
)
def test_one_address_is_read_with_or_without_its_name(text, found):
    found = found or Invitee("nora@acme.example", "Blake, Nora")

    assert parse(text.rstrip(",")) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "a@x.example\n\n  Ben <b@x.example>\n",
        "a@x.example; Ben <b@x.example>;",
        "a@x.example, Ben <b@x.example>",
    ],
)
def test_several_stand_in_lines_or_behind_each_other(text):
    assert [(one.email, one.name) for one in parse(text)] == [
        ("a@x.example", ""),
        ("b@x.example", "Ben"),
    ]


def test_each_knows_its_line():
    assert [one.line for one in parse("a@x.example\n\nb@x.example; c@x.example")] == [
        *(1, 3, 3)
    ]


def test_every_fault_is_said_with_its_line():
    assert faults("a@x.example\nnobody\nb@x.example\nA@x.example\nx <y>") == [
        "Line 2: “nobody” is no e-mail address.",
        "Line 4: a@x.example stands in line 1 already.",
        "Line 5: “y” is no e-mail address.",
    ]


def test_what_is_too_long_for_an_account_is_refused():
    assert faults(f"{'n' * 121} <a@x.example>") == [
        "Line 1: a@x.example: address or name is too long."
    ]
