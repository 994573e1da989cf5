"""The ways of the desk from one thing to all that belongs to it.

One table says which list can be narrowed to one company, app, person and so on. From it
come the links with figures on the page of that thing, and the filter they lead to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ui.counting import count_all, in_figures


@dataclass(frozen=True)
class Kind:
    """What a list can be narrowed to; `by` is the fact that the other rows name."""

    label: str
    word: str | Promise
    by: str = "pk"


KINDS = {
    "company": Kind("companies.Company", _("company")),
    "app": Kind("applications.Application", _("app")),
    "environment": Kind("applications.Environment", _("environment")),
    "person": Kind("companies.User", _("person")),
    "license": Kind("licenses.License", _("license")),
    "policy": Kind("licenses.Policy", _("policy")),
    "address": Kind("companies.User", _("address"), by="email"),
}
# Per list and kind: where its rows name that thing. The order is that of the links.
PATHS: dict[str, dict[str, str]] = {
    "tickets.ticket": {
        "company": "company",
        "app": "application",
        "environment": "environment",
        "person": "opened_by",
    },
    "applications.application": {"company": "company", "person": "memberships__user"},
    "applications.environment": {"app": "application"},
    "companies.user": {"company": "company", "app": "memberships__application"},
    "contacts.technicalcontact": {
        "company": "application__company",
        "app": "application",
        "person": "user",
    },
    "contacts.handover": {"app": "application"},
    "licenses.license": {
        "company": "environment__application__company",
        "app": "environment__application",
        "environment": "environment",
        "policy": "policy",
    },
    "licenses.seat": {"license": "license"},
    "licenses.licensekey": {"license": "license"},
    "licenses.issuedfile": {"license": "license"},
    "licenses.renewalreminder": {"license": "license"},
    "licenses.expansionrequest": {
        "company": "license__environment__application__company",
        "license": "license",
    },
    "licenses.policy": {"app": "application"},
    "operations.maintenancewindow": {
        "app": "touched__environment__application",
        "environment": "touched__environment",
    },
    "companies.invitation": {"company": "company"},
    "companies.claimeddomain": {"company": "company"},
    "companies.signon": {"company": "company"},
    "outbox.message": {"app": "about_id", "address": "recipient"},
    "companies.activityentry": {"company": "company", "app": "about"},
}
# A list that shows a part unless it is asked for all.
ALL = {"tickets.ticket": {"state": "all"}}


@dataclass(frozen=True)
class Way:
    """A link to the rows that belong to the thing, and how many there are."""

    title: str
    url: str
    figures: str


def ways_of(thing: Model) -> list[Way]:
    """Every list that can be narrowed to this thing, counted in one statement."""
    found = list(_lists_of(thing))
    if not found:
        return []
    rows = {
        f"n_{place}": narrowed(model, path, value)
        for place, (model, path, value, _url) in enumerate(found)
    }
    counts = count_all(**rows)
    return [
        Way(
            capfirst(model._meta.verbose_name_plural),
            url,
            in_figures(counts[f"n_{place}"]),
        )
        for place, (model, _path, _value, url) in enumerate(found)
    ]


def activity_of(thing: Model) -> str:
    """The address of what was done with this thing, for those that have a log."""
    label = "companies.activityentry"
    for name, kind in kinds_of(thing):
        if name in PATHS[label]:
            return _address(label, name, getattr(thing, kind.by))
    return ""


def kinds_of(thing: Model) -> list[tuple[str, Kind]]:
    """What this thing is to the lists; a person is also an address."""
    return [
        (name, kind) for name, kind in KINDS.items() if kind.label == thing._meta.label
    ]


def narrowed(model: type[Model], path: str, value: Any) -> QuerySet:
    """The rows that name the thing, each once."""
    keys = model._default_manager.filter(**{path: value}).values("pk")
    return model._default_manager.filter(pk__in=keys)


def _lists_of(thing: Model) -> Iterator[tuple[type[Model], str, Any, str]]:
    kinds = kinds_of(thing)
    for label, paths in PATHS.items():
        for name, kind in kinds:
            if name in paths:
                value = getattr(thing, kind.by)
                url = _address(label, name, thing.pk)
                yield apps.get_model(label), paths[name], value, url


def _address(label: str, kind: str, key: Any) -> str:
    wanted = {kind: key, **ALL.get(label, {})}
    name = label.replace(".", "_")
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(wanted)}"


class OneThing(admin.SimpleListFilter):
    """Narrows a list to one thing; shown only while it does."""

    kind: str
    path: str

    def __init__(
        self, request: HttpRequest, params: dict, model: type[Model], of_model: Any
    ) -> None:
        self.thing = _found(KINDS[self.kind], params.get(self.parameter_name))
        self.asked = request.GET
        super().__init__(request, params, model, of_model)

    @property
    def without(self) -> str:
        """The address of the same list without this filter."""
        asked = self.asked.copy()
        for name in (self.parameter_name, PAGE_VAR):
            asked.pop(name, None)
        return f"?{asked.urlencode()}"

    @property
    def only(self) -> str:
        """The name of the thing, for the line above the list; empty when not asked."""
        if self.value() is None:
            return ""
        return str(self.thing or _("that is not there"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.value(), self.only)] if self.only else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        if self.thing is None:
            return queryset.none()
        value = getattr(self.thing, KINDS[self.kind].by)
        rows = narrowed(queryset.model, self.path, value)
        return queryset.filter(pk__in=rows.values("pk"))


def filters_of(model: type[Model]) -> list[type[OneThing]]:
    """One for each kind that the table has for this list."""
    paths = PATHS.get(model._meta.label_lower, {})
    return [_filter(kind, path) for kind, path in paths.items()]


def _filter(kind: str, path: str) -> type[OneThing]:
    facts = {
        "kind": kind,
        "path": path,
        "parameter_name": kind,
        "title": KINDS[kind].word,
    }
    return type(f"Only{kind.title()}", (OneThing,), facts)


def _found(kind: Kind, asked: list[str] | None) -> Model | None:
    """The thing with that key; none for a key that cannot be."""
    if not asked:
        return None
    try:
        return apps.get_model(kind.label).objects.filter(pk=asked[-1]).first()
    except (ValidationError, ValueError):
        return None
