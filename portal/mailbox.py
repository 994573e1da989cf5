"""The trial's mailbox: every letter the portal sent, to be read in the browser.

It is there only where `MAILBOX_DIR` is set, and open to everybody there: whoever tries
the portal has to read the mail of all its people.
"""

from io import BytesIO
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.access import public
from outbox.mailbox import Letter, Mailbox
from outbox.preview import html_response
from ui.pages import Page

PAGE_SIZE = 50
WHY = "trial mailbox"


@public(WHY)
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    return render(
        request,
        "mailbox/list.html",
        {"page": _page(request, words), "words": words},
    )


@public(WHY)
@require_safe
@csp_update({"frame-src": [SELF]})
def letter_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mailbox/detail.html", {"letter": _letter(name)})


@public(WHY)
@require_safe
def letter_html(request: HttpRequest, name: str) -> HttpResponse:
    return html_response(_letter(name).html)


@public(WHY)
@require_safe
def letter_source(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_letter(name).raw, content_type="text/plain; charset=utf-8")


@public(WHY)
@require_safe
def letter_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Always a download, whatever it says it is: an attachment runs nothing here."""
    parts = _letter(name).attachments
    if not 1 <= number <= len(parts):
        raise Http404
    part = parts[number - 1]
    return FileResponse(
        BytesIO(part.content),
        as_attachment=True,
        filename=part.filename,
        content_type="application/octet-stream",
    )


def _mailbox() -> Mailbox:
    if not settings.MAILBOX_DIR:
        raise Http404
    return Mailbox(settings.MAILBOX_DIR)


def _letter(name: str) -> Letter:
    letter = _mailbox().letter(name)
    if letter is None:
        raise Http404
    return letter


def _page(request: HttpRequest, words: str) -> Page:
    """One page of the files, newest first; only the letters shown are read."""
    mailbox = _mailbox()
    names = (
        [letter.name for letter in mailbox.containing(words)]
        if words
        else mailbox.names()
    )
    here = Paginator(names, PAGE_SIZE).get_page(request.GET.get("page"))
    letters = [mailbox.letter(name) for name in here]
    return Page(
        rows=[letter for letter in letters if letter is not None],
        first=here.start_index(),
        total=len(names),
        previous=_address(words, here.number - 1) if here.has_previous() else "",
        next=_address(words, here.number + 1) if here.has_next() else "",
    )


def _address(words: str, number: int) -> str:
    return "?" + urlencode({"q": words, "page": number} if words else {"page": number})
