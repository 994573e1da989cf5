"""From the sign-in page to the company's provider, and back [CO-17]."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from requests import RequestException

from companies import leading, provider, sign_on
from companies.access import member, public
from companies.models import SignOn, User

View = Callable[..., HttpResponse]
LONGEST_ADDRESS = 254


def led_by_address(view: View, field: str) -> View:
    """A typed address at a domain with single sign-on leads to its provider.

    It does so whether or not anybody has the address, so the page tells nobody who has
    an account. Who belongs elsewhere goes on with `?with=password`; there the account
    itself decides, in the words that everybody gets.
    """

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.POST.get(field, "").strip()[:LONGEST_ADDRESS]
        if address and request.GET.get("with") != "password":
            row = leading.leading(address)
            if row:
                return leading.lead_on(request, row, address)
        return view(request, *args, **kwargs)

    return led


def not_when_bound(view: View) -> View:
    """Who signs in through the company has no password here to choose or change."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = _person_of(request, kwargs)
        row = leading.binding(person) if person else None
        if row is None:
            return view(request, *args, **kwargs)
        return render(request, "account/sign_on_instead.html", {"sign_on": row})

    return guarded


def _person_of(request: HttpRequest, named: dict[str, Any]) -> User | None:
    if request.user.is_authenticated:
        return request.user
    return leading.person_named(named.get("uidb36", ""))


login = public("the way in")(led_by_address(views.login, "login"))
signup = public("registration")(led_by_address(views.signup, "email"))
request_login_code = public("signing in without a password")(
    led_by_address(views.request_login_code, "email")
)
password_reset = public("whoever forgot the password")(
    led_by_address(views.password_reset, "email")
)
password_reset_from_key = public("its link carries a key that works once")(
    not_when_bound(views.password_reset_from_key)
)
password_change = member(not_when_bound(views.password_change))
password_set = member(not_when_bound(views.password_set))


@public("says which company's sign-in comes next")
@never_cache
def wanted(request: HttpRequest) -> HttpResponse:
    """A page between our form and the provider, with a link; it goes on by itself.

    Leading there straight from the form would need a policy for forms that names every
    provider: browsers judge by it where a sent form ends up.
    """
    row, _typed = _wanted(request)
    if row is None:
        return redirect("account_login")
    response = render(request, "account/sign_on.html", {"sign_on": row})
    response.headers["Refresh"] = "0; url=" + request.path + "go/"
    return response


@public("leads to the provider of the company that was asked for")
@never_cache
def go(request: HttpRequest) -> HttpResponse:
    row, typed = _wanted(request)
    if row is None:
        return redirect("account_login")
    return lead(request, row, hint=typed["address"], next_url=typed["next"], test=False)


@public("the provider sends people back here; their attempt is in their session")
@never_cache
def callback(request: HttpRequest, company: uuid.UUID) -> HttpResponse:
    row = leading.of_company(company)
    if row is None:
        raise Http404
    return provider.callback(request, row)


def lead(
    request: HttpRequest, row: SignOn, *, hint: str, next_url: str, test: bool
) -> HttpResponse:
    """To the provider, with a state and a nonce that only this session knows."""
    adapter = provider.ProviderAdapter(request, row)
    nonce = secrets.token_urlsafe(24)
    data = {sign_on.TEST: True} if test else {}
    try:
        # The address is asked for before a state is laid down for it.
        adapter.openid_config  # noqa: B018
        ours = adapter.get_provider()
        ours.get_oauth2_adapter = lambda _request: adapter
        return ours.redirect(
            request,
            process="login",
            next_url=next_url,
            data=data,
            auth_params={"nonce": nonce, "login_hint": hint},
            nonce=nonce,
        )
    except (OAuth2Error, RequestException) as fault:
        code, detail = sign_on.code_of(None, fault, {})
        return sign_on.said(request, row, code, detail=detail, state={"data": data})
    except ImmediateHttpResponse as answer:
        return answer.response


def _wanted(request: HttpRequest) -> tuple[SignOn | None, dict[str, str]]:
    """What was typed of late in this browser, while it leads to a provider."""
    typed = request.session.get(leading.WANTED) or {}
    row = leading.leading(typed.get("address", ""))
    is_same = row and str(row.company_id) == typed.get("company")
    return (row if is_same else None), typed
