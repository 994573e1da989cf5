"""Reports as they come from the mail servers of the world, whole and broken."""

from base64 import b64encode
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbox.reports import addresses_of, blames_address, parsed, refuses_us, report_of
from tests import dsn

TO = "bounces+x@steward.example"
FULL = "Final-Recipient: rfc822; j@acme.example\nAction: failed\nStatus: 5.2.2\n"


def read(raw):
    return report_of(parsed(raw))


def test_a_plain_failure_is_read():
    report = read(dsn.report(TO))

    assert (report.action, report.status, report.code) == ("failed", "5.1.1", 550)
    assert report.words == dsn.GONE
    assert report.is_failure
    assert report.blames_address


@pytest.mark.parametrize("action", ["delayed", "DELAYED", "delayed (will retry)"])
def test_a_delay_is_no_failure(action):
    report = read(dsn.report(TO, action=action, status="4.4.1"))

    assert report.is_delay
    assert not report.is_failure


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_success_is_neither(action):
    report = read(dsn.report(TO, action=action, status="2.0.0", diagnostic=""))

    assert not report.is_failure
    assert not report.is_delay


@pytest.mark.parametrize(
    ("status", "blames"),
    [
        *[("5.1.0", True), ("5.1.1", True), ("5.1.2", True), ("5.1.3", True)],
        *[("5.1.6", True), ("5.1.10", True), ("5.2.1", True), ("5.2.2", True)],
        # The sender, the size, the list behind an address: another letter may arrive.
        *[("5.1.7", False), ("5.1.8", False), ("5.1.9", False), ("5.1.11", False)],
        *[("5.2.0", False), ("5.2.3", False), ("5.2.4", False), ("5.2.10", False)],
        # The system, the route, the protocol, the content, a policy.
        *[("5.3.0", False), ("5.3.4", False), ("5.4.1", False), ("5.4.4", False)],
        *[("5.5.2", False), ("5.6.1", False), ("5.7.1", False), ("5.7.26", False)],
        *[("5.0.0", False), ("", False), ("4.1.1", False), ("4.2.2", False)],
    ],
)
def test_only_what_speaks_of_the_address_blames_it(status, blames):
    """RFC 3463."""
    report = read(dsn.report(TO, status=status, diagnostic=""))

    assert report.is_failure
    assert report.blames_address == blames


@pytest.mark.parametrize(
    ("status", "words", "blames"),
    [
        # A general status leaves it to the words, and words without one to their code.
        ("5.0.0", "550 5.1.1 no such person", True),
        ("5.0.0", "550 No such person here", True),
        ("5.0.0", "554 Delivery error", False),
        ("5.0.0", "550 5.7.1 Blocked by policy", False),
        ("", "553 sorry, no mailbox here by that name", True),
        ("", "Sorry, there is nobody of that name", False),
        # A status that says more than the words counts before them.
        ("5.7.1", "550 5.1.1 no such person", False),
        ("4.4.7", "550 no such person", False),
        # Numbers that are none.
        ("5.0.0", "554 Client host 5.1.1.7 blocked", False),
        ("5.0.0", "554 Postfix 2.10.1 refused 15.1.1", False),
    ],
)
def test_the_first_status_that_says_something_decides(status, words, blames):
    report = read(dsn.report(TO, status=status, diagnostic=f"smtp; {words}"))

    assert report.blames_address == blames


@pytest.mark.parametrize(
    ("words", "code", "blames", "refuses"),
    [
        ("5.1.1 no such person", 550, True, False),
        ("no such person", 550, True, False),
        ("no such person", 551, True, False),
        ("no such person", 553, True, False),
        ("no", 554, False, True),
        ("5.7.1 Relay access denied", 554, False, True),
        ("5.7.1 not permitted", 550, False, True),
        ("5.7.8 who are you?", 550, False, True),
        ("5.4.1 access denied", 550, False, False),
        ("quota exceeded", 552, False, False),
        ("no such person", None, False, False),
    ],
)
def test_a_refusal_is_about_the_address_or_about_us(words, code, blames, refuses):
    assert blames_address(words, code) is blames
    assert refuses_us(words, code) is refuses


def test_the_worst_of_several_recipients_counts():
    delayed = "Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n"

    report = read(dsn.raw(TO, f"Reporting-MTA: dns; x\n\n{delayed}\n{FULL}"))

    assert (report.action, report.status) == ("failed", "5.2.2")


def test_a_report_without_an_action_goes_by_its_status():
    fields = "Final-Recipient: rfc822; a@b.example\nStatus: {}\n"

    assert read(dsn.raw(TO, f"\n\n{fields.format('5.1.1')}")).is_failure
    assert read(dsn.raw(TO, f"\n\n{fields.format('4.4.1')}")).is_delay


def test_an_encoded_report_is_read():
    inner = b64encode(f"Reporting-MTA: dns; x\r\n\r\n{FULL}".encode()).decode()

    report = read(dsn.raw(TO, f"{inner}\n", encoding="base64"))

    assert report.status == "5.2.2"


