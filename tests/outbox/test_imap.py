"""The mailbox for returned mail, read from a real IMAP server."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from outbox import imap, returns, tasks
from outbox.models import AddressStanding, Message, ReturnedMail, Verdict
from outbox.return_address import return_address
from tests import arf, dsn
from tests.factories.outbox import MessageFactory
from tests.imap_server import ImapServer

pytestmark = pytest.mark.django_db

SPAM = b"From: someone@example.com\r\nSubject: Cheap watches\r\n\r\nBuy.\r\n"


@pytest.fixture(scope="module")
def process():
    with ImapServer() as running:
        yield running


@pytest.fixture
def server(process, settings):
    """An empty mailbox, and the settings that lead to it."""
    box = process.client()
    for folder in ("INBOX", imap.ASIDE):
        if box.select(folder)[0] == "OK":
            box.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            box.expunge()
    box.logout()
    settings.BOUNCE_ADDRESS = "bounces@steward.example"
    settings.BOUNCE_IMAP_URL = process.url
    return process


@pytest.fixture
def letter():
    return MessageFactory(created_at=timezone.now(), sent=True)


def crlf(raw):
    return raw.replace(b"\n", b"\r\n")


def bounce(letter, **facts):
    return crlf(dsn.report(return_address(letter.pk), **facts))


def read():
    tally = imap.read_mailbox(at=timezone.now())
    return tally.taken, tally.aside, tally.waiting


def test_a_bounce_is_noted_and_taken_out_of_the_box(server, letter):
    server.deliver(bounce(letter))

    assert read() == (1, 0, 0)

    letter.refresh_from_db()
    assert letter.state == Message.State.BOUNCED
    assert AddressStanding.objects.bounced().count() == 1
    assert server.folder("INBOX") == server.folder(imap.ASIDE) == []


def test_a_complaint_and_a_delay_are_understood(server, letter):
    server.deliver(bounce(letter, action="delayed", status="4.2.2", diagnostic=""))
    server.deliver(crlf(arf.complaint(mail_from=return_address(letter.pk))))

    assert read() == (2, 0, 0)

    verdicts = ReturnedMail.objects.order_by("verdict").values_list("verdict", flat=1)
    assert list(verdicts) == [Verdict.COMPLAINED, Verdict.DELAYED]
    letter.refresh_from_db()
    assert letter.state == Message.State.SENT


class Scattered:
    """Answers a search in two lines, as a server may, and in an order of its own."""

    def uid(self, command, criterion):
        return "OK", [b"12 3", b"40 12", None, b""]


def test_an_answer_in_several_lines_is_read_whole():
    assert imap._uids(Scattered()) == [b"3", b"12", b"40"]


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (SPAM, Verdict.UNSIGNED),
        (crlf(dsn.report("bounces@steward.example")), Verdict.UNSIGNED),
        (b"\x00\xff no mail at all", Verdict.UNSIGNED),
    ],
)
def test_what_is_not_understood_is_set_aside_whole(server, raw, verdict):
    server.deliver(raw)

    assert read() == (0, 1, 0)

    assert server.folder("INBOX") == []
    assert server.folder(imap.ASIDE) == [raw]
    assert ReturnedMail.objects.get().verdict == verdict


def test_an_auto_reply_is_set_aside(server, letter):
    server.deliver(crlf(dsn.auto_reply(return_address(letter.pk))))

    assert read() == (0, 1, 0)
    letter.refresh_from_db()
    assert letter.state == Message.State.SENT


def test_a_mail_that_breaks_us_holds_up_no_other(server, letter, monkeypatch):
    judge = returns._judge

    def broken(mail, *rest):
        if "watches" in str(mail["Subject"]):
            raise ZeroDivisionError
        return judge(mail, *rest)

    monkeypatch.setattr(returns, "_judge", broken)
    server.deliver(SPAM)
    server.deliver(bounce(letter))

    assert read() == (1, 1, 0)

    assert server.folder(imap.ASIDE) == [SPAM]
    assert ReturnedMail.objects.filter(verdict=Verdict.UNREADABLE).count() == 1


def test_who_is_killed_in_between_reads_it_again_and_notes_it_once(
    server, letter, monkeypatch
):
    """Between writing down what a mail says, and taking it out of the box."""
    take = returns.take

    def killed(raw, **facts):
        take(raw, **facts)
        raise SystemExit

    server.deliver(bounce(letter))
    server.deliver(SPAM)
    for _ in range(2):
        monkeypatch.setattr(returns, "take", killed)
        with pytest.raises(SystemExit):
            read()
        monkeypatch.setattr(returns, "take", take)
    assert len(server.folder("INBOX")) == 2

    assert read() == (1, 1, 0)

    assert letter.attempts.count() == 1
    assert ReturnedMail.objects.count() == 2
    assert server.folder("INBOX") == []
    assert server.folder(imap.ASIDE) == [SPAM]


def test_what_comes_too_early_stays_for_the_next_time(server):
    letter = MessageFactory(created_at=timezone.now(), held=True)
    server.deliver(bounce(letter))

    assert read() == (0, 0, 1)
    assert len(server.folder("INBOX")) == 1

    Message.objects.update(
        state="sent", lease=None, due_at=None, sent_at=timezone.now()
    )
    assert read() == (1, 0, 0)


def test_a_huge_mail_is_read_in_part_and_set_aside_whole(server):
    huge = SPAM + b"x" * 3_000_000
    server.deliver(huge)

    assert read() == (0, 1, 0)
    assert server.folder(imap.ASIDE) == [huge]


def test_a_full_box_is_read_in_rounds(server, monkeypatch):
    monkeypatch.setattr(imap, "MOST_MAILS", 2)
    for number in range(3):
        server.deliver(SPAM + b"%d" % number)

    assert [read(), read(), read()] == [(0, 2, 0), (0, 1, 0), (0, 0, 0)]


def test_the_same_mail_by_pipe_and_by_mailbox_counts_once(server, letter):
    returns.receive(bounce(letter), at=timezone.now())
    server.deliver(bounce(letter))

    assert read() == (1, 0, 0)
    assert letter.attempts.count() == 1


def test_the_clock_and_the_command_read_it(server, letter, capsys):
    server.deliver(bounce(letter))

    assert tasks.read_returns() == {"taken": 1, "aside": 0, "waiting": 0}
    server.deliver(SPAM)
    call_command("read_bounces")

    assert capsys.readouterr().out == "understood 0, set aside 1, for later 0\n"


def test_without_the_setting_nothing_is_read(settings):
    settings.BOUNCE_IMAP_URL = ""

    assert read() == (0, 0, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [("%20", "wrong"), ("/INBOX", "/Nowhere"), ("127.0.0.1:", "127.0.0.2:")],
)
def test_trouble_with_the_mailbox_is_said_and_loses_nothing(
    server, settings, letter, old, new
):
    server.deliver(bounce(letter))
    settings.BOUNCE_IMAP_URL = server.url.replace(old, new)

    with pytest.raises(imap.MailboxTroubleError):
        read()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounces")

    assert len(server.folder("INBOX")) == 1


@pytest.mark.parametrize(
    ("url", "is_fault"),
    [
        ("", False),
        ("imaps://bounces:secret@mail.example.com/INBOX", False),
        ("imap+tls://bounces%40example.com:s%2Fecret@mail.example.com:143", False),
        ("pop3://bounces:secret@mail.example.com", True),
        ("imaps://mail.example.com", True),
        ("imaps://bounces@mail.example.com", True),
        ("imaps://bounces:secret@mail.example.com:port", True),
        ("imaps://bounces:gehäim@mail.example.com", True),
    ],
)
def test_a_wrong_address_is_found_at_start(settings, url, is_fault):
    settings.BOUNCE_ADDRESS = "bounces@example.com"
    settings.BOUNCE_IMAP_URL = url

    found = [one.msg for one in run_checks() if one.id == "outbox.E005"]

    assert bool(found) is is_fault
    assert all(words.startswith("BOUNCE_IMAP_URL") for words in found)


def test_a_mailbox_that_no_letter_names_is_a_fault(settings):
    settings.BOUNCE_ADDRESS = ""
    settings.BOUNCE_IMAP_URL = "imaps://bounces:secret@mail.example.com"

    assert "BOUNCE_ADDRESS" in "".join(one.msg for one in run_checks())
