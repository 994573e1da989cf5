"""The bytes that travel are those the library would make, boundary aside."""

import re
from email.errors import HeaderParseError

import pytest

from outbox import wire
from outbox.envelopes import email_for, pack
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
}


def lines(raw):
    """Without boundaries, which are neither the same nor as long."""
    raw = raw.replace(b";\r\n boundary=", b"; boundary=")
    found = re.findall(rb'boundary="([^"]+)"', raw)
    for number, boundary in enumerate(found):
        raw = raw.replace(boundary, b"boundary%d" % number)
    return raw.splitlines(keepends=True)


@pytest.mark.parametrize("facts", LETTERS.values(), ids=LETTERS)
def test_a_letter_is_what_the_library_makes_of_it(facts):
    letter = MessageFactory(**facts)
    raw = email_for(letter).message().as_bytes(linesep="\r\n")

    assert lines(pack(letter).raw) == lines(raw)


def test_files_travel_as_the_library_packs_them():
    letter = MessageFactory()
    for name, mimetype, content in [
        ("window.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nÉvry\r\n"),
        ("keys.lic", "application/octet-stream", "\x00\x01" * 500),
        ("Übersicht.pdf", "application/pdf", "%PDF"),
    ]:
        Attachment.objects.create(
            message=letter, filename=name, mimetype=mimetype, content=content.encode()
        )
    raw = email_for(letter).message().as_bytes(linesep="\r\n")

    assert lines(pack(letter).raw) == lines(raw)


def test_every_copy_is_the_first_one_byte_by_byte():
    letter = MessageFactory()

    assert pack(letter).raw == pack(letter).raw
    assert letter.pk.hex.encode() in pack(letter).raw


def test_a_header_that_could_start_another_is_never_written():
    mail = email_for(MessageFactory()).message()
    mail._headers.append(("X-Poison", "one\nBcc: all@evil.example"))

    with pytest.raises(HeaderParseError, match="embedded header"):
        wire.as_bytes(mail, "identity")
