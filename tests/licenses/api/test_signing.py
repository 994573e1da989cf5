"""The published test vector of a signed answer, byte by byte."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licenses.api import signing

VECTOR = {
    "method": "POST",
    "target": "/v1/licenses/actions/validate-key",
    "host": "licenses.example.com",
    "date": "Mon, 01 Jan 2024 00:00:00 GMT",
    "body": b'{"meta":{"valid":true,"code":"VALID"}}',
    "key_id": "11111111-1111-4111-8111-111111111111",
    "private_key": Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
}
DIGEST = "sha-256=mq8WYEJB7YtRO3zWh6hvhB7EE0INAKcNiA2PmvRht7A="
SIGNATURE = (
    "Toj9i1U06//6+Ww4pqwad3IM53t9Fh/XGMwKbXcRa10T9bHcIqjvhXdWDETpDcwrt63Bv5dVvLx"
    "+ektib0VkBw=="
)


def test_the_published_vector():
    assert signing.headers_for(**VECTOR) == {
        "Date": VECTOR["date"],
        "Keygen-Date": VECTOR["date"],
        "Digest": DIGEST,
        "Keygen-Digest": DIGEST,
        "Keygen-Signature": (
            f'keyid="{VECTOR["key_id"]}", algorithm="ed25519", '
            f'signature="{SIGNATURE}", headers="(request-target) host date digest"'
        ),
    }


def test_an_empty_body_has_the_digest_of_nothing():
    headers = signing.headers_for(**VECTOR | {"body": b""})

    assert headers["Digest"] == "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
