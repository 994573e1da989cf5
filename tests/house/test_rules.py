"""Every rule about people, companies and contacts is a test that says its number."""

import ast
import re

import pytest

from tests.house.test_floors import ROOT

NUMBER = re.compile(r"\b(?:E\d+|[A-Z]{2}-\d{2})\b")

# Edge cases and rules of the area, by their numbers.
AREA = [
    *(f"E{number}" for number in (1, 2, 3, 4, 5, 6, 7, 24, 25, 35)),
    *(f"TC-{number:02}" for number in range(1, 35)),
    *(f"CO-{number:02}" for number in range(1, 21)),
    *(f"PE-{number:02}" for number in range(1, 9)),
]
# Rules that no test can carry yet, and what is missing.
EXCEPTIONS = {
    "TC-12": "alerts come with monitoring; the right to receive them is there",
    "TC-13": "alerts are set up where a node is monitored, which is not built",
    "TC-19": "the same: what is sent when an app has errors and warnings",
    "TC-20": "the words of alert mails, which are not written yet",
    "CO-02": "training is the vendor's; the portal has no page to link it from",
    "CO-03": "one kind of company admin: nobody has asked for parts of it",
    "CO-11": "people have no API tokens yet that could outlive their account",
    "CO-12": "no company-wide roles: rights are set per person and environment",
    "CO-14": "there are no free apps; all others are off-boarded by support",
    "PE-07": "no company-wide roles, so none that fixes the rights of its holders",
}
# Rules of which a part is left out on purpose.
IN_PART = {
    "CO-20": "length and common words; classes of characters and expiry do harm",
}


@pytest.fixture(scope="module")
def said():
    """Number: the tests whose docstring says it."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in NUMBER.findall(ast.get_docstring(node) or ""):
                    found.setdefault(number, []).append(node.name)
    return found


@pytest.mark.parametrize("number", [one for one in AREA if one not in EXCEPTIONS])
def test_the_rule_is_a_test(said, number):
    assert said.get(number), "no test says this number"


def test_every_exception_is_a_rule_with_a_reason():
    assert (EXCEPTIONS | IN_PART).keys() <= set(AREA)
    assert [number for number, why in EXCEPTIONS.items() if len(why) < 20] == []


def test_no_exception_has_become_a_test(said):
    assert said.keys() & EXCEPTIONS.keys() == set()


def test_every_number_belongs_to_a_rule(said):
    """A slip of the pen would count for a rule that nobody has tested."""
    wrong = {
        number
        for number in said
        if number.startswith(("TC-", "CO-", "PE-"))
        and number not in {*AREA, "TC-35", "TC-36"}
    }

    assert wrong == set()
