"""Before something sensitive: show once more that it is you [PE-05].

What was shown opens sensitive deeds for some hours in that browser session (the
setting `REAUTHENTICATION_HOURS`). Whoever must show something is led to the page for
it by django-allauth's middleware and comes back to what they wanted: a form without a
query in its address is sent again by itself, any other page is opened anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]

# Recovery codes alone are no second factor: they open when one of these is lost.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def sensitive(view: View) -> View:
    """Whoever has not shown password or second factor of late does so first [PE-05]."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded


def second_factor_if_enrolled(view: View) -> View:
    """Whoever has a second factor has shown it of late in this session [TC-24].

    Others pass: `{% second_factor_hint %}` on the page advises them to get one. Stands
    below the door: `@member`, then this.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_second_factor(request)
        return view(request, *args, **kwargs)

    return guarded


def require_second_factor(request: HttpRequest) -> None:
    """The same inside a view, where only some of its deeds are sensitive [PE-04].

    Call it after the question whether the person may at all, before anything changes.
    """
    if not has_second_factor(request) or _has_shown_it(request):
        return
    if request.method == "POST" and request.GET:
        words = _("Show your second factor first, then do it once more.")
        messages.info(request, words)
    raise ReauthenticationRequired


def has_second_factor(request: HttpRequest) -> bool:
    """Whether its reader has one; asked of the database once for a page."""
    if not hasattr(request, "has_second_factor"):
        found = get_adapter().is_mfa_enabled(request.user, FACTORS)
        request.has_second_factor = found
    return request.has_second_factor


def _has_shown_it(request: HttpRequest) -> bool:
    """At sign-in or since; the password does not count, for it may be stolen."""
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    shown = get_authentication_records(request, request.user)
    return any(one["method"] == "mfa" and one["at"] > oldest for one in shown)
