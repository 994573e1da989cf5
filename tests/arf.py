"""Complaints as mail providers write them (RFC 5965), for tests."""


def complaint(
    to="abuse@steward.example",
    *,
    kind="abuse",
    mail_from="",
    return_path="",
    part="message/rfc822",
):
    """The bytes of one; the signed address may stand in three places."""
    fields = f"Feedback-Type: {kind}\nUser-Agent: Example-Loop/1.0\nVersion: 1\n"
    if mail_from:
        fields += f"Original-Mail-From: <{mail_from}>\n"
    path = f"Return-Path: <{return_path}>\n" if return_path else ""
    return (
        f"From: Feedback <feedback@mail.example>\n"
        f"To: {to}\n"
        f"Subject: FW: Two licenses end\n"
        f"MIME-Version: 1.0\n"
        f"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n"
        f"\n--b\nContent-Type: text/plain\n\nThis is an abuse report.\n"
        f"\n--b\nContent-Type: message/feedback-report\n\n{fields}"
        f"\n--b\nContent-Type: {part}\n\n"
        f"{path}Subject: Two licenses end\nFrom: support@aldwick.example\n\nHello.\n"
        f"\n--b--\n"
    ).encode()
