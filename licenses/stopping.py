"""Stopping a license at the support desk: each verb asks first, with what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from licenses import actions
from licenses.models import License

TEMPLATE = "licenses/admin/stop.html"
CHANGE = "admin:licenses_license_change"
OFF_LINE = _(
    "What is out there off line works on until its own end; nothing calls it back."
)


class ReasonForm(forms.Form):
    """Why; the customer reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("The technical contacts read it in their e-mail."),
    )


class SureForm(forms.Form):
    """Nothing to fill in: only the question."""


class StopActions:
    """The three pages of a license's admin; put before the admin class."""

    @action(description=_("Suspend"), url_path="suspend")
    def suspend_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        words = _("Apps that ask us hear it at once, and no key or file is made.")
        return self._stop(
            request,
            object_id,
            verb=actions.suspend_license,
            form_class=ReasonForm,
            title=_("Suspend the license"),
            words=[words, OFF_LINE],
        )

    @action(description=_("Reinstate"), url_path="reinstate")
    def reinstate_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._stop(
            request,
            object_id,
            verb=actions.reinstate_license,
            form_class=SureForm,
            title=_("Reinstate the license"),
            words=[_("It runs on as before, on the servers it had.")],
        )

    @action(description=_("Revoke"), url_path="revoke")
    def revoke_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        words = _("Its keys are unknown from now on. There is no way back.")
        return self._stop(
            request,
            object_id,
            verb=actions.revoke_license,
            form_class=ReasonForm,
            title=_("Revoke the license for good"),
            words=[words, OFF_LINE],
        )

    def _stop(
        self,
        request: HttpRequest,
        object_id: str,
        *,
        verb: Callable[..., License],
        form_class: type[forms.Form],
        **page: str | Promise | list,
    ) -> HttpResponse:
        license = self.get_object(request, object_id)
        if license is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                verb(
                    license=license,
                    by=request.user,
                    at=timezone.now(),
                    **form.cleaned_data,
                )
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                self.message_user(request, _("Done."), messages.SUCCESS)
                return redirect(CHANGE, object_id)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + form.media,
            "form": form,
            "license": license,
            **page,
        }
        return TemplateResponse(request, TEMPLATE, context)
