"""`manage.py receive_bounce` at the end of a mail server's pipe."""

import io
import os
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from outbox import returns
from outbox.management.commands import receive_bounce
from outbox.models import AddressStanding
from outbox.return_address import return_address
from tests import dsn
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@steward.example"


@pytest.fixture
def letter():
    return MessageFactory(created_at=timezone.now(), sent=True)


@pytest.fixture
def pipe(monkeypatch):
    def _pipe(raw):
        stdin = SimpleNamespace(buffer=io.BytesIO(raw))
        monkeypatch.setattr(receive_bounce.sys, "stdin", stdin)
        return stdin.buffer

    return _pipe


def test_a_bounce_is_noted(letter, pipe, capsys):
    pipe(dsn.report(return_address(letter.pk)))

    call_command("receive_bounce")

    assert capsys.readouterr().out == "the letter came back\n"
    assert AddressStanding.objects.bounced().count() == 1


def test_the_servers_word_for_the_recipient_is_taken(letter, pipe):
    pipe(dsn.report("postmaster@steward.example"))

    call_command("receive_bounce", recipient=return_address(letter.pk))

    letter.refresh_from_db()
    assert letter.state == "bounced"


def test_anything_else_is_taken_and_forgotten(letter, pipe, capsys):
    pipe(dsn.report("bounces@steward.example"))

    call_command("receive_bounce")

    assert capsys.readouterr().out == "not addressed to a letter of ours\n"
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_no_mail_at_all_is_refused(pipe):
    pipe(b" \n")

    with pytest.raises(CommandError) as refusal:
        call_command("receive_bounce")

    assert refusal.value.returncode == os.EX_DATAERR


def test_a_huge_mail_is_read_to_its_end_and_judged_by_its_beginning(letter, pipe):
    buffer = pipe(dsn.report(return_address(letter.pk)) + b"x" * 5_000_000)

    call_command("receive_bounce")

    letter.refresh_from_db()
    assert letter.state == "bounced"
    assert buffer.read() == b""


@pytest.mark.parametrize("trouble", [DatabaseError("away"), KeyError("Status")])
def test_whatever_goes_wrong_the_server_keeps_the_mail(pipe, monkeypatch, trouble):
    """Also what nobody has foreseen: it is tried again, not sent back to its sender."""

    def broken(*_args, **_facts):
        raise trouble

    pipe(b"To: x@steward.example\n\n")
    monkeypatch.setattr(returns, "receive", broken)

    with pytest.raises(CommandError) as words:
        call_command("receive_bounce")

    assert words.value.returncode == os.EX_TEMPFAIL


def test_a_letter_on_its_way_out_lets_the_server_keep_the_mail(pipe):
    letter = MessageFactory(held=True)
    pipe(dsn.report(return_address(letter.pk)))

    with pytest.raises(CommandError) as wait:
        call_command("receive_bounce")

    assert wait.value.returncode == os.EX_TEMPFAIL
