"""The mailbox for returned mail, read over TLS as every provider wants it."""

import pytest
from django.utils import timezone

from outbox import imap
from outbox.models import Message
from outbox.return_address import return_address
from tests import dsn
from tests.factories.outbox import MessageFactory
from tests.imap_server import ImapServer
from tests.tls import Authority, TlsFront, before_starttls

pytestmark = pytest.mark.django_db

WAYS = [("imaps", None), ("imap+tls", before_starttls)]
each_way = pytest.mark.parametrize(("scheme", "prelude"), WAYS, ids=["imaps", "tls"])


@pytest.fixture(scope="module")
def process():
    with ImapServer() as running:
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))


def lead_to(settings, process, front, scheme):
    settings.BOUNCE_ADDRESS = "bounces@steward.example"
    url = process.url.replace(f":{process.port}/", f":{front.port}/")
    settings.BOUNCE_IMAP_URL = url.replace("imap://", f"{scheme}://")


@each_way
def test_a_bounce_is_read_over_tls(
    process, authority, trusted, settings, scheme, prelude
):
    letter = MessageFactory(created_at=timezone.now(), sent=True)
    with TlsFront(authority.server("127.0.0.1"), process.port, prelude) as front:
        lead_to(settings, process, front, scheme)
        raw = dsn.report(return_address(letter.pk)).replace(b"\n", b"\r\n")
        process.deliver(raw)

        tally = imap.read_mailbox(at=timezone.now())

    assert (tally.taken, tally.aside) == (1, 0)
    letter.refresh_from_db()
    assert letter.state == Message.State.BOUNCED
    assert b"LOGIN" in front.heard


@each_way
def test_a_server_that_nobody_vouches_for_hears_no_password(
    process, authority, settings, scheme, prelude
):
    with TlsFront(authority.server("127.0.0.1"), process.port, prelude) as front:
        lead_to(settings, process, front, scheme)

        with pytest.raises(imap.MailboxTroubleError, match="certificate"):
            imap.read_mailbox(at=timezone.now())

    assert front.heard == b""


@each_way
def test_a_server_of_another_name_hears_no_password(
    process, authority, trusted, settings, scheme, prelude
):
    with TlsFront(authority.server("127.0.0.9"), process.port, prelude) as front:
        lead_to(settings, process, front, scheme)

        with pytest.raises(imap.MailboxTroubleError, match="127.0.0.1"):
            imap.read_mailbox(at=timezone.now())

    assert front.heard == b""


def test_a_server_without_tls_hears_no_password(process, settings):
    """Whoever sits in between may have taken STARTTLS out of its answer."""
    settings.BOUNCE_IMAP_URL = process.url.replace("imap://", "imap+tls://")

    with pytest.raises(imap.MailboxTroubleError, match="TLS"):
        imap.read_mailbox(at=timezone.now())
