"""The bytes that travel are those the library would make, boundary aside."""

import re
from email import message_from_bytes
from email.utils import parseaddr

import pytest
from django.core.mail.message import sanitize_address

from outbox.envelopes import _bare, email_for, pack
from outbox.models import Attachment
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db

LETTERS = {
    "short": {},
    "without HTML": {"html": ""},
    "beyond ASCII": {
        "subject": "Zwei Lizenzen für Évry enden in 15 Tagen, und es eilt " * 3,
        "recipient_name": "Jörg Müller-Lüdenscheidt von und zu Beispiel",
        "text": "Grüße aus Köln\n\n.\n..\nFrom here on\n" + "ä" * 400 + "\n",
        "html": "<p>Grüße</p>\r\n<p>aus\rKöln</p>\n" + "x" * 3000,
    },
    "long conversation": {
        "references": " ".join(f"<{n:012x}.{n:020x}@aldwick.example>" for n in range(9))
    },
    "trailing spaces": {"text": "one  \n\ttwo\t\n-- \nthree = 3\n"},
    "nothing to say": {"text": "", "html": ""},
    "a link to leave by": {
        "topic": "license",
        "unsubscribe_url": "https://portal.aldwick.example/off/" + "Zy4=:x_" * 20,
    },
    "a name with marks": {"recipient_name": 'Weber, "Jo" Jonas'},
}


def parts(raw):
    """Each part's headers as they travel, and what a reader finds in it."""
    raw = raw.replace(b";\r\n boundary=", b"; boundary=")
    for number, boundary in enumerate(re.findall(rb'boundary="([^"]+)"', raw)):
        raw = raw.replace(boundary, b"boundary%d" % number)
    mail = message_from_bytes(raw)
    return [
        (
            [(name, value.split()) for name, value in part.items()],
            None if part.is_multipart() else content(part),
        )
        for part in mail.walk()
    ]


def content(part):
    payload = part.get_payload(decode=True)
    is_text = part.get_content_maintype() == "text"
    return b"\n".join(re.split(rb"\r\n?|\n", payload)) if is_text else payload


def by_the_library(letter):
    return email_for(letter).message().as_bytes(linesep="\r\n")


@pytest.mark.parametrize("facts", LETTERS.values(), ids=LETTERS)
def test_a_letter_is_what_the_library_makes_of_it(facts):
    letter = MessageFactory(**facts)

    assert parts(pack(letter).raw) == parts(by_the_library(letter))


@pytest.mark.parametrize("facts", LETTERS.values(), ids=LETTERS)
def test_every_line_is_one_that_any_server_takes(facts):
    """RFC 5321: CRLF alone ends a line; seven bits; nothing to be folded on the way."""
    raw = pack(MessageFactory(**facts)).raw

    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
    assert not re.search(rb"[ \t]\r\n", raw.partition(b"\r\n\r\n")[2])
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_files_travel_as_the_library_packs_them():
    letter = MessageFactory()
    for name, mimetype, content_ in [
        ("window.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nÉvry\r\n"),
        ("keys.lic", "application/octet-stream", "\x00\x01" * 500),
        ("Übersicht.pdf", "application/pdf", "%PDF"),
    ]:
        Attachment.objects.create(
            message=letter, filename=name, mimetype=mimetype, content=content_.encode()
        )

    assert parts(pack(letter).raw) == parts(by_the_library(letter))


def test_a_letter_of_nothing_but_a_file():
    letter = MessageFactory(text="", html="")
    Attachment.objects.create(
        message=letter, filename="a.pdf", mimetype="application/pdf", content=b"%PDF"
    )

    assert parts(pack(letter).raw) == parts(by_the_library(letter))


def test_every_copy_is_the_first_one_byte_by_byte():
    letter = MessageFactory()

    assert pack(letter).raw == pack(letter).raw
    assert letter.pk.hex.encode() in pack(letter).raw


@pytest.mark.parametrize(
    "facts",
    [
        {"subject": "one\nBcc: all@evil.example"},
        {"references": "<a@b>\r\nBcc: all@evil.example"},
        {"recipient_name": "Jonas\nBcc: all@evil.example"},
        {"recipient": "jonas@acme.example\nBcc: all@evil.example"},
    ],
)
def test_a_header_that_could_start_another_is_never_written(facts):
    letter = MessageFactory.build(**facts)
    letter.files = []

    with pytest.raises(ValueError, match="(?i)newlines|invalid address|linefeed"):
        pack(letter)


@pytest.mark.parametrize(
    "address",
    ["Jonas Weber <jonas@acme.example>", "jonas@bücher.example", "jürgen@acme.example"],
)
def test_an_address_out_of_the_ordinary_is_spelled_for_the_line(address):
    assert _bare(address) == parseaddr(sanitize_address(address, "utf-8"))[1]
    assert _bare(address).isascii()


def test_a_name_with_marks_in_it_is_quoted():
    letter = MessageFactory(recipient_name='Weber, "Jo" Jonas', recipient="j@a.example")

    assert b'To: "Weber, \\"Jo\\" Jonas" <j@a.example>\r\n' in pack(letter).raw
