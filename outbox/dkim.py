"""The signature by which receivers know that a letter is ours (RFC 6376).

Only for those whose mail server does not sign: with a domain, a selector and a private
key in the settings, every letter is signed here as it leaves. The published libraries
for this rest since 2024 and come as source only; a signature is two canonical forms
and one call of the cryptography library, which is here anyway.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.checks import Error

# What gives a letter its meaning, if it is there. RFC 8058 wants the last two.
SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
FEWEST_BITS = 1024  # RFC 8301; 2048 is what to make today
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")
SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
LINE = 72


class UnusableKeyError(ValueError):
    """The settings name no key that can sign."""


def is_on() -> bool:
    """Whether anything at all is set; then everything has to be."""
    return any((settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, settings.DKIM_KEY))


def signed(raw: bytes) -> bytes:
    """The letter with its signature in front, or as it is where nobody wants one."""
    return _signature(raw) + raw if is_on() else raw


def check_signing(**_kwargs: object) -> list[Error]:
    """At start: a key that cannot sign must not be found out by the first letter."""
    if not is_on():
        return []
    found = []
    if not DOMAIN.fullmatch(settings.DKIM_DOMAIN):
        found.append("DKIM_DOMAIN is a domain, such as example.com.")
    if not SELECTOR.fullmatch(settings.DKIM_SELECTOR):
        found.append("DKIM_SELECTOR is the name of the key in the DNS, such as mail.")
    try:
        _key(settings.DKIM_KEY)
    except UnusableKeyError as trouble:
        found.append(f"DKIM_KEY: {trouble}")
    return [Error(words, id="outbox.E003") for words in found]


@lru_cache(maxsize=1)
def _key(setting: str) -> RSAPrivateKey:
    """From the PEM itself or from the file it is in; read once."""
    try:
        is_pem = setting.lstrip().startswith("-----BEGIN")
        pem = (
            setting.replace("\\n", "\n").encode()
            if is_pem
            else Path(setting).read_bytes()
        )
        key = load_pem_private_key(pem, password=None)
    except OSError as trouble:
        words = f"the file cannot be read ({trouble.strerror})"
        raise UnusableKeyError(words) from trouble
    except (ValueError, TypeError) as trouble:
        raise UnusableKeyError(
            "this is no private key in PEM without a password"
        ) from trouble
    if not isinstance(key, RSAPrivateKey) or key.key_size < FEWEST_BITS:
        raise UnusableKeyError(f"an RSA key of {FEWEST_BITS} bits or more is needed")
    return key


def _signature(raw: bytes) -> bytes:
    """The header that says: this was sent for our domain, and is as it was."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = _fields(head)
    chosen = [name for name in SIGNED if name.lower().encode() in fields]
    # From is named twice: a second one that somebody adds breaks the signature.
    names = ":".join([*chosen, "From"])
    body_hash = b64encode(sha256(_relaxed_body(body)).digest()).decode()
    unsigned = (
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
        f" d={settings.DKIM_DOMAIN}; s={settings.DKIM_SELECTOR};\r\n"
        f" h={_folded(names, ':')};\r\n"
        f" bh={body_hash};\r\n"
        " b="
    ).encode()
    lines = [fields[name.lower().encode()] for name in chosen]
    lines.append(_relaxed_header(unsigned).rstrip(b"\r\n"))
    stamp = _key(settings.DKIM_KEY).sign(b"".join(lines), PKCS1v15(), hashes.SHA256())
    return unsigned + _folded(b64encode(stamp).decode(), "").encode() + b"\r\n"


def _fields(head: bytes) -> dict[bytes, bytes]:
    """Every header by its name in small letters, in the canonical form.

    Of several with one name the last counts, as the RFC wants; we write none twice.
    """
    lines = re.split(rb"\r\n(?![ \t])", head)
    return {
        line.partition(b":")[0].strip().lower(): _relaxed_header(line) for line in lines
    }


def _relaxed_header(line: bytes) -> bytes:
    """RFC 6376, 3.4.2: unfolded, the name small, one space where there were several."""
    name, _, value = line.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t")
    return name.strip(b" \t").lower() + b":" + value + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4: single spaces, none at line ends, no empty lines at the end."""
    body = re.sub(rb"[ \t]+", b" ", body)
    body = re.sub(rb" (?=\r\n|\Z)", b"", body)
    body = re.sub(rb"(?:\r\n)+\Z", b"", body)
    return body + b"\r\n" if body else b""


def _folded(value: str, after: str) -> str:
    """On lines of a mail's width, broken after a mark or, without one, anywhere."""
    pieces = [piece + after for piece in value.split(after)] if after else list(value)
    lines = [""]
    for piece in pieces:
        if len(lines[-1]) + len(piece) > LINE:
            lines.append("")
        lines[-1] += piece
    return "\r\n ".join(lines).removesuffix(after) if after else "\r\n ".join(lines)
