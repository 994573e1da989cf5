"""What the vendor's machines want of a license, read from JSON:API bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.models import Application, Environment
from companies.models import Company
from licenses.api.endpoints import body_of
from licenses.api.errors import RefusedError
from licenses.api.machine_facts import LONGEST_METADATA
from licenses.api.texts import is_storable, is_text
from licenses.api.tokens import Vendor, as_uuid
from licenses.models import ApiToken, Entitlement, Policy

# Our name of each attribute, and the kinds of value it takes.
ATTRIBUTES: dict[str, tuple[str, tuple[type, ...]]] = {
    "maxMachines": ("max_servers", (int, type(None))),
    "maxUsers": ("users", (int, type(None))),
    "metadata": ("metadata", (dict,)),
    "key": ("key", (str,)),
}
MOST = 2**31 - 1


@dataclass
class LicenseWish:
    """Fields of License to write, and the moment at which it ends."""

    facts: dict[str, Any] = field(default_factory=dict)
    expiry: datetime | None = None

    def ends_on(self, company: Company) -> date | None:
        """The last valid day, where the company is; a moment counts as the day before.

        That is the day of the last instant before the expiry.
        """
        if self.expiry is None:
            return None
        last = self.expiry - timedelta(microseconds=1)
        return last.astimezone(ZoneInfo(company.time_zone)).date()


def of_license(data: dict[str, Any]) -> LicenseWish:
    attributes = data.get("attributes", {})
    if not isinstance(attributes, dict):
        raise _invalid("attributes", "An object is needed.", "/data/attributes")
    wish = LicenseWish()
    for name, value in attributes.items():
        pointer = f"/data/attributes/{name}"
        if name == "expiry":
            wish.expiry = _moment(value, pointer)
        elif name in ATTRIBUTES:
            ours, kinds = ATTRIBUTES[name]
            if type(value) not in kinds or not _is_kept_whole(value):
                raise _invalid(name, "This value does not fit.", pointer)
            wish.facts[ours] = value
    return wish


def environment_in(data: dict[str, Any], vendor: Vendor) -> Environment:
    """The place that the license is for; each needs its own [LI-10]."""
    pk = _linked(data, "environment")
    found = Environment.objects.select_related("application__company").filter(pk=pk)
    if vendor.token.application:
        found = found.filter(application=vendor.token.application)
    if pk and (environment := found.first()):
        return environment
    raise _invalid(
        "environment",
        "Name the environment that the license is for.",
        "/data/relationships/environment",
    )


def policy_in(data: dict[str, Any], application: Application) -> Policy | None:
    """The policy that is named; none for the standard rules."""
    if not _names(data, "policy"):
        return None
    return _policy(_linked(data, "policy"), application, "/data/relationships/policy")


def linked_policy(data: dict[str, Any], application: Application) -> Policy:
    """The policy as the whole `data` of a body."""
    return _policy(as_uuid(str(data.get("id"))), application, "/data/id")


def entitlements_in(request: HttpRequest) -> list[Entitlement]:
    """Those that `data` lists by their ids."""
    data = body_of(request).get("data")
    if not isinstance(data, list):
        raise _invalid("data", "A list is needed.", "/data")
    ids = [
        as_uuid(str(one.get("id"))) if isinstance(one, dict) else None for one in data
    ]
    found = list(Entitlement.objects.filter(pk__in=[pk for pk in ids if pk]))
    if len(found) != len(set(ids)):
        raise _invalid("entitlements", "One of them is not known.", "/data")
    return found


def of_token(data: dict[str, Any], vendor: Vendor) -> dict[str, Any]:
    """The parameters of `make_token`: its kind follows from what it is for.

    Whoever names a license or a product badly gets no token, least of all for all.
    """
    attributes = data.get("attributes")
    told = attributes if isinstance(attributes, dict) else {}
    name, expiry = told.get("name"), told.get("expiry")
    if not is_text(name) or not name.strip():
        raise _invalid("name", "Say what uses the token.", "/data/attributes/name")
    wish = {"name": name, "kind": ApiToken.Kind.ADMIN}
    if expiry is not None:
        wish["expires_at"] = _moment(expiry, "/data/attributes/expiry")
    if _names(data, "license"):
        return wish | {
            "kind": ApiToken.Kind.ACTIVATION,
            "license": vendor.about(str(_linked(data, "license"))).license,
        }
    if _names(data, "product"):
        found = vendor.applications.filter(pk=_linked(data, "product")).first()
        if found is None:
            pointer = "/data/relationships/product"
            raise _invalid("product", "This product is not known.", pointer)
        return wish | {"kind": ApiToken.Kind.PRODUCT, "application": found}
    return wish


def refused(refusal: ValidationError) -> RefusedError:
    """A verb's refusal in its words; a field is named where one is at fault."""
    fields = getattr(refusal, "error_dict", {})
    name = next((name for name in fields if name != "__all__"), "license")
    return _invalid(name, " ".join(refusal.messages), "/data")


def _policy(pk: Any, application: Application, pointer: str) -> Policy:
    offered = Policy.objects.for_application(application)
    if pk and (policy := offered.filter(pk=pk).first()):
        return policy
    raise _invalid("policy", "This policy is not offered for the app.", pointer)


def _is_kept_whole(value: Any) -> bool:
    """Whether the database takes it as it is."""
    if isinstance(value, int):
        return 0 < value < MOST
    if isinstance(value, dict):
        return is_storable(value, LONGEST_METADATA)
    return value is None or is_text(value)


def _names(data: dict[str, Any], name: str) -> bool:
    """Whether such a relationship is there at all, well or badly put."""
    relationships = data.get("relationships")
    return isinstance(relationships, dict) and name in relationships


def _linked(data: dict[str, Any], name: str) -> Any:
    try:
        return as_uuid(str(data["relationships"][name]["data"]["id"]))
    except (KeyError, TypeError):
        return None


def _moment(value: Any, pointer: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    # At the ends of the calendar no zone can be reckoned with.
    if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise _invalid("expiry", "It is a moment: 2027-12-06T23:00:00.000Z.", pointer)
    return moment


def _invalid(name: str, detail: str, pointer: str) -> RefusedError:
    return RefusedError(422, f"{name.upper()}_INVALID", detail, pointer=pointer)
