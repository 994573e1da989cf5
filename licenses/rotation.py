"""The support desk's page for a new signing key: what follows, and one button."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.step_up import sensitive
from licenses import actions
from licenses.models import SigningKey

TEMPLATE = "licenses/admin/rotate.html"
LIST = "admin:licenses_signingkey_changelist"


@sensitive
def page(request: HttpRequest, admin: ModelAdmin) -> HttpResponse:
    """GET: what a new key means. POST: make it, in place of the one that was shown."""
    if request.method == "POST":
        return _rotate(request)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "media": admin.media,
        "title": _("Make a new signing key"),
        "active": SigningKey.objects.active().first(),
    }
    return TemplateResponse(request, TEMPLATE, context)


def _rotate(request: HttpRequest) -> HttpResponse:
    retiring = request.POST.get("retiring", "")
    try:
        fresh = actions.rotate_signing_key(
            retiring=retiring, by=request.user, at=timezone.now()
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("License keys and files are signed by %(key)s from now on.")
        messages.success(request, words % {"key": fresh})
    return redirect(LIST)
