"""Pages of tickets for everybody who may see them: the list, one ticket, its files."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.models import Application
from companies.access import fetch_visible, member
from companies.statements import KeptRows
from tickets import actions, clocks, faces, opening, posts, rows, threads
from tickets.forms import FollowerForm, NewTicketForm, ReplyForm, TicketFilter
from tickets.models import Attachment, Ticket
from tickets.priority import MATRIX
from ui import pages

ORDERS = {
    "open": ("queue_at", "number"),
    "waiting": ("-number",),
    "solved": ("-number",),
    "all": ("-number",),
}
_ticket = KeptRows(
    lambda reader, number: (
        Ticket.objects.visible_to(reader).with_all().filter(pk=number)
    )
)


@member
@require_GET
def ticket_list(request: HttpRequest) -> HttpResponse:
    form = TicketFilter(request.GET)
    form.is_valid()
    tickets = Ticket.objects.visible_to(request.user)
    state = form.cleaned_data.get("state") or "open"
    found = tickets.in_tab(state).narrowed(form.cleaned_data).as_rows()
    narrowing = ("q", "kind", "priority", "application")
    is_narrowed = any(form.cleaned_data.get(name) for name in narrowing)
    counts = rows.counts(request.user)
    total = None if is_narrowed else counts[state]
    page = pages.keyset(found, request, order=ORDERS[state], total=total)
    context = {
        "form": form,
        "state": state,
        "counts": rows.in_words(counts),
        "page": page,
        "is_narrowed": is_narrowed,
        "application": _application_of_filter(request, form),
        "rows": rows.drawn(page, request.user, timezone.now()),
    }
    return render(request, "tickets/list.html", context)


def _application_of_filter(request: HttpRequest, form: TicketFilter) -> Any:
    pk = form.cleaned_data.get("application")
    return pk and Application.objects.visible_to(request.user).filter(pk=pk).first()


@member
@require_GET
def for_application(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    application = fetch_visible(Application, request.user, pk=pk)
    tickets = Ticket.objects.visible_to(request.user).of(application)
    page = pages.keyset(tickets.as_rows(), request, order=("-number",))
    context = {
        "application": application,
        "tab": "tickets",
        "page": page,
        "rows": rows.drawn(page, request.user, timezone.now()),
    }
    return render(request, "tickets/application.html", context)


@member
def detail(request: HttpRequest, number: int) -> HttpResponse:
    ticket = _ticket.one_or_404(request.user, number=number)
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        verb = actions.reply_and_solve if "solve" in request.POST else actions.reply
        try:
            verb(
                ticket=ticket,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Your reply is sent."))
            return redirect(ticket)
    return render(request, "tickets/detail.html", _page_of(ticket, request, form))


def _page_of(ticket: Ticket, request: HttpRequest, form: ReplyForm) -> dict[str, Any]:
    at = timezone.now()
    thread = threads.of(ticket, request.user)
    people = threads.followers_of(ticket, request.user)
    watch = clocks.read(ticket, thread.moves, clocks.business_hours())
    return {
        "ticket": ticket,
        "state": faces.state_for(request.user, ticket.state),
        "form": form,
        "at": at,
        "thread": posts.drawn(thread.posts),
        "clocks": faces.explained(watch, at),
        "matrix": MATRIX,
        "followers": people,
        "is_following": request.user in people,
        "can_follow": not request.user.is_staff and request.user != ticket.opened_by,
        "phones": settings.SUPPORT_PHONES,
    }


@member
def new(request: HttpRequest) -> HttpResponse:
    offer = opening.offer_to(request.user, request.GET)
    if offer.must_search:
        return _choose_application(request, offer)
    form = NewTicketForm(request.POST or None, request.FILES or None, offer=offer)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _opened(offer, form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            words = _("Ticket #%(number)s is with us.") % {"number": ticket.pk}
            messages.success(request, words)
            return redirect(ticket)
    return render(request, "tickets/new.html", _page_of_new(offer, form))


def _opened(offer: opening.Offer, facts: dict[str, Any]) -> Ticket:
    facts = facts | {"by": offer.user, "at": timezone.now(), "follows": offer.follows}
    if offer.is_for_customer:
        facts["email"] = facts.pop("asked_by")
        return actions.open_for_customer(**facts)
    application = facts["application"]
    company = application.company if application else offer.company
    return actions.open_ticket(company=company, **facts)


def _page_of_new(offer: opening.Offer, form: NewTicketForm) -> dict[str, Any]:
    return {
        "form": form,
        "offer": offer,
        "promises": offer.promises(timezone.now()),
        "matrix": MATRIX,
        "documentation_url": settings.DOCUMENTATION_URL,
        "forum_url": settings.FORUM_URL,
    }


def _choose_application(request: HttpRequest, offer: opening.Offer) -> HttpResponse:
    """Too many apps for a select box: find one by its name first."""
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "q": words,
        "found": offer.found(words),
        "has_company": request.user.company_id is not None,
    }
    return render(request, "tickets/choose.html", context)


@member
def solve(request: HttpRequest, number: int) -> HttpResponse:
    ticket = fetch_visible(Ticket, request.user, pk=number)
    if request.method == "POST":
        return _done(
            request,
            ticket,
            lambda: actions.solve(ticket=ticket, by=request.user, at=timezone.now()),
            _("Ticket #%(number)s is solved.") % {"number": ticket.pk},
        )
    context = {"ticket": ticket, "cancel": ticket.get_absolute_url(), "tone": "primary"}
    return render(request, "tickets/solve.html", context)


@member
@require_POST
def follow(request: HttpRequest, number: int) -> HttpResponse:
    ticket, me = fetch_visible(Ticket, request.user, pk=number), request.user
    return _done(
        request,
        ticket,
        lambda: actions.follow(ticket=ticket, person=me, by=me, at=timezone.now()),
        _("You follow this ticket: its mail comes to you as well."),
    )


@member
@require_POST
def unfollow(request: HttpRequest, number: int) -> HttpResponse:
    ticket, me = fetch_visible(Ticket, request.user, pk=number), request.user
    return _done(
        request,
        ticket,
        lambda: actions.unfollow(ticket=ticket, person=me, by=me, at=timezone.now()),
        _("You no longer follow this ticket."),
    )


def _done(request: HttpRequest, ticket: Ticket, verb: Any, words: str) -> HttpResponse:
    """Does one thing to a ticket, says so or why not, and shows the ticket."""
    try:
        verb()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, words)
    return redirect(ticket)


@member
def add_follower(request: HttpRequest, number: int) -> HttpResponse:
    ticket = fetch_visible(Ticket, request.user, pk=number)
    form = FollowerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_by_address(
                ticket=ticket,
                email=form.cleaned_data["email"],
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            messages.success(request, _("They follow this ticket from now on."))
            return redirect(ticket)
    context = {"ticket": ticket, "form": form}
    return render(request, "tickets/people.html", context)


@member
@require_GET
def attachment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Always a download, and nothing in it may run if a browser shows it anyway."""
    file = fetch_visible(Attachment, request.user, pk=pk)
    response = FileResponse(
        file.file.open(),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
