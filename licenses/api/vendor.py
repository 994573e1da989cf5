"""Endpoints for the vendor's own machines: licenses are made, changed and stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from companies.access import public
from licenses import actions, documents
from licenses.api import bearers, wishes
from licenses.api.endpoints import endpoint, meta_of, resource_of
from licenses.api.errors import RefusedError, as_json, forbidden, not_found
from licenses.api.lists import listed
from licenses.api.texts import is_text
from licenses.api.tokens import Vendor
from licenses.api.views import resource_of as shown_to
from licenses.models import License
from licenses.terms import end_of_term

WHO = "a machine of the vendor shows its token"


def by_verbs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What a verb refuses is a 422 in its words, and changes nothing."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(*args, **kwargs)
        except ValidationError as refusal:
            raise wishes.refused(refusal) from None
        except PermissionDenied:
            raise forbidden("The token may not do that.") from None

    return answered


@public(WHO)
@endpoint("GET", "POST")
@by_verbs
@sensitive_variables()
def licenses(request: HttpRequest) -> HttpResponse:
    """Every license that the token opens; a new one for an environment."""
    vendor = bearers.vendor_of(request)
    if request.method == "GET":
        found = vendor.licenses.order_by("number")
        return listed(request, found, lambda license: _shown(license, vendor))
    data = resource_of(request)
    wish = wishes.of_license(data)
    environment = wishes.environment_in(data, vendor)
    policy = wishes.policy_in(data, environment.application)
    own_key = wish.facts.pop("key", "")
    ends_on = wish.ends_on(environment.application.company) or end_of_term(
        environment.application.company.today(vendor.at),
        policy.duration_months if policy else 12,
    )
    who_and_when = {"by": vendor.person, "at": vendor.at}
    license = actions.create_license(
        environment=environment,
        starts_on=environment.application.company.today(vendor.at),
        ends_on=ends_on,
        policy=policy,
        **wish.facts,
        **who_and_when,
    )
    if license.application.is_on_premises:
        actions.make_license_key(license=license, text=own_key, **who_and_when)
    return as_json({"data": _shown(license, vendor)}, status=201)


@public("an app shows its license key, a machine of the vendor its token")
@endpoint("GET", "PATCH", "DELETE")
@by_verbs
def license_detail(request: HttpRequest, license: str) -> HttpResponse:
    """Read by whoever it is about; changed and revoked by the vendor."""
    if request.method == "GET":
        bearer = bearers.authenticate(request, timezone.now()).about(license)
        return as_json({"data": shown_to(bearer)})
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    if request.method == "DELETE":
        return _revoked(request, vendor, row)
    wish = wishes.of_license(resource_of(request))
    if "key" in wish.facts:
        raise RefusedError(
            422,
            "KEY_NOT_ALLOWED",
            "A license key never changes.",
            pointer="/data/attributes/key",
        )
    if ends_on := wish.ends_on(row.company):
        wish.facts["ends_on"] = ends_on
    actions.correct_license(license=row, by=vendor.person, at=vendor.at, **wish.facts)
    return as_json({"data": _shown(row, vendor)})


@public(WHO)
@endpoint("POST")
@by_verbs
def renew(request: HttpRequest, license: str) -> HttpResponse:
    """One more term, counted as the policy says."""
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    ends_on = row.next_end(row.company.today(vendor.at))
    actions.renew_license(license=row, ends_on=ends_on, by=vendor.person, at=vendor.at)
    return as_json({"data": _shown(row, vendor)})


@public(WHO)
@endpoint("POST")
@by_verbs
def suspend(request: HttpRequest, license: str) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    reason = _reason(request, vendor)
    actions.suspend_license(license=row, reason=reason, by=vendor.person, at=vendor.at)
    return as_json({"data": _shown(row, vendor)})


@public(WHO)
@endpoint("POST")
@by_verbs
def reinstate(request: HttpRequest, license: str) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    actions.reinstate_license(license=row, by=vendor.person, at=vendor.at)
    return as_json({"data": _shown(row, vendor)})


@public(WHO)
@endpoint("DELETE")
@by_verbs
def revoke(request: HttpRequest, license: str) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    return _revoked(request, vendor, vendor.about(license).license)


@public("an app shows its license key, a machine of the vendor its token")
@endpoint("POST")
def check_in(request: HttpRequest, license: str) -> HttpResponse:
    """No policy of ours asks for check-ins; a license is asked for instead."""
    bearers.authenticate(request, timezone.now()).about(license)
    raise RefusedError(
        422, "CHECK_IN_NOT_REQUIRED", "The policy requires no check-ins."
    )


@public("an app shows its license key, a machine of the vendor its token")
@endpoint("GET", "PUT")
@by_verbs
def policy(request: HttpRequest, license: str) -> HttpResponse:
    """Upgrade: other rules for the same license, on the servers it has."""
    if request.method == "GET":
        row = bearers.authenticate(request, timezone.now()).about(license).license
        if row.policy is None:
            raise not_found()
        return as_json({"data": documents.policy_of(row.policy)})
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    wanted = wishes.linked_policy(resource_of(request), row.application)
    actions.put_under_policy(license=row, policy=wanted, by=vendor.person, at=vendor.at)
    return as_json({"data": _shown(row, vendor)})


@public("an app shows its license key, a machine of the vendor its token")
@endpoint("GET", "POST", "DELETE")
@by_verbs
def entitlements(request: HttpRequest, license: str) -> HttpResponse:
    """What a license opens; the vendor attaches features of its own, or detaches."""
    if request.method == "GET":
        bearer = bearers.authenticate(request, timezone.now()).about(license)
        return listed(request, bearer.license.opens, documents.entitlement_of)
    vendor = bearers.vendor_of(request)
    row = vendor.about(license).license
    named = set(wishes.entitlements_in(request))
    row.lock()  # who attaches something else at the same moment comes next
    own = set(row.entitlements.all())
    attaches = request.method == "POST"
    actions.set_entitlements(
        license=row,
        entitlements=own | named if attaches else own - named,
        by=vendor.person,
        at=vendor.at,
    )
    if not attaches:
        return HttpResponse(status=204)
    return as_json({"data": [documents.entitlement_of(one) for one in row.opens]})


def _shown(license: License, vendor: Vendor) -> dict[str, Any]:
    text = actions.license_key_of(license)
    return documents.license_of(license, key_text=text, at=vendor.at)


def _revoked(request: HttpRequest, vendor: Vendor, license: License) -> HttpResponse:
    actions.revoke_license(
        license=license,
        reason=_reason(request, vendor),
        by=vendor.person,
        at=vendor.at,
    )
    return HttpResponse(status=204)


def _reason(request: HttpRequest, vendor: Vendor) -> str:
    """What the contacts read; the machine that did it, when it says nothing."""
    given = meta_of(request).get("reason")
    return given if is_text(given) and given.strip() else str(vendor.token)
