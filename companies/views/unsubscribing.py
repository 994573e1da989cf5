"""The page a letter leads to for switching off letters of its kind.

Mail programs post to the same address for their reader, without cookies (RFC 8058).
Scanners follow every link: a GET only asks.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from companies import actions, unsubscribing
from companies.access import public

PAGE = "companies/unsubscribe.html"
OFF, ON = {"List-Unsubscribe": "One-Click"}, {"again": "yes"}


@public("the link of a letter: it switches its topic off and on for one person")
@csrf_exempt
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The signed address is the key, so a foreign page gains nothing by posting."""
    found = unsubscribing.subscription_of(token)
    if found is None:
        return render(request, PAGE, {"found": None}, status=404)
    said = request.POST.dict()
    done = ""
    if not found.why_it_stays and said in (OFF, ON):
        done = "off" if said == OFF else "on"
        actions.switch_letters(
            found.person, found.topic, is_on=said == ON, at=timezone.now()
        )
    return render(request, PAGE, {"found": found, "done": done})
