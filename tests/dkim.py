"""Checks the signature of a letter as a receiving server does (RFC 6376, section 6).

Written from the RFC and without a line of ours; `tests/outbox/test_dkim.py` holds it
against the signed example that RFC 8463 publishes.
"""

import hashlib
import re
from base64 import b64decode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key


def verify(raw, dnsfunc):
    """True if the first signature holds; `dnsfunc(name)` gives the TXT record."""
    head, _, body = raw.partition(b"\r\n\r\n")
    headers = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            headers[-1] += b"\r\n" + line
        else:
            headers.append(line)
    stamp = next(h for h in headers if h.lower().startswith(b"dkim-signature:"))
    tags = _tags(stamp.split(b":", 1)[1].decode())
    assert (tags["v"], tags["a"], tags["c"]) == (
        "1",
        "rsa-sha256",
        "relaxed/relaxed",
    )
    digest = hashlib.sha256(_body(body)).digest()
    if digest != b64decode(tags["bh"]):
        return False
    left = [h for h in headers if h is not stamp]
    said = b""
    for name in tags["h"].split(":"):
        for place in range(len(left) - 1, -1, -1):
            if left[place].split(b":")[0].strip().lower() == name.lower().encode():
                said += _header(left.pop(place)) + b"\r\n"
                break
    said += _header(re.sub(rb"(b=)[A-Za-z0-9+/=\s]+$", rb"\1", stamp))
    record = _tags(dnsfunc(f"{tags['s']}._domainkey.{tags['d']}"))
    key = load_der_public_key(b64decode(record["p"]))
    try:
        key.verify(b64decode(tags["b"]), said, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def signed_headers(raw):
    """The names that the signature covers, in small letters."""
    found = re.search(rb"^DKIM-Signature:(?:[^\r]|\r\n[ \t])*", raw)
    return _tags(found[0].decode().split(":", 1)[1])["h"].lower().split(":")


def _tags(text):
    pairs = [pair.split("=", 1) for pair in text.split(";") if "=" in pair]
    return {name.strip(): re.sub(r"\s+", "", value) for name, value in pairs}


def _header(line):
    name, value = line.split(b":", 1)
    return name.strip().lower() + b":" + b" ".join(value.split())


def _body(body):
    lines = [
        re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")
    ]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
