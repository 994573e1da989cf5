"""Planned ends at the support desk: noted for one license, and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from licenses import actions
from licenses.desk import PlannedEndForm
from licenses.models import License
from ui.admin import VerbAdmin
from ui.times import day

CHANGE = "admin:licenses_license_change"


class PlannedEnds(VerbAdmin):
    """The two buttons on the page of a license; put before its admin."""

    @action(description=_("Plan its end"), url_path="plan-end")
    def plan_end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the last valid day."""
        license = self._license(request, object_id)
        if license is None:
            return redirect("admin:licenses_license_changelist")
        form = PlannedEndForm(request.POST or None, license=license)
        if request.method == "POST" and form.is_valid():
            on = form.cleaned_data["ends_on"]
            try:
                actions.plan_end(
                    license=license, on=on, by=request.user, at=timezone.now()
                )
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                words = _t("%(license)s ends for good on %(day)s.")
                facts = {"license": license, "day": day(on)}
                self.message_user(request, words % facts, messages.SUCCESS)
                return redirect(CHANGE, license.pk)
        return self._ask(request, license, _("Plan its end"), form=form)

    @action(description=_("Let it run on"), url_path="unplan-end")
    def unplan_end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes the plan back, after one click more."""
        license = self._license(request, object_id)
        if license is None:
            return redirect("admin:licenses_license_changelist")
        if request.method != "POST":
            return self._ask(request, license, _("Let it run on"), form=None)
        try:
            actions.unplan_end(license=license, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            words = _t("%(license)s runs until %(day)s.")
            facts = {"license": license, "day": day(license.ends_on)}
            self.message_user(request, words % facts, messages.SUCCESS)
        return redirect(CHANGE, license.pk)

    def _license(self, request: HttpRequest, object_id: str) -> License | None:
        return self.get_object(request, object_id)

    def _ask(
        self, request: HttpRequest, license: License, title: Any, *, form: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + form.media if form else self.media,
            "title": title,
            "license": license,
            "form": form,
        }
        return TemplateResponse(request, "licenses/admin/planned_end.html", context)
