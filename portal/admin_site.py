"""The support desk: Django's admin for vendor staff, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import auth
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

# Unfold's pages evaluate Alpine's expressions and style themselves inline. This stays
# behind the door of the desk; everywhere else the strict policy of settings.py holds.
DESK_POLICY = {
    "default-src": [NONE],
    "style-src": [SELF, UNSAFE_INLINE],
    "script-src": [SELF, UNSAFE_EVAL],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-src": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

# Pages of the framework that would go round our verbs.
LEFT_OUT = {"auth.group", "account.emailaddress", "account.emailconfirmation"}


class SupportSite(UnfoldAdminSite):
    """One way in (the portal's sign-in page), one door (vendor staff), own policy."""

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        models = model_or_iterable
        if not isinstance(models, list | tuple):
            models = [models]
        wanted = [model for model in models if model._meta.label_lower not in LEFT_OUT]
        super().register(wanted, *args, **options)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Whoever is no member of staff finds nothing here: 404."""
        guarded = csp(DESK_POLICY)(super().admin_view(view, cacheable))

        def staff_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # LoginRequiredMiddleware has sent strangers to `login` before.
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        staff_only.door = "staff"
        return staff_only

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One way in: the portal's sign-in page, which leads back here."""
        if not request.user.is_authenticated:
            wanted = request.GET.get("next", reverse("admin:index"))
            return redirect_to_login(wanted)
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One way out as well; the desk's button posts here."""
        if request.method == "POST":
            auth.logout(request)
        return redirect("account_login")

    def password_change(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("account_change_password")
