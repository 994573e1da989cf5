"""The list of applications as a CSV file, row by row, as it is filtered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.models import Application
from portal.beside import in_chunks
from portal.portfolio import Wish
from portal.standing import Standing
from portal.versions import SupportTable

CHUNK = 500


def rows(wish: Wish) -> Iterator[list[Any]]:
    """The head and a line for each application, a few hundred read at a time."""
    yield _head()
    found = wish.applications().order_by(*wish.order).iterator(chunk_size=CHUNK)
    for application in in_chunks(found, wish.user, wish.at, CHUNK):
        yield _cells(application, wish)


def _head() -> list[str]:
    return [
        _("App"),
        _("Company"),
        _("Hosting"),
        _("State"),
        _("Environments"),
        _("Technical contacts"),
        _("Platform version"),
        _("License ends"),
        _("Open tickets"),
        _("Identifier"),
    ]


def _cells(application: Application, wish: Wish) -> list[Any]:
    standing = Standing(application, wish.today, SupportTable([], wish.today))
    due_on = standing.due_on if application.is_on_premises else None
    return [
        application.name,
        application.company_name,
        application.get_hosting_display(),
        standing.state.word,
        ", ".join(row.name for row in standing.environments),
        ", ".join(application.contact_names),
        standing.version,
        due_on.isoformat() if due_on else "",
        application.open_tickets,
        application.pk,
    ]
