"""The page behind the link in a letter to sign in: one button, in the right browser."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from companies.access import public

LONGEST_CODE = 40


class _ConfirmView(ConfirmLoginCodeView):
    """A GET only fills in the code of the link: mail scanners follow links."""

    def get_initial(self) -> dict[str, Any]:
        return {"code": self.request.GET.get("code", "")[:LONGEST_CODE]}


_confirm = _ConfirmView.as_view()


@public("its code is good in the browser that asked for it")
@never_cache
def sign_in_by_code(request: HttpRequest) -> HttpResponse:
    """Elsewhere the link opens nothing: a forwarded letter lets nobody in."""
    is_asked = LoginStageController.enter(request, LoginByCodeStage.key)
    if is_asked or request.user.is_authenticated or "code" not in request.GET:
        return _confirm(request)
    return render(request, "account/login_code_elsewhere.html")
