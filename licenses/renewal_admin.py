"""Renewing at the support desk: one license or hundreds, looked at first.

A request renews one batch. What is left over waits on the page with a button, so that
no request runs for minutes, and whoever stops in between has lost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from licenses import actions
from licenses.actions.contracts import why_not_renewed
from licenses.desk import RenewalForm
from licenses.models import License
from ui.admin import VerbAdmin

MOST_AT_ONCE = 500
BATCH = 50
TEMPLATE = "licenses/admin/renew.html"


@dataclass(frozen=True)
class Outlook:
    """What renewing would do to one license, or why it would not."""

    license: License
    ends_on: date
    refusal: str
    waits: bool

    @property
    def note(self) -> str:
        """Renewed before, and the app still runs on the key from then."""
        return _t("The key of an earlier renewal is not in use yet.") * self.waits


@dataclass(frozen=True)
class Progress:
    """How far a long renewal has come, carried from page to page."""

    done: int
    refused: int
    left: Sequence[License]

    @property
    def over(self) -> int:
        return self.done + self.refused

    @property
    def total(self) -> int:
        return self.over + len(self.left)

    @property
    def next_batch(self) -> int:
        return min(BATCH, len(self.left))


class Renewals(VerbAdmin):
    """The two ways to renew; put before the admin of licenses."""

    @admin.action(description=_("Renew by one term"))
    def renew(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Asks for the day, shows what would happen, and then renews."""
        chosen = queryset.with_company().by_end()
        if chosen[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE:
            words = _t(
                "Choose at most %(most)d licenses, or import renewals as a file."
            )
            self.message_user(request, words % {"most": MOST_AT_ONCE}, messages.ERROR)
            return None
        return self._renewal(request, chosen)

    @action(description=_("Renew"), url_path="renew")
    def renew_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        license = self.get_object(request, object_id)
        if license is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        chosen = self.get_queryset(request).filter(pk=license.pk)
        return self._renewal(request, chosen) or redirect(
            "admin:licenses_license_change", object_id
        )

    def _renewal(
        self, request: HttpRequest, chosen: QuerySet[License]
    ) -> HttpResponse | None:
        answer = request.POST.get("renewal", "")
        form = RenewalForm(request.POST if answer else None)
        if not (answer and form.is_valid()):
            return self._page(request, form=form, licenses=chosen)
        if answer == "look":
            found = list(outlook(chosen, form, timezone.now()))
            ready = sum(not one.refusal for one in found)
            return self._page(request, form=form, outlook=found, ready=ready)
        return self._batch(request, list(chosen), form)

    def _batch(
        self, request: HttpRequest, chosen: list[License], form: RenewalForm
    ) -> HttpResponse | None:
        """Renew the first of them; with any left, a page that offers to go on."""
        at, renewed = timezone.now(), 0
        for license in chosen[:BATCH]:
            try:
                actions.renew_license(
                    license=license,
                    ends_on=form.end_for(license, at),
                    by=request.user,
                    at=at,
                )
                renewed += 1
            except ValidationError as refusal:
                words = f"{license}: {' '.join(refusal.messages)}"
                self.message_user(request, words, messages.ERROR)
        progress = Progress(
            done=counted(request, "done") + renewed,
            refused=counted(request, "refused") + len(chosen[:BATCH]) - renewed,
            left=chosen[BATCH:],
        )
        if progress.left:
            return self._page(request, form=form, progress=progress)
        self._say(request, progress)
        return None

    def _say(self, request: HttpRequest, progress: Progress) -> None:
        if progress.done:
            self.message_user(request, renewed_words(progress.done), messages.SUCCESS)
        if progress.refused and progress.over > 1:
            words = refused_words(progress.refused)
            self.message_user(request, words, messages.WARNING)

    def _page(
        self, request: HttpRequest, *, form: RenewalForm, **facts: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + form.media,
            "title": _("Renew licenses"),
            "form": form,
            "day": form.data.get("ends_on", ""),
            **facts,
        }
        return TemplateResponse(request, TEMPLATE, context)


def outlook(
    licenses: QuerySet[License], form: RenewalForm, at: datetime
) -> Iterator[Outlook]:
    """One line for each, without writing anything."""
    for license in licenses:
        ends_on = form.end_for(license, at)
        refusal = why_not_renewed(license, ends_on=ends_on, at=at)
        waits = license.is_renewed_not_activated
        yield Outlook(license, ends_on, refusal, waits)


def counted(request: HttpRequest, name: str) -> int:
    """What the page before has carried along."""
    found = request.POST.get(name, "")
    return int(found) if found.isdecimal() and len(found) < 6 else 0


def renewed_words(count: int) -> str:
    return ngettext(
        "%(count)d license is renewed.", "%(count)d licenses are renewed.", count
    ) % {"count": count}


def refused_words(count: int) -> str:
    return ngettext(
        "%(count)d license was not renewed.",
        "%(count)d licenses were not renewed.",
        count,
    ) % {"count": count}
