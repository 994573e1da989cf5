"""Tokens of the licensing API: made by staff, shown once, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps import records
from apps.models import Application
from companies.models import User
from companies.models.invitation import digest_of
from companies.verbs import Verb
from licenses.actions import refusals
from licenses.models import ApiToken, License

VERSION = "v3"
SHORT, LONG = 16, 32  # bytes
USE_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
@sensitive_variables()
def make_token(
    *,
    kind: str,
    name: str,
    by: User,
    at: datetime,
    application: Application | None = None,
    license: License | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again.

    Refused: anybody but vendor staff, an end that has passed, an app or a license that
    does not go with the kind.
    """
    refusals.refuse_customers(by)
    if expires_at and expires_at <= at:
        raise ValidationError({"expires_at": _("Choose a moment in the future.")})
    size = SHORT if kind == ApiToken.Kind.ACTIVATION else LONG
    text = f"{kind}-{secrets.token_hex(size)}{VERSION}"
    token = ApiToken(
        kind=kind,
        name=name.strip(),
        application=application,
        license=license,
        digest=digest_of(text),
        made_at=at,
        made_by=by,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save(force_insert=True)
    _record(token, Verb.TOKEN_MADE, by, at)
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: datetime) -> None:
    """Whoever shows the token from now on is nobody. Harmless when it was revoked."""
    refusals.refuse_customers(by)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        token.revoked_at = at
        _record(token, Verb.TOKEN_REVOKED, by, at)


def note_use(token: ApiToken, *, at: datetime) -> None:
    """When it was last used, to the hour: a busy token is not written at each call."""
    if token.last_used_at and at - token.last_used_at < USE_NOTED_EVERY:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def _record(token: ApiToken, verb: Verb, by: User, at: datetime) -> None:
    """Of an app, where the token is not for all of them."""
    application = token.application or (token.license and token.license.application)
    if application:
        records.record(application, verb, by=by, at=at, new=token.name)
