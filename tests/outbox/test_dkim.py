"""Letters signed for our domain, as a receiving server checks them."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.checks import run_checks
from django.utils import timezone

from outbox import delivery, dkim
from outbox.models import Attachment, Lane, Message
from tests import dkim as receiver
from tests.factories.outbox import MessageFactory
from tests.smtp import SmtpServer

pytestmark = pytest.mark.django_db

# RFC 8463, appendix A: signed by its authors, with the key of RFC 6376.
EXAMPLE = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    b" d=football.example.com; i=@football.example.com;\r\n"
    b" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    b" date : message-id : from : subject : date;\r\n"
    b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    b" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    b" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
    b"From: Joe SixPack <joe@football.example.com>\r\n"
    b"To: Suzie Q <suzie@shopping.example.net>\r\n"
    b"Subject: Is dinner ready?\r\n"
    b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    b"\r\n"
    b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
)
EXAMPLE_KEY = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
    "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
    "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
    "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)


def pem_of(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def dns(key):
    """What the vendor has published."""
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    records = {
        "mail._domainkey.aldwick.example": f"v=DKIM1; p={b64encode(der).decode()}"
    }
    return records.__getitem__


@pytest.fixture
def _signing(settings, key):
    settings.DKIM_DOMAIN = "aldwick.example"
    settings.DKIM_SELECTOR = "mail"
    settings.DKIM_KEY = pem_of(key)


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


def received(server):
    delivery.deliver(clock=timezone.now)
    [arrival] = server.arrivals
    # The server of the tests hands the lines over as they came.
    return arrival.raw


def test_the_receiver_of_these_tests_knows_a_good_signature_from_a_bad_one():
    assert receiver.verify(EXAMPLE, lambda _name: EXAMPLE_KEY)
    for old, new in [(b"lost", b"won"), (b"dinner", b"lunch"), (b"Suzie", b"Susan")]:
        assert not receiver.verify(EXAMPLE.replace(old, new), lambda _: EXAMPLE_KEY)


@pytest.mark.usefixtures("_signing")
def test_what_arrives_is_signed_and_as_it_was(server, dns):
    """RFC 6376, over what a real server received; RFC 8058 for the list's headers."""
    letter = MessageFactory(
        subject="Änderung für „Depot“: " + "zwei Lizenzen enden, " * 6,
        recipient_name="Tomás Łukaszewicz",
        text="Grüße \n.\n..\nzwei  Lizenzen   enden\n\n\n",
        html="<!doctype html><p>" + "Grüße, „Depot“. " * 100 + "</p>\n",
        topic="license",
        unsubscribe_url="https://portal.example/unsubscribe/" + "x" * 180 + "/",
        references="<a@aldwick.example> " * 12 + "<b@aldwick.example>",
        reply_to="support@aldwick.example",
    )
    Attachment.objects.create(
        message=letter,
        filename="window.ics",
        mimetype="text/calendar; method=REQUEST",
        content=b"BEGIN:VCALENDAR\r\nSUMMARY:Caf\xc3\xa9\r\nEND:VCALENDAR\r\n",
    )

    raw = received(server)

    assert receiver.verify(raw, dns)
    covered = receiver.signed_headers(raw)
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "to", "subject"} < set(
        covered
    )
    assert {"date", "message-id", "references", "content-type"} < set(covered)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.usefixtures("_signing")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Two licenses end", b"Two licenses start"),
        (b"List-Unsubscribe: <https://p", b"List-Unsubscribe: <https://q"),
        (b"\r\nFrom:", b"\r\nFrom: Mallory <m@example.com>\r\nFrom:"),
    ],
)
def test_what_was_changed_on_the_way_is_found_out(server, dns, old, new):
    MessageFactory(topic="license", unsubscribe_url="https://portal.example/u/x/")

    raw = received(server)

    assert old in raw
    assert receiver.verify(raw, dns)
    assert not receiver.verify(raw.replace(old, new), dns)


def test_without_the_settings_nothing_is_signed(server):
    MessageFactory()

    assert b"DKIM-Signature" not in received(server)


@pytest.mark.usefixtures("_signing")
@pytest.mark.parametrize("text", ["", "\n\n", "one", " \n a \n"])
def test_bodies_of_every_ending(dns, text):
    raw = b"From: a@aldwick.example\r\n\r\n" + text.replace("\n", "\r\n").encode()

    assert receiver.verify(dkim.signed(raw), dns)


def faults():
    return [one.msg for one in run_checks() if one.id == "outbox.E003"]


def test_the_key_may_be_in_a_file(settings, key, dns, tmp_path):
    path = tmp_path / "dkim.pem"
    path.write_text(pem_of(key))
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR = "aldwick.example", "mail"
    settings.DKIM_KEY = str(path)

    assert faults() == []
    assert receiver.verify(dkim.signed(b"From: a@b.example\r\n\r\nHello\r\n"), dns)


def test_the_key_may_be_one_line_of_an_environment_file(settings, key):
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR = "aldwick.example", "mail"
    settings.DKIM_KEY = pem_of(key).replace("\n", "\\n")

    assert faults() == []


def test_nothing_set_is_no_fault():
    assert faults() == []


@pytest.mark.usefixtures("_signing")
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DKIM_DOMAIN", ""),
        ("DKIM_DOMAIN", "https://aldwick.example"),
        ("DKIM_SELECTOR", ""),
        ("DKIM_SELECTOR", "mail; d=other.example"),
        ("DKIM_KEY", ""),
        ("DKIM_KEY", "/nowhere/dkim.pem"),
        ("DKIM_KEY", "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"),
        ("DKIM_KEY", pem_of(ec.generate_private_key(ec.SECP256R1()))),
    ],
)
def test_a_fault_is_found_at_start_and_named(settings, setting, value):
    setattr(settings, setting, value)

    [words] = faults()
    assert words.startswith(setting)


@pytest.mark.usefixtures("_signing")
def test_a_key_that_is_lost_later_costs_no_letter(server, settings):
    """It is the way out that is in trouble, not the letter."""
    settings.DKIM_KEY = "/nowhere/dkim.pem"
    letter = MessageFactory()

    report = delivery.deliver(clock=timezone.now)

    letter.refresh_from_db()
    assert letter.state == Message.State.WAITING
    assert letter.tries == 0
    assert "DKIM_KEY" in report.trouble
    assert "DKIM_KEY" in Lane.objects.get().words
    assert server.arrivals == []
