"""Activation of a server without network: a request comes in, a file goes out."""

from __future__ import annotations

import hmac
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.models import Application
from companies.models import User
from licenses import keys
from licenses.actions import refusals, seats
from licenses.actions.files import FileWish, GivenFile, issue_machine_file, usual_end
from licenses.actions.keys import text_of
from licenses.models import IssuedFile, License, LicenseKey, Seat
from licenses.requests import ActivationRequest


@sensitive_variables()
@transaction.atomic
def activate_off_line(
    *, application: Application, wish: ActivationRequest, by: User, at: datetime
) -> GivenFile:
    """What an app without network asked for: its server takes a place, and gets a file.

    Asked again, the server keeps its place and gets a fresh file. Refused: a key that
    no license of the application has, another server than the one a key was made for,
    what `activate_server` refuses, and anybody but a contact or vendor staff.
    """
    license = _license_of(wish, application, by)
    refusals.refuse_strangers(by, license)
    if usual_end(license, at) <= at:
        raise ValidationError(
            _("The license has ended, and so has its grace. Have it renewed first.")
        )
    seat = _active_seat(license, wish.fingerprint) or seats.activate_server(
        license=license, server_id=wish.fingerprint, by=by, at=at
    )
    return issue_machine_file(
        seat=seat,
        wish=FileWish(
            key_text=wish.key,
            # Asked again: the first server may have begun the term just now.
            expires_at=usual_end(license, at),
            way=IssuedFile.Way.AIR_GAP,
        ),
        by=by,
        at=at,
    )


def _active_seat(license: License, server_id: str) -> Seat | None:
    """The seat of a server that has asked before; holds the license from here on."""
    seats.hold(license)
    return license.seats.active().on_server(server_id).first()


@sensitive_variables()
def _license_of(wish: ActivationRequest, application: Application, by: User) -> License:
    """The license that the request's key opens, its own or one made for a server."""
    mine = License.objects.visible_to(by)
    if license := mine.with_rules().by_key(wish.key).first():
        _refuse_other_application(license, application)
        return license
    if key := _server_key(wish.key, by):
        _refuse_other_application(key.license, application)
        if key.server_id != wish.fingerprint:
            raise ValidationError(
                _(
                    "The key in this request was made for the server %(server)s. "
                    "Generate a key for this one, and make the request again."
                ),
                params={"server": key.server},
            )
        return key.license
    raise ValidationError(
        _(
            "No license of %(app)s has the key in this request. Check the key in the "
            "app, and make the request again."
        ),
        params={"app": application},
    )


@sensitive_variables()
def _server_key(text: str, by: User) -> LicenseKey | None:
    """A key that was made for one server, told by its text and not by its name."""
    named = LicenseKey.objects.visible_to(by).speaking().with_license()
    for key in named.filter(fingerprint=keys.fingerprint(text)):
        theirs = keys.compact(text).encode()
        if hmac.compare_digest(text_of(key).encode(), theirs):
            return key
    return None


def _refuse_other_application(license: License, application: Application) -> None:
    if license.application != application:
        raise ValidationError(
            _("The key in this request belongs to another app: %(app)s, %(license)s."),
            params={"app": license.application, "license": license},
        )
