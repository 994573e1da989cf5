"""What the vendor sells, for its own machines: products, policies, features, tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from companies.access import public
from licenses import actions, documents
from licenses.api import bearers, wishes
from licenses.api.endpoints import endpoint, resource_of
from licenses.api.errors import as_json, forbidden, not_found
from licenses.api.lists import listed
from licenses.api.texts import is_text
from licenses.api.tokens import Vendor, as_uuid, token_of
from licenses.api.vendor import WHO, by_verbs
from licenses.models import ApiToken, Entitlement, Policy


@public(WHO)
@endpoint("GET")
def entitlements(request: HttpRequest) -> HttpResponse:
    bearers.vendor_of(request)
    return listed(request, Entitlement.objects.all(), documents.entitlement_of)


@public(WHO)
@endpoint("GET")
def entitlement(request: HttpRequest, entitlement: str) -> HttpResponse:
    """By its id, or by its code."""
    bearers.vendor_of(request)
    pk = as_uuid(entitlement)
    named = {"pk": pk} if pk else {"code": entitlement}
    is_possible = is_text(entitlement)
    found = Entitlement.objects.filter(**named).first() if is_possible else None
    return _one(found, documents.entitlement_of)


@public(WHO)
@endpoint("GET")
def policies(request: HttpRequest) -> HttpResponse:
    """Those on offer to the apps that the token opens."""
    vendor = bearers.vendor_of(request)
    return listed(request, _policies(vendor), documents.policy_of)


@public(WHO)
@endpoint("GET")
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    found = _policies(vendor).filter(pk=as_uuid(policy)).first()
    return _one(found, documents.policy_of)


@public(WHO)
@endpoint("GET")
def products(request: HttpRequest) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    found = vendor.applications.order_by("name", "pk")
    return listed(request, found, documents.product_of)


@public(WHO)
@endpoint("GET")
def product(request: HttpRequest, product: str) -> HttpResponse:
    vendor = bearers.vendor_of(request)
    found = vendor.applications.filter(pk=as_uuid(product)).first()
    return _one(found, documents.product_of)


@public(WHO)
@endpoint("GET", "POST")
@by_verbs
@sensitive_variables()
def tokens(request: HttpRequest) -> HttpResponse:
    """Those that work; a new one for one license, or for one app."""
    vendor = _for_every_license(request)
    if request.method == "GET":
        return listed(request, ApiToken.objects.good(vendor.at), token_of)
    wish = wishes.of_token(resource_of(request), vendor)
    token, text = actions.make_token(by=vendor.person, at=vendor.at, **wish)
    shown = token_of(token)
    shown["attributes"]["token"] = text
    return as_json({"data": shown}, status=201)


@public(WHO)
@endpoint("GET", "DELETE")
@by_verbs
def token(request: HttpRequest, token: str) -> HttpResponse:
    vendor = _for_every_license(request)
    found = ApiToken.objects.good(vendor.at).filter(pk=as_uuid(token)).first()
    if request.method == "GET" or found is None:
        return _one(found, token_of)
    actions.revoke_token(token=found, by=vendor.person, at=vendor.at)
    return HttpResponse(status=204)


def _for_every_license(request: HttpRequest) -> Vendor:
    """Tokens are made and read by a token that opens everything."""
    vendor = bearers.vendor_of(request)
    if vendor.token.kind != ApiToken.Kind.ADMIN:
        raise forbidden("Only a token for every license may do that.")
    return vendor


def _policies(vendor: Vendor) -> Any:
    application = vendor.token.application
    if application:
        return Policy.objects.for_application(application)
    return Policy.objects.offered()


def _one(found: Any, resource: Any) -> HttpResponse:
    if found is None:
        raise not_found()
    return as_json({"data": resource(found)})
