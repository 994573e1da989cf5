"""The raw limit of the licensing API: what one answer cannot do without.

No framework and no code of the portal: read one license by the digest of its key, write
the answer as JSON, sign it; for a file also encrypt, sign once more and insert one row.
Our endpoints are quoted as a ratio to these, measured in the same run.

    gunicorn bench._bare_licensing:application
"""

import base64
import hashlib
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SIGNER = Ed25519PrivateKey.generate()
SECRET = os.urandom(32)
LICENSE = (
    "SELECT l.id, l.number, l.ends_on, l.users, a.id, a.name FROM licenses_license l"
    " JOIN applications_environment e ON e.id = l.environment_id"
    " JOIN applications_application a ON a.id = e.application_id"
    " WHERE l.key_digest = %s"
)
SERVERS = "SELECT id, server_id FROM licenses_seat WHERE license_id = %s"
WRITTEN = "INSERT INTO bare_file (id, license_id, sha256) VALUES (%s, %s, %s)"
_local = threading.local()


def application(environ: dict[str, Any], start: Callable) -> Iterable[bytes]:
    """`/validate` and `/check-out`; the digest of the key is the body."""
    digest = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    found = _validated(digest)
    if environ["PATH_INFO"] == "/check-out":
        found = _checked_out(found)
    body = json.dumps(found, separators=(",", ":")).encode()
    start("200 OK", [*_signed(body), ("Content-Length", str(len(body)))])
    return [body]


def _validated(digest: str) -> dict[str, Any]:
    with _connection().cursor() as cursor:
        cursor.execute(LICENSE, [digest])
        pk, number, ends_on, users, product, name = cursor.fetchone()
        cursor.execute(SERVERS, [pk])
        servers = {str(row[0]): row[1] for row in cursor.fetchall()}
    facts = {"number": number, "expiry": ends_on.isoformat(), "maxUsers": users}
    return {
        "data": {"id": str(pk), "type": "licenses", "attributes": facts},
        "meta": {"valid": True, "code": "VALID", "ts": time.time()},
        "product": {"id": str(product), "name": name},
        "machines": servers,
    }


def _checked_out(found: dict[str, Any]) -> dict[str, Any]:
    raw = json.dumps(found, separators=(",", ":")).encode()
    iv = os.urandom(12)
    sealed = AESGCM(hashlib.sha256(SECRET).digest()).encrypt(iv, raw, None)
    encoded = ".".join(_b64(part) for part in (sealed[:-16], iv, sealed[-16:]))
    signature = _b64(SIGNER.sign(f"license/{encoded}".encode()))
    outer = json.dumps({"enc": encoded, "sig": signature}).encode()
    with _connection().cursor() as cursor:
        row = [
            str(uuid.uuid4()),
            found["data"]["id"],
            hashlib.sha256(outer).hexdigest(),
        ]
        cursor.execute(WRITTEN, row)
    return {"data": {"attributes": {"certificate": _b64(outer)}}}


def _signed(body: bytes) -> list[tuple[str, str]]:
    digest = _b64(hashlib.sha256(body).digest())
    signature = _b64(SIGNER.sign(f"digest: sha-256={digest}".encode()))
    return [
        ("Content-Type", "application/vnd.api+json"),
        ("Digest", f"sha-256={digest}"),
        ("Keygen-Signature", f'signature="{signature}"'),
    ]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _connection() -> Any:
    """One for each thread, kept."""
    if not hasattr(_local, "connection"):
        address = urlsplit(os.environ["DATABASE_URL"])
        folder, _, name = address.path.rpartition("/")
        _local.connection = psycopg2.connect(
            host=address.hostname or folder, port=address.port,
            user=address.username, password=address.password, dbname=name,
        )  # fmt: skip
        _local.connection.autocommit = True
    return _local.connection
