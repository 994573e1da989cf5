"""The trial's mailbox: a real SMTP server that keeps files, and their reader."""

import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from outbox.mailbox import Mailbox

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def box(tmp_path):
    return Mailbox(tmp_path / "mail")


def raw_letter(subject="Two licenses end", to="jonas@acme.example", text="Hello Jonas"):
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Aldwick Support <support@aldwick.example>"
    mail["To"] = to
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    mail.add_attachment(b"BEGIN", "text", "calendar", filename="window.ics")
    return mail.as_bytes()


def test_a_kept_letter_can_be_read(box):
    name = box.keep(raw_letter(), recipients=["jonas@acme.example"], at=AT)

    letter = box.letter(name)
    assert letter.at == AT
    assert letter.subject == "Two licenses end"
    assert letter.sender == "Aldwick Support <support@aldwick.example>"
    assert letter.recipient == "jonas@acme.example"
    assert letter.text.strip() == "Hello Jonas"
    assert letter.html.strip() == "<p>Hello Jonas</p>"
    [part] = letter.attachments
    assert (part.filename, part.mimetype) == ("window.ics", "text/calendar")
    assert part.content.strip() == b"BEGIN"
    assert ("Delivered-To", "jonas@acme.example") in letter.headers


def test_letters_come_newest_first(box):
    first = box.keep(raw_letter(), recipients=[], at=AT)
    third = box.keep(raw_letter(), recipients=[], at=AT + timedelta(minutes=2))
    second = box.keep(raw_letter(), recipients=[], at=AT + timedelta(minutes=1))

    assert box.names() == [third, second, first]


def test_an_unfinished_or_foreign_file_is_no_letter(box):
    box.keep(raw_letter(), recipients=[], at=AT)
    (box.directory / ".20261121T090000000000-00000000").write_bytes(b"half")
    (box.directory / "notes.eml").write_bytes(b"not ours")

    assert len(box.names()) == 1


def test_a_mailbox_that_was_never_used_is_empty(box):
    assert box.names() == []
    assert box.letter("20261121T090000000000-00000000") is None


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..",
        "/etc/passwd",
        "20261121T090000000000-0000000g",
        "20261121T090000000000-00000000\n",
        "",
    ],
)
def test_no_name_leads_out_of_the_directory(box, name, tmp_path):
    (tmp_path / "secret.eml").write_bytes(b"Subject: secret")

    assert box.letter(name) is None
    assert box.letter("../secret") is None


def test_letters_are_found_by_all_their_words(box):
    wanted = box.keep(
        raw_letter("Depot Control ends", "jonas@acme.example"), recipients=[], at=AT
    )
    box.keep(raw_letter("Driver App", "lotte@acme.example"), recipients=[], at=AT)

    assert [letter.name for letter in box.containing("DEPOT jonas")] == [wanted]
    assert list(box.containing("depot lotte")) == []


def test_a_letter_beyond_reading_still_opens(box):
    broken = (
        b"Subject: =?utf-7?b?/////?=\r\nFrom: <<<>\r\nTo: \xff\xfe\r\n"
        b"Content-Type: text/plain; charset=klingon\r\n\r\nHello \xe9\r\n"
    )
    letter = box.letter(box.keep(broken, recipients=["x@acme.example"], at=AT))

    assert "Hello" in letter.text
    assert letter.html == ""
    assert letter.attachments == []
    assert len(letter.headers) == 5


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def started(directory, port):
    return subprocess.Popen(
        [
            sys.executable,
            *("-m", "outbox.mailbox_server"),
            *("--directory", str(directory)),
            *("--port", str(port)),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_program_keeps_what_it_is_sent_and_stops_when_told(tmp_path, port):
    box = Mailbox(tmp_path / "mail")
    program = started(box.directory, port)
    mail = EmailMessage()
    mail["Subject"] = "Grüße"
    mail.set_content("Hello\n.\nThe line above is a lone dot.")

    with connected(port) as smtp:
        smtp.send_message(mail, "us@aldwick.example", ["jonas@acme.example"])
        smtp.send_message(mail, "us@aldwick.example", ["lotte@acme.example"])
    program.send_signal(signal.SIGTERM)
    _, errors = program.communicate(timeout=10)

    assert program.returncode == 0, errors
    letters = list(box.letters())
    assert [letter.recipient for letter in letters] == [
        "lotte@acme.example",
        "jonas@acme.example",
    ]
    assert letters[0].subject == "Grüße"
    assert re.search(r"\n\.\r?\n", letters[0].text)


def test_a_busy_port_ends_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = started(tmp_path, port)
        _, errors = program.communicate(timeout=20)

    assert program.returncode == 1
    assert errors == (
        f"The mailbox cannot listen on 127.0.0.1:{port} (Address already in use).\n"
    )


def connected(port):
    give_up_at = time.monotonic() + 20
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except ConnectionRefusedError:
            assert time.monotonic() < give_up_at, "the mailbox did not start"
            time.sleep(0.05)
