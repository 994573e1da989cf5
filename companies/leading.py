"""Where an address or a person is led to sign in; asked before anybody is known."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url, url_str_to_user_pk
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from companies.models import SignOn, User

WANTED = "sign_on_wanted"


def lead_on(
    request: HttpRequest, row: SignOn, address: str, next_url: str = ""
) -> HttpResponse:
    """To the page before the provider, which finds in the session what was typed."""
    request.session[WANTED] = {
        "company": str(row.company_id),
        "address": address,
        "next": next_url or get_next_redirect_url(request) or "",
    }
    return redirect("account_sign_on")


def leading(address: str) -> SignOn | None:
    """The single sign-on to which an address leads, whether or not anybody has it."""
    return SignOn.objects.leading(address).first()


def binding(person: Any) -> SignOn | None:
    """The one through which this person comes in, and in no other way."""
    return SignOn.objects.binding(person).first()


def of_company(company: Any) -> SignOn | None:
    """For the way back from a provider, and for tests of one that is not on yet."""
    return SignOn.objects.with_company().filter(company=company).first()


def person_named(uidb36: str) -> User | None:
    """Whom the link of a letter names, before its key is looked at."""
    try:
        return User.objects.filter(pk=url_str_to_user_pk(uidb36)).first()
    except (ValueError, TypeError, ValidationError):
        return None
