"""Who is to blame for a letter that came twice: the reckoning itself is tested."""

from dataclasses import replace

import pytest

from tests.chaos.reckoning import Blow, attribute, repetitions, table
from tests.smtp import Arrival

FIRST = Arrival("a@acme.example", "", b"Message-ID: <1@x>\r\n\r\n", 1, peer=4001, at=10)
SECOND = replace(FIRST, peer=4002, at=20)
OTHER = Arrival("b@acme.example", "", b"Message-ID: <2@x>\r\n\r\n", 1, peer=4001, at=9)


def kill(at=10.5, lines=(4001,)):
    return Blow("killed worker1", at, frozenset(lines))


def test_a_letter_that_came_once_needs_no_cause():
    blow = kill()

    assert attribute([FIRST, OTHER], [blow]) == []
    assert (blow.duplicates, blow.allowed) == (0, 1)


def test_a_second_copy_is_laid_to_whoever_broke_the_line_of_the_first():
    bystander, culprit = kill(lines=[4003]), kill()

    assert attribute([SECOND, FIRST], [bystander, culprit]) == []
    assert (bystander.duplicates, culprit.duplicates) == (0, 1)


@pytest.mark.parametrize(
    "blow",
    [
        kill(at=21),  # after the second copy
        kill(at=5),  # long before the first
        kill(lines=[4002]),  # another line
        Blow("Redis restarted", 10.5),
        Blow("PostgreSQL restarted", 10.5),
    ],
    ids=range(5),
)
def test_any_other_blow_explains_nothing(blow):
    assert attribute([FIRST, SECOND], [blow]) == [(FIRST, SECOND)]


def test_of_one_line_a_blow_explains_one_letter():
    again = replace(OTHER, peer=4003, at=21)

    assert attribute([FIRST, OTHER, SECOND, again], [kill()]) == [(OTHER, again)]


def test_a_third_copy_needs_a_cause_of_its_own():
    third = replace(FIRST, peer=4003, at=40)
    copies = [FIRST, SECOND, third]

    assert list(repetitions(copies)) == [(FIRST, SECOND), (SECOND, third)]
    assert attribute(copies, [kill()]) == [(SECOND, third)]
    assert attribute(copies, [kill(), kill(at=20.5, lines=[4002])]) == []


def test_another_message_id_is_another_letter():
    other = replace(SECOND, raw=b"Message-ID: <3@x>\r\n\r\n")

    assert list(repetitions([FIRST, other])) == []


def test_the_table_tells_all_of_it():
    blow = kill()
    unexplained = attribute([FIRST, SECOND, OTHER, replace(OTHER, at=30)], [blow])

    rows = table([blow], unexplained, started=0).splitlines()

    assert rows[1].split() == ["killed", "worker1", "10.5", "s", "1", "1"]
    assert rows[2].startswith("UNEXPLAINED b@acme.example")
    assert rows[-1].split() == ["together", "2", "1"]
