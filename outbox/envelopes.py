"""Puts a stored letter into its envelope: addresses, headers, bodies, attachments.

Everything comes from the row, so a second copy of a letter is the first one again,
down to its Date and Message-ID.
"""

from dataclasses import dataclass
from email.charset import QP, SHORTEST, Charset
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from outbox import wire
from outbox.models import Message, sending_domain
from outbox.return_address import return_address

MARKER = "X-Steward-Delivery"
ONE_CLICK = "List-Unsubscribe=One-Click"
# Seven bits, so that no server on the way has to change a letter, which would break its
# signature.
SEVEN_BITS = Charset("utf-8")
SEVEN_BITS.header_encoding, SEVEN_BITS.body_encoding = SHORTEST, QP
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
        raw=wire.as_bytes(email.message(), message.pk.hex),
    )


def email_for(message: Message) -> EmailMultiAlternatives:
    """The letter as the mail library wants it."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[sanitize_address((message.recipient_name, message.recipient), "utf-8")],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers_for(message),
    )
    email.encoding = SEVEN_BITS
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for attachment in message.attachments.all():
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


def _bare(address: str) -> str:
    """The address alone, its domain in the letters DNS knows."""
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
