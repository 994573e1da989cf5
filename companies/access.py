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

    `team` is empty for a row that belongs to the company alone.
    """

    company: str
    team: str = ""


class TenantQuerySet(models.QuerySet):
    """The base of every tenant model's QuerySet; the model names its `access` paths."""

    def visible_to(self, user: Any) -> TenantQuerySet:
        """Rows this person may see.

        Both ways of being allowed are subqueries on the primary key, joined by UNION:
        an OR over joins would scan the table, and DISTINCT would sort it.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        ways = self._ways_in(user)
        if not ways:
            return self.none()
        return self.filter(pk__in=ways[0].union(*ways[1:]) if ways[1:] else ways[0])

    def _ways_in(self, user: Any) -> list[models.QuerySet]:
        paths: Paths = self.model.access
        rows = self.model._base_manager.using(self.db).order_by()
        ways = []
        if user.is_company_admin:
            ways.append(rows.filter(**{paths.company: user.company_id}).values("pk"))
        if paths.team:
            ways.append(rows.filter(**{paths.team: user}).values("pk"))
        return ways


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