def test_a_report_in_unicode_is_read():
    report = read(dsn.raw(TO, f"X: y\n\n{FULL}", kind="message/global-delivery-status"))

    assert report.status == "5.2.2"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("smtp; 550 5.1.1 Empfänger unbekannt", "550 5.1.1 Empfänger unbekannt"),
        ("smtp; 550 5.1.1 宛先不明", "550 5.1.1 宛先不明"),
        ("smtp; =?utf-8?q?550_5=2E1=2E1_usag=C3=A8?=", "550 5.1.1 usagè"),
        ("smtp; =?x-unknown?q?550_5=2E1=2E1?=", "5.1.1 =?x-unknown?q?550_5=2E1=2E1?="),
        ("x-unix;\n 550 5.1.1\n  folded", "550 5.1.1 folded"),
        ("no semicolon 5.1.1", "no semicolon 5.1.1"),
    ],
)
def test_words_of_every_alphabet_stay_readable(written, words):
    assert read(dsn.report(TO, diagnostic=written)).words == words


def test_bytes_of_no_alphabet_do_not_hurt():
    raw = dsn.report(TO, diagnostic="smtp; 550 5.1.1 caf\udce9 \x00 closed")

    assert read(raw).words == "550 5.1.1 caf\ufffd closed"


def test_words_without_end_are_cut():
    assert len(read(dsn.report(TO, diagnostic=f"smtp; {'x' * 90_000}")).words) == 500


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"Subject: hello\n\nNo report.",
        dsn.auto_reply(TO),
        dsn.raw(TO, ""),
        dsn.raw(TO, "no fields at all"),
        dsn.raw(TO, FULL, kind="text/plain"),
        b"Content-Type: multipart/report; boundary=b\n\nno boundary ever",
        b"Content-Type: multipart/report\n\n--b\nno boundary named",
        b"Content-Type: message/delivery-status\n\nAction: failed\n\nStatus: 5.1.1\n",
        b"Content-Type: multipart/report; boundary=\n\n----\n",
        dsn.raw(TO, "%%%", encoding="base64"),
    ],
    ids=range(12),
)
def test_what_is_no_report_reports_nothing(raw):
    assert read(raw) is None


def test_a_report_within_the_returned_letter_is_not_ours():
    """Somebody may forward a report; what it says is about their mail."""
    inner = dsn.report("someone@else.example").decode()
    outer = (
        "Content-Type: multipart/mixed; boundary=o\n\n--o\n"
        f"Content-Type: message/rfc822\n\n{inner}\n--o--\n"
    )

    assert read(outer.encode()) is None


@pytest.mark.parametrize("seed", range(200))
def test_damage_never_raises(seed):
    """Bytes lost, doubled and swapped: no report, or one that can be read."""
    dice = Random(seed)
    raw = bytearray(dsn.report(TO))
    for _ in range(dice.randint(1, 40)):
        place = dice.randrange(len(raw))
        kind = dice.randrange(4)
        if kind == 0:
            raw[place] = dice.randrange(256)
        elif kind == 1:
            del raw[place : place + dice.randint(1, 30)]
        elif kind == 2:
            raw[place:place] = raw[place : place + 20] * dice.randint(1, 5)
        else:
            raw[place:place] = bytes(dice.randrange(256) for _ in range(9))

    mail = parsed(bytes(raw))
    report = report_of(mail)

    assert report is None or (len(report.words) <= 500 and "\x00" not in report.words)
    assert all(isinstance(address, str) for address in addresses_of(mail))


def test_thousands_of_nested_parts_come_to_an_end():
    raw = b"Content-Type: multipart/report; boundary=b0\n\n" + b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1)
        for n in range(3000)
    )

    mail = parsed(raw)

    assert mail is None or report_of(mail) is None


def test_every_address_on_the_way_is_seen():
    raw = (
        b"Delivered-To: one@a.example\nX-Original-To: two@a.example\n"
        b'To: "Three, of A" <three@a.example>, four@a.example\n\n'
    )

    found = addresses_of(parsed(raw))

    assert found == [f"{n}@a.example" for n in ("one", "two", "three", "four")]


def test_addresses_without_end_are_cut():
    raw = b"To: " + b", ".join(b"p%d@a.example" % n for n in range(5000)) + b"\n\n"

    assert len(addresses_of(parsed(raw))) == 50


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=hex"])
def test_a_global_report_may_be_written_in_any_alphabet(charset):
    """RFC 6533: a report about an address with an umlaut speaks UTF-8."""
    block = (
        "Reporting-MTA: dns; mx.acme.example\n\n"
        "Final-Recipient: utf-8; jürgen@acme.example\nAction: failed\n"
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 Jürgen gibt es nicht\n"
    )

    report = read(dsn.raw(TO, block, kind=f"message/global-delivery-status{charset}"))

    assert report.blames_address
    assert report.words == "5.1.1 550 Jürgen gibt es nicht"


@pytest.mark.parametrize("nest", ["(", "a:", "<", "(" * 9 + ")"])
def test_an_address_in_knots_is_passed_over(nest):
    mail = parsed(f"To: {nest * 50_000}\nX-Original-To: {TO}\n\nx".encode())

    assert TO in addresses_of(mail)


FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)
@given(
    st.binary()
    | st.builds(
        dsn.raw,
        FIELD,
        FIELD,
        kind=st.sampled_from(["message/delivery-status", "text/plain", "x"]),
        encoding=st.sampled_from(["", "base64", "quoted-printable", "none"]),
    )
    | st.builds(
        dsn.report, FIELD, action=FIELD, status=FIELD, diagnostic=FIELD, about=FIELD
    )
)
def test_whatever_comes_is_a_report_or_none(mail):
    """Nothing raises: it comes from anywhere in the world."""
    read = parsed(mail)
    if read is None:
        return
    report = report_of(read)

    assert all(isinstance(one, str) for one in addresses_of(read))
    assert report is None or isinstance(report.blames_address, bool)
