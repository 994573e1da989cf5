"""The calendar of license ends: the page of its secret addresses, and the feed."""

from __future__ import annotations

import uuid
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from companies.access import fetch_visible, member, public
from licenses import actions
from licenses.calendars import feed_behind
from licenses.feed_forms import FeedForm
from licenses.models import CalendarFeed
from portal.calendar import file_of
from ui.calendars import TYPE


@member
@never_cache
@sensitive_variables("token", "context")
def calendar(request: HttpRequest) -> HttpResponse:
    """Which addresses there are; a new one is shown in the answer and never again."""
    user, sent = request.user, request.POST if request.method == "POST" else None
    form = FeedForm(sent, user=user)
    if form.is_valid():
        feed, token = actions.make_feed(by=user, at=timezone.now(), **form.wish)
        address = settings.PUBLIC_URL + reverse("calendar_feed", args=[token])
        subscribe = f"webcal://{address.partition('://')[2]}"
        context = {"feed": feed, "address": address, "subscribe": subscribe}
        return render(request, "licenses/calendar_made.html", context)
    feeds = CalendarFeed.objects.visible_to(user).current().with_people()
    context = {"form": form, "feeds": list(feeds)}
    return render(request, "licenses/calendar.html", context)


@member
@require_POST
def revoke_calendar(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    feed = fetch_visible(CalendarFeed.objects.with_people(), request.user, pk=pk)
    actions.revoke_feed(feed, by=request.user, at=timezone.now())
    messages.success(request, _("The address is revoked: nobody can read it any more."))
    return redirect("calendar")


@public("a calendar program has no session: its secret address is the key")
@require_safe
@sensitive_variables("token")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar itself, to be asked for again and again; mostly nothing is new.

    Only its tag decides that. No time could: a row that goes leaves none behind.
    """
    feed = feed_behind(token)
    if feed is None:
        raise Http404
    content = file_of(feed, at=timezone.now())
    etag = f'"{sha256(content).hexdigest()}"'
    answer = HttpResponse(
        content,
        content_type=TYPE,
        headers={
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'inline; filename="licenses.ics"',
            "X-Robots-Tag": "noindex",
        },
    )
    return get_conditional_response(request, etag=etag, response=answer)
