"""How django-allauth meets a company's single sign-on: its provider, its refusals."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from requests import RequestException

from companies import actions, provider, provider_calls, troubles
from companies.models import SignOn
from companies.provider_calls import SignOnError

TEST = "test"


class SignOnAdapter(DefaultSocialAccountAdapter):
    """django-allauth asks here whenever somebody comes in through a provider."""

    def list_apps(
        self, request: HttpRequest, provider: Any = None, client_id: Any = None
    ) -> list[SocialApp]:
        """Each company's provider is a row of ours, none an app of django-allauth."""
        if not provider:
            return []
        rows = SignOn.objects.filter(company=provider).select_related("company")
        return [as_app(row) for row in rows]

    def get_requests_session(self) -> provider_calls.Session:
        return provider_calls.session(self.request)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A test ends here; whoever is let in is a person of ours from here on."""
        sign_on = SignOn.objects.with_company().get(
            company=sociallogin.account.provider
        )
        if is_test(sociallogin.state):
            raise ImmediateHttpResponse(_tested(request, sign_on, sociallogin.claims))
        try:
            if not sign_on.is_on:
                raise SignOnError("off")
            person, account = actions.arrive(
                sign_on, sociallogin.claims, at=timezone.now()
            )
        except SignOnError as trouble:
            raise ImmediateHttpResponse(said(request, sign_on, trouble.code)) from None
        except ValidationError:
            raise ImmediateHttpResponse(said(request, sign_on, "no_address")) from None
        sociallogin.user, sociallogin.account = person, account

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Every failure ends on one page, which says what happened and what to do."""
        sign_on = SignOn.objects.with_company().get(company=provider.app.provider_id)
        code, detail = code_of(error, exception, extra_context or {})
        state = (extra_context or {}).get("state") or {}
        page = said(request, sign_on, code, detail=detail, state=state)
        raise ImmediateHttpResponse(page)


class OurAuthenticateStage(AuthenticateStage):
    """The second factor, unless the company's provider has asked for one [CO-17]."""

    def handle(self) -> tuple:
        records = get_authentication_records(self.request, self.login.user)
        if records and records[-1]["method"] == "socialaccount":
            rows = SignOn.objects.binding(self.login.user)
            if rows.filter(provider_factor=True).exists():
                return None, True
        return super().handle()


def as_app(sign_on: SignOn) -> SocialApp:
    """The row as django-allauth reads it; it is never saved."""
    return SocialApp(
        provider=provider.PROVIDER,
        provider_id=str(sign_on.company_id),
        name=str(sign_on.company)[:40],
        client_id=sign_on.client_id,
        secret=sign_on.secret,
        settings={"server_url": sign_on.issuer, "oauth_pkce_enabled": True},
    )


def code_of(error: Any, exception: Any, context: dict[str, Any]) -> tuple[str, str]:
    """Which trouble it was, and what a technician reads of it."""
    if isinstance(exception, SignOnError):
        return exception.code, exception.detail
    if isinstance(exception, RequestException):
        is_answer = getattr(exception, "response", None) is not None
        return ("not_a_provider" if is_answer else "unreachable"), ""
    if exception is not None:
        return "client", ""
    if error == AuthError.CANCELLED:
        return "cancelled", ""
    return ("refused" if context.get("state") else "lost"), ""


def is_test(state: dict[str, Any]) -> bool:
    return bool((state.get("data") or {}).get(TEST))


def said(
    request: HttpRequest,
    sign_on: SignOn,
    code: str,
    *,
    detail: str = "",
    state: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a failure; in a test also what to check, and the detail."""
    testing = is_test(state or {})
    words = {"company": sign_on.company, "issuer": sign_on.issuer}
    sentence, check = troubles.words(code, **words)
    context = {
        "sentence": sentence,
        "check": check if testing else "",
        "detail": detail if testing else "",
        "testing": testing,
    }
    return render(request, "account/sign_on_failed.html", context, status=403)


def _tested(
    request: HttpRequest, sign_on: SignOn, claims: dict[str, Any]
) -> HttpResponse:
    state = {"data": {TEST: True}}
    try:
        address = actions.address_in(sign_on, claims)
        actions.note_sign_on_test(
            sign_on,
            subject=claims["sub"],
            address=address,
            by=request.user,
            at=timezone.now(),
        )
    except SignOnError as trouble:
        code, detail = trouble.code, trouble.detail
        return said(request, sign_on, code, detail=detail, state=state)
    except PermissionDenied:
        return said(request, sign_on, "lost", state=state)
    messages.success(request, _("The test was successful. Nothing is switched on yet."))
    return redirect("companies:sign_in")
