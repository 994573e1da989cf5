"""Puts a stored letter into its envelope: addresses, headers, bodies, attachments.

Everything comes from the row, so a second copy of a letter is the first one again,
down to its Date and Message-ID.
"""

import re
from dataclasses import dataclass
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from outbox import wire
from outbox.models import Message, sending_domain
from outbox.return_address import return_address

MARKER = "X-Steward-Delivery"
ONE_CLICK = "List-Unsubscribe=One-Click"
# An address and a name that go into a header as they stand, as nearly all do.
PLAIN_ADDRESS = re.compile(r"[\w+=-]+(\.[\w+=-]+)*@[\w-]+(\.[\w-]+)*", re.ASCII)
PLAIN_NAME = re.compile(r"[!-~]([ -~]{0,48}[!-~])?")
AUTO_SUBMITTED = {
    Message.Kind.NOTICE: "auto-generated",
    Message.Kind.RECEIPT: "auto-replied",
}


@dataclass(frozen=True)
class Parcel:
    """A letter ready for the line: the envelope's two addresses and the bytes."""

    email: EmailMultiAlternatives
    sender: str
    recipient: str
    raw: bytes


def pack(message: Message) -> Parcel:
    """The letter as it leaves; raises when the row cannot become a letter."""
    email = email_for(message)
    return Parcel(
        email=email,
        sender=_bare(return_address(message.pk) or email.from_email),
        recipient=_bare(message.recipient),
        raw=wire.as_bytes(email, message.pk.hex),
    )


def email_for(message: Message) -> EmailMultiAlternatives:
    """The letter as the mail library wants it."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[_named(message.recipient_name, message.recipient)],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers_for(message),
    )
    email.encoding = wire.SEVEN_BITS
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for attachment in message.files:
        email.attach(
            attachment.filename, bytes(attachment.content), attachment.mimetype
        )
    return email


def headers_for(message: Message) -> dict[str, str]:
    """Identity, conversation and the marks that keep machines from answering."""
    headers = {
        "Message-ID": message.message_id,
        "Date": format_datetime(message.created_at),
        MARKER: message.pk.hex,
    }
    if message.references:
        headers["In-Reply-To"] = message.in_reply_to
        headers["References"] = message.references
    if message.kind in AUTO_SUBMITTED:
        headers["Auto-Submitted"] = AUTO_SUBMITTED[message.kind]
        headers["X-Auto-Response-Suppress"] = "All"
        headers["Precedence"] = "bulk"
    return headers | _list_headers(message)


def _named(name: str, address: str) -> str:
    if PLAIN_ADDRESS.fullmatch(address) and PLAIN_NAME.fullmatch(name):
        return formataddr((name, address))
    return sanitize_address((name, address), "utf-8")


def _bare(address: str) -> str:
    """The address alone, its domain in the letters DNS knows."""
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    return _parsed(address)


@lru_cache(maxsize=64)
def _parsed(address: str) -> str:
    """Our own address, with its name, comes here for every letter."""
    return parseaddr(sanitize_address(address, "utf-8"))[1]


def _list_headers(message: Message) -> dict[str, str]:
    """One list per topic, for readers to sort by it (RFC 2919) and to leave it.

    Leaving is one click in the mail program (RFC 8058), which sends a POST; where a
    topic cannot be switched off there is nothing to click. A letter without a topic,
    such as a link to a new password, is on no list.
    """
    if not message.topic:
        return {}
    name = f"{message.topic}.notices.{sending_domain()}"
    headers = {"List-Id": f"{settings.VENDOR_NAME} <{name}>"}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = ONE_CLICK
    return headers
