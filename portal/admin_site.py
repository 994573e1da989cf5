"""The support desk: Django's admin for vendor staff, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import admin, auth, messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from portal import admin_delivery, admin_home, pulse
from portal.admin_pages import page_of

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
LEFT_OUT = {
    "auth.group",
    "account.emailaddress",
    "account.emailconfirmation",
    "mfa.authenticator",
    "socialaccount.socialaccount",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
    "usersessions.usersession",
}

# The places of the desk, in the order of a day's work: model and icon.
PLACES = [
    (
        _("Support"),
        [
            ("tickets.ticket", "confirmation_number"),
            ("tickets.readyanswer", "quickreply"),
            ("tickets.servicetarget", "timer"),
            ("tickets.holiday", "event_busy"),
        ],
    ),
    (
        _("Customers"),
        [
            ("companies.company", "apartment"),
            ("companies.user", "group"),
            ("companies.claimeddomain", "domain_verification"),
            ("companies.invitation", "outgoing_mail"),
            ("companies.signon", "passkey"),
            ("applications.application", "deployed_code"),
            ("applications.environment", "dns"),
            ("contacts.technicalcontact", "contact_phone"),
            ("contacts.handover", "swap_horiz"),
            ("companies.servicelevel", "handshake"),
        ],
    ),
    (
        _("Licenses"),
        [
            ("licenses.license", "key"),
            ("licenses.licensekey", "vpn_key"),
            ("licenses.seat", "dns"),
            ("licenses.issuedfile", "description"),
            ("licenses.policy", "policy"),
            ("licenses.entitlement", "extension"),
            ("licenses.apitoken", "token"),
            ("licenses.renewalreminder", "notifications"),
            ("licenses.expansionrequest", "group_add"),
            ("licenses.signingkey", "signature"),
        ],
    ),
    (
        _("Operations"),
        [
            ("operations.maintenancewindow", "event_upcoming"),
            ("applications.platformrelease", "new_releases"),
        ],
    ),
    (
        _("Records"),
        [
            ("outbox.message", "mail"),
            ("outbox.lane", "alt_route"),
            ("outbox.addressstanding", "unsubscribe"),
            ("outbox.returnedmail", "undo"),
            ("portal.errandrun", "schedule"),
            ("companies.activityentry", "history"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what waits and what we write, then every model under its group."""
    at_home = {
        "title": _("What waits"),
        "icon": "home",
        "link": reverse("admin:index"),
    }
    delivery = {
        "title": _("Post and errands"),
        "icon": "monitor_heart",
        "link": reverse("admin:delivery"),
    }
    if pulse.is_somebody_silent(timezone.now()):
        # Seen from every page of the desk, whatever somebody came for.
        delivery["badge"] = _("alarm")
    letters = {
        "title": _("Every letter"),
        "icon": "drafts",
        "link": reverse("letters"),
    }
    return [
        {"items": [at_home, delivery, letters]},
        *groups(set(admin.site._registry)),
    ]


def groups(registered: set[type[Model]]) -> Iterator[dict[str, Any]]:
    """The places that exist here; what nobody has placed comes at the end."""
    models = {model._meta.label_lower: model for model in registered}
    for title, places in PLACES:
        items = [line(models.pop(m), icon) for m, icon in places if m in models]
        if items:
            yield {"title": title, "items": items}
    if models:
        rest = [line(model, "database") for _label, model in sorted(models.items())]
        yield {"title": _("More"), "items": rest}


def line(model: type[Model], icon: str) -> dict[str, Any]:
    options = model._meta
    return {
        "title": capfirst(options.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
    }


class SupportSite(UnfoldAdminSite):
    """One way in (the portal's sign-in page), one door (vendor staff), own policy."""

    index_template = "desk/home.html"
    index_title = _("What waits")

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[ModelAdmin] = ModelAdmin,
        **options: Any,
    ) -> None:
        models = model_or_iterable
        if not isinstance(models, list | tuple):
            models = [models]
        wanted = [model for model in models if model._meta.label_lower not in LEFT_OUT]
        super().register(wanted, page_of(admin_class), **options)

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

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        waits = admin_home.context(request.user, timezone.now())
        return super().index(request, {**waits, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Our own pages beside those of the models."""
        delivery = self.admin_view(require_safe(self.delivery))
        test = self.admin_view(require_POST(self.test_letter))
        return [
            path("delivery/", delivery, name="delivery"),
            path("delivery/test/", test, name="delivery_test"),
            *super().get_urls(),
        ]

    def delivery(self, request: HttpRequest) -> HttpResponse:
        """How the post does, and whether the workers work."""
        facts = admin_delivery.context(request.user, timezone.now())
        page = {**self.each_context(request), **facts}
        return render(request, "desk/delivery.html", page)

    def test_letter(self, request: HttpRequest) -> HttpResponse:
        admin_delivery.send_test_letter(person=request.user, at=timezone.now())
        words = gettext("A letter to %(address)s is in the outbox. Look again soon.")
        messages.success(request, words % {"address": request.user.email})
        return redirect("admin:delivery")

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
