"""Delivery reports as mail servers write them (RFC 3464), for tests."""

from email.message import EmailMessage

GONE = "550 5.1.1 <jonas@acme.example>: no such person"


def report(
    to, *, action="failed", status="5.1.1", diagnostic=f"smtp; {GONE}", about="jonas"
):
    """The bytes of one report, addressed to the letter's envelope sender."""
    fields = {
        "Final-Recipient": f"rfc822; {about}@acme.example",
        "Action": action,
        "Status": status,
        "Diagnostic-Code": diagnostic,
    }
    block = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return raw(to, f"Reporting-MTA: dns; mx.acme.example\n\n{block}")


def raw(to, status_part, *, kind="message/delivery-status", encoding=""):
    """The same around any text of the part that counts."""
    encoded = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>\n"
        f"To: {to}\n"
        f"Subject: Undelivered Mail Returned to Sender\n"
        f"MIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
        f"\n--b\nContent-Type: text/plain; charset=utf-8\n\nSorry.\n"
        f"\n--b\nContent-Type: {kind}\n{encoded}\n{status_part}"
        f"\n--b\nContent-Type: message/rfc822\n\nSubject: Your license ends\n\nHello.\n"
        f"\n--b--\n"
    ).encode("utf-8", "surrogateescape")


def auto_reply(to):
    """What a person on holiday answers to whatever comes."""
    mail = EmailMessage()
    mail["From"] = "jonas@acme.example"
    mail["To"] = to
    mail["Subject"] = "Out of office"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("Failed to read your mail: 5.1.1. Back on Monday.")
    return mail.as_bytes()
