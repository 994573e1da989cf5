"""The pages about passkeys, and those on which they are shown.

They need a script, for the browser gives a passkey to nothing else. Each of them says
so and names another way.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic.edit import FormMixin

from companies.access import member, public
from companies.passkeys import are_possible, passkeys_of
from companies.second_factor import second_factor_of


@member
@require_safe
def passkey_list(request: HttpRequest) -> HttpResponse:
    context = {"passkeys": passkeys_of(request.user), "are_possible": are_possible()}
    return render(request, "companies/passkeys.html", context)


class _AddView(views.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_registration(self.request.user, passwordless=True)
        context = FormMixin.get_context_data(self, **kwargs)
        return context | {"options": _json(options), "are_possible": are_possible()}


class _SignInView(views.LoginWebAuthnView):
    """Its GET gives a challenge to the script of the sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the sign-in page, which still knows where one wanted to go."""
        for words in form.errors.get("credential", []):
            messages.error(self.request, words)
        response = super().get(self.request)
        wanted = get_next_redirect_url(self.request)
        if wanted:
            response["Location"] += "?" + urlencode({"next": wanted})
        return response


class _SecondStepView(AuthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        factor = second_factor_of(self.stage.login.user)
        if not factor.app_since:
            context["form"].fields["code"].help_text = _("One of your recovery codes.")
        return context | {"options": _json(options), "second_factor": factor}


class _ReauthenticateView(views.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        return context | kwargs | {"options": _json(options)}


def _json(options: dict[str, Any]) -> str:
    """For the data attribute that the script reads."""
    return json.dumps(options["publicKey"])


BACK = {"cancel": reverse_lazy("mfa_list_webauthn"), "tone": "danger"}

add = member(never_cache(_AddView.as_view()))
rename = member(views.EditWebAuthnView.as_view(extra_context=BACK))
remove = member(views.RemoveWebAuthnView.as_view(extra_context=BACK))
sign_in = public("signing in with a passkey")(never_cache(_SignInView.as_view()))
second_step = public("the second half of signing in")(
    never_cache(_SecondStepView.as_view())
)
reauthenticate = member(never_cache(_ReauthenticateView.as_view()))
