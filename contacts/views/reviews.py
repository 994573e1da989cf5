"""The page that asks “still you?”, and asking a contact once more.

Following the link of the letter changes nothing; one button does.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from companies.access import fetch_visible, member, public
from companies.models import User
from contacts import actions, rights, still_links
from contacts.forms import StillForm
from contacts.models import Review, ReviewQuerySet, TechnicalContact
from contacts.views.deeds import press


@member
@never_cache
def still(request: HttpRequest) -> HttpResponse:
    """For whoever is signed in."""
    reviews = Review.objects.visible_to(request.user)
    return _answer(request, request.user, reviews)


@public("the link of a letter to one contact: it says “still me”, nothing else")
@never_cache
def still_link(request: HttpRequest, key: str) -> HttpResponse:
    """For whoever has the letter, signed in or not."""
    found = still_links.round_of(key)
    if found is None:
        raise Http404
    person, reviews = found
    return _answer(request, person, reviews.visible_to(person), by_letter=True)


def _answer(
    request: HttpRequest,
    person: User,
    reviews: ReviewQuerySet,
    *,
    by_letter: bool = False,
) -> HttpResponse:
    asked = reviews.open().filter(user=person)
    reviews = list(asked.by_application())
    said = request.POST if request.method == "POST" else None
    form = StillForm(said, reviews=reviews)
    confirmed = []
    if form.is_valid():
        confirmed = actions.confirm_still(
            person=person,
            applications=form.cleaned_data["apps"],
            by_letter=by_letter,
            at=timezone.now(),
        )
        reviews = list(asked.by_application())
        form = StillForm(reviews=reviews)
    context = {
        "person": person,
        "reviews": reviews,
        "form": form,
        "confirmed": [review.application for review in confirmed],
    }
    return render(request, "contacts/still.html", context)


@member
def ask_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks before a contact gets one more letter."""
    contact = fetch_visible(TechnicalContact, request.user, pk=pk)
    application = contact.application
    if not rights.may_replace_contact(request.user, application):
        raise PermissionDenied
    if request.method == "POST":
        done = _("%(person)s has a mail about it.") % {"person": contact.user}
        press(request, actions.ask_again, done, contact=contact, by=request.user)
        return redirect("contacts:for_application", application.pk)
    context = {
        "application": application,
        "contact": contact,
        "cancel": reverse("contacts:for_application", args=[application.pk]),
        "tone": "primary",
    }
    return render(request, "contacts/ask_again.html", context)
