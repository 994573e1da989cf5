"""A device that makes passkeys and signs with them, in place of a browser."""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT, VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV
ORIGIN = "https://portal.example"


class Device:
    """One passkey: `make` answers a page that adds it, `sign` one that asks for it."""

    def __init__(self, origin=ORIGIN, flags=PRESENT | VERIFIED):
        self.origin, self.flags = origin, flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = secrets.token_bytes(16)
        self.owner = ""

    def make(self, options):
        options = json.loads(options)
        self.owner = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        facts = AttestedCredentialData.create(Aaguid.NONE, self.name, public)
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(
            digest(options["rp"]["id"]), flags, 0, bytes(facts)
        )
        said = self._said(CollectedClientData.TYPE.CREATE, options)
        return self._told(
            clientDataJSON=said,
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def sign(self, options):
        options = json.loads(options) if isinstance(options, str) else options
        data = AuthenticatorData.create(digest(options["rpId"]), self.flags, 1)
        said = self._said(CollectedClientData.TYPE.GET, options)
        signature = self.key.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        return self._told(
            clientDataJSON=said,
            authenticatorData=data,
            signature=signature,
            userHandle=websafe_decode(self.owner),
        )

    def _said(self, kind, options):
        return CollectedClientData.create(kind, options["challenge"], self.origin)

    def _told(self, **response):
        name = websafe_encode(self.name)
        texts = {key: websafe_encode(bytes(value)) for key, value in response.items()}
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": texts,
            }
        )


def digest(domain):
    return hashlib.sha256(domain.encode()).digest()
