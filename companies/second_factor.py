"""The second factor: an app's codes or a passkey, and codes for the drawer.

django-allauth keeps and checks them; what they are called, how their secrets lie in
the database and how they stand is said here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from companies import passkeys, vault
from companies.models import User
from companies.sessions import Device

FEW_CODES = 3
PURPOSE = "second factor"


@dataclass(frozen=True)
class SecondFactor:
    """How it stands for one person: by what, since when, how many codes are left."""

    app_since: datetime | None
    passkeys: int
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.app_since is not None or self.passkeys > 0

    @property
    def needs_codes(self) -> bool:
        return self.is_on and self.codes_left < FEW_CODES


def second_factor_of(person: User) -> SecondFactor:
    """In one query, for all kinds are rows of the same table."""
    found = list(Authenticator.objects.filter(user=person))
    rows = {row.type: row for row in found}
    app = rows.get(Authenticator.Type.TOTP)
    codes = rows.get(Authenticator.Type.RECOVERY_CODES)
    return SecondFactor(
        app_since=app.created_at if app else None,
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in found),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """django-allauth asks here what a second factor is called and how it is kept."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or was used before. Wait for the next one."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes go with a second factor. Switch it on first."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def get_totp_issuer(self) -> str:
        return settings.VENDOR_NAME

    def build_totp_svg(self, url: str) -> str:
        """Nothing: the page draws the code itself, from the form's `qr`."""
        return ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the public address, whatever a request says of itself."""
        return {"id": passkeys.domain(), "name": settings.VENDOR_NAME}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """The first guess: where it is being made."""
        agent = context.request.META.get("HTTP_USER_AGENT", "")
        return str(Device.of(agent))

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SIGNING_MASTER_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Also what was encrypted under the master key before this one."""
        ciphers = MultiFernet([_cipher(master) for master in vault.masters()])
        return ciphers.decrypt(encrypted_text.encode()).decode()


def resealed(text: str) -> str:
    """The same secret under today's master key; unchanged where it is that already.

    Raises InvalidToken where no master key we know opens it.
    """
    try:
        _cipher(settings.SIGNING_MASTER_KEY).decrypt(text.encode())
    except InvalidToken:
        adapter = SecondFactorAdapter()
        return adapter.encrypt(adapter.decrypt(text))
    return text


def _cipher(master: str) -> Fernet:
    """The vault's key for this, in a cipher that needs no row.

    django-allauth hands over a text, before its row is there and without saying whose
    it is: there is nothing that `vault.seal` could bind it to.
    """
    return Fernet(base64.urlsafe_b64encode(vault.derived(master, PURPOSE)))
