"""Who may see what: the row filter of every tenant model and the doors of every view.

The wall is not "my company's rows". It is "rows of applications on whose team I am
and, if I am a company admin, rows of my company". Vendor staff see everything.
A row that is not visible does not exist: 404. A visible thing somebody may not do is
refused: 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class Paths:
    """The lookups from a tenant row to its company and to the people of its team.

    `team` leads over the application and its memberships to the person, and is empty
    for a row that belongs to the company alone.
    """

    company: str
    team: str = ""

    @property
    def application(self) -> str:
        """The part of `team` that leads to the application."""
        return "__".join(self.team.split("__")[:-2]) or "pk"


class Among(models.Func):
    """Whether a column holds one of the keys that a query gives.

    PostgreSQL fetches the keys first, as an array: joined to them it would guess how
    many there are, and guess wrong for somebody who sees little of a large table.
    """

    output_field = models.BooleanField()
    template = "%(expressions)s"
    arg_joiner = " IN "

    def as_postgresql(self, *args: Any, **extra: Any) -> tuple[str, Any]:
        words = {"template": "%(expressions)s)", "arg_joiner": " = ANY(ARRAY"}
        return self.as_sql(*args, **words, **extra)


class TenantQuerySet(models.QuerySet):
    """The base of every tenant model's QuerySet; the model names its `access` paths."""

    def visible_to(self, user: Any) -> TenantQuerySet:
        """Rows this person may see.

        No join leads to the team: it would give a row once for every member.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        paths: Paths = self.model.access
        if paths.team:
            return self.filter(self._ways_in(user))
        if user.is_company_admin:
            return self.filter(**{paths.company: user.company_id})
        return self.none()

    def _ways_in(self, user: Any) -> models.Q:
        """Both ways of being allowed, each a condition that an index answers."""
        paths: Paths = self.model.access
        application, team = self._team_of(user)
        if not user.is_company_admin:
            return models.Q(Among(models.F(paths.application), team))
        if paths.company == f"{paths.application}__company":
            rows = application._base_manager.using(self.db).order_by()
            company = rows.filter(company=user.company_id).values("pk")
            return models.Q(Among(models.F(paths.application), company.union(team)))
        its_own = models.Q(**{paths.company: user.company_id})
        return its_own | models.Q(Among(models.F(paths.application), team))

    def _team_of(self, user: Any) -> tuple[type[models.Model], models.QuerySet]:
        """The model of applications, and the keys of those on whose team one is."""
        *steps, memberships, person = self.model.access.team.split("__")
        application = self.model
        for step in steps:
            application = application._meta.get_field(step).related_model
        relation = application._meta.get_field(memberships)
        rows = relation.related_model._base_manager.using(self.db).order_by()
        mine = rows.filter(**{person: user.pk})
        return application, mine.values(relation.field.attname)


def fetch_visible(rows: Any, user: Any, **lookup: Any) -> Any:
    """The one row this person may see, or Http404. `rows` is a QuerySet or a model."""
    queryset = rows if isinstance(rows, models.QuerySet) else rows.objects.all()
    return get_object_or_404(queryset.visible_to(user), **lookup)


def public(why: str) -> Callable[[View], View]:
    """Open this view to everybody; `why` is read by whoever reviews the doors."""

    def open_door(view: View) -> View:
        view.door = f"public: {why}"
        return login_not_required(view)

    return open_door


def _guarded(name: str, allows: Callable[[Any], bool]) -> Callable[[View], View]:
    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not (user.is_authenticated and user.is_active and allows(user)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.door = name
        guarded.login_required = True
        return guarded

    return door


# LoginRequiredMiddleware has sent anonymous people to the sign-in page before these.
member = _guarded("member", lambda user: True)
company_admin = _guarded("company admin", lambda user: user.is_company_admin)
staff = _guarded("staff", lambda user: user.is_staff)
