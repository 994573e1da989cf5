"""How anybody checks a license file without us: the lines that the portal shows.

They are shown as they are run: a test takes them off the page and runs them.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILE = "license.lic"
# Each line of the shell stands in two pieces here, because it is a long one.
OPENSSL = (
    "sed /-----/d license.lic | openssl base64 -d"
    r""" | sed 's/.*"enc":"\([^"]*\)".*/license\/\1/' | tr -d '\n' > signed.txt"""
    "\n"
    "sed /-----/d license.lic | openssl base64 -d"
    r""" | sed 's/.*"sig":"\([^"]*\)".*/\1/' | openssl base64 -d -A > signature"""
    "\n"
    "openssl pkeyutl -verify -pubin -inkey PEM -rawin"
    " -in signed.txt -sigfile signature"
)
PYTHON = """\
import base64, json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

file = json.loads(base64.b64decode(open("license.lic").read().split("-----")[2]))
key = Ed25519PublicKey.from_public_bytes(bytes.fromhex("DIGITS"))
key.verify(base64.b64decode(file["sig"]), f"license/{file['enc']}".encode())
"""


def pem_of(public_key: str) -> str:
    """The public half as OpenSSL and most libraries read it."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def pem_name(public_key: str) -> str:
    return f"public-key-{public_key[:8]}.pem"


def openssl_lines(public_key: str) -> str:
    """Three lines for a shell; they need OpenSSL 3.0 or newer, and sed."""
    return OPENSSL.replace("PEM", pem_name(public_key))


def python_lines(public_key: str) -> str:
    """Three lines below the imports; they need the package cryptography."""
    return PYTHON.replace("DIGITS", public_key)
