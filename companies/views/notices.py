"""The inbox of notices, and the page on which people choose what they get.

Opening a notice is a small form: it marks the notice and leads on. So nothing is
marked by whatever follows links on its own, and a count goes down only by a person.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from companies import actions, inbox
from companies.access import fetch_visible, member
from companies.models import Notice, User
from companies.notice_forms import AllReadForm, NoticeChoicesForm, RhythmForm
from companies.topics import Topic
from outbox import postponing
from ui import pages


@member
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    topic = request.GET.get("topic", "")
    is_unread = request.GET.get("which") == "unread"
    mine = Notice.objects.visible_to(request.user).on(topic)
    shown = mine.unread() if is_unread else mine
    page = pages.keyset(shown, request, order=("-created_at", "-id"))
    context = {
        "at": at,
        "days": inbox.by_day(page, at=at),
        "page": page,
        "topic": topic if topic in Topic.values else "",
        "topics": Topic,
        "is_unread": is_unread,
        "has_unread": mine.unread().exists(),
    }
    return render(request, "companies/notices.html", context)


@member
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    notice = fetch_visible(Notice, request.user, pk=pk)
    actions.mark_read(notice, at=timezone.now())
    return redirect(notice.link or "companies:notices")


@member
@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    notice = fetch_visible(Notice, request.user, pk=pk)
    actions.mark_read(notice, at=timezone.now())
    return _back(request)


@member
@require_POST
def unread_notice(request: HttpRequest, pk: int) -> HttpResponse:
    notice = fetch_visible(Notice, request.user, pk=pk)
    actions.mark_unread(notice)
    return _back(request)


@member
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    form = AllReadForm(request.POST)
    if form.is_valid():
        count = actions.mark_all_read(
            request.user, at=timezone.now(), **form.cleaned_data
        )
        words = ngettext(
            "%(count)d notice is marked as read.",
            "%(count)d notices are marked as read.",
            count,
        )
        messages.success(request, words % {"count": count})
    return _back(request)


@member
def notice_choices(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = NoticeChoicesForm(given, person=request.user)
    if form.is_valid():
        actions.choose_notices(request.user, wanted=form.wanted, at=timezone.now())
        messages.success(request, _("Your choice is saved."))
        return redirect("companies:notice_choices")
    context = {"form": form, "person": request.user}
    return render(request, "companies/notice_choices.html", context)


@member
@require_POST
def reset_notice_choices(request: HttpRequest) -> HttpResponse:
    actions.reset_notices(request.user)
    messages.success(request, _("You get what everybody gets."))
    return redirect("companies:notice_choices")


@member
def mail_times(request: HttpRequest) -> HttpResponse:
    person = fetch_visible(User, request.user, pk=request.user.pk)
    at = timezone.now()
    form = RhythmForm.of(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.choose_rhythm(person, at=at, **form.rhythm)
        messages.success(request, _("Your choice is saved."))
        return redirect("companies:notice_choices")
    waiting = postponing.waiting_for(person.pk, at)
    context = {"form": form, "person": person, "waiting": waiting}
    return render(request, "companies/mail_times.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    """To the same page of the inbox; the form carries its filters."""
    filters = QueryDict(request.POST.get("back", "")).urlencode()
    inbox_page = reverse("companies:notices")
    return redirect(f"{inbox_page}?{filters}" if filters else inbox_page)
