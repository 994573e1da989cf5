"""The rows of the list of applications: every cell ready to be shown.

Made in one go and in Python: a page has fifty rows, and a template that asks for each
fact on its own takes several times as long.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.models import Application
from companies.models import User
from portal.standing import Standing
from portal.versions import SupportTable
from ui import symbols, times

# On a phone a row leaves out what says nothing.
LEFT_OUT = mark_safe(' class="hide-sm"')  # noqa: S308 a constant
RIGHT = mark_safe(' class="right"')  # noqa: S308 a constant
RIGHT_LEFT_OUT = mark_safe(' class="right hide-sm"')  # noqa: S308 a constant


class Row(NamedTuple):
    """One application, in the order of the cells; `…_class` is an attribute."""

    url: str
    name: str
    where: str
    hosting: SafeString
    contact: SafeString
    version: SafeString
    version_class: str
    license: SafeString
    license_class: str
    state: SafeString
    tickets: SafeString
    tickets_class: str


# An id to take an address apart with.
NOWHERE = uuid.UUID(int=0)


class Drawing:
    """Draws rows for one reader on one day; what many rows share is drawn once."""

    def __init__(self, reader: User, versions: SupportTable) -> None:
        self.reader, self.versions = reader, versions
        self.base = reverse("application_list")
        self.hostings = {
            Application.Hosting.CLOUD: _hosting("cloud", Application.Hosting.CLOUD),
            Application.Hosting.ON_PREMISES: _hosting(
                "server", Application.Hosting.ON_PREMISES
            ),
        }
        somewhere = reverse("tickets:for_application", args=[NOWHERE])
        self.tickets = somewhere.split(str(NOWHERE))
        self.none = _muted(_("none"))
        self.unknown = _muted(_("unknown"))
        self.renewed = _muted(_("Renewed by %(vendor)s") % _vendor(), "muted nowrap")
        self.unlicensed = _muted(_("no license"), "muted nowrap")
        self.state = cache(symbols.bare)
        self.version = cache(self._version)

    def rows(self, applications: Iterable[Application]) -> list[Row]:
        """`applications` come with their columns and furnished (`portal.beside`)."""
        today, table = self.versions.today, self.versions
        return [self._row(row, Standing(row, today, table)) for row in applications]

    def _row(self, application: Application, standing: Standing) -> Row:
        support, due_on = standing.support, standing.due_on
        note = (support.brief, support.tone) if support else ("", "")
        acts = application.is_on_premises and due_on is not None
        count = application.open_tickets
        return Row(
            url=f"{self.base}{application.pk}/",
            name=application.name,
            where=self._where(application, standing),
            hosting=self.hostings[application.hosting],
            contact=_contact(application),
            version=self.version(standing.short_version, *note),
            version_class="" if standing.version else LEFT_OUT,
            license=_end(standing) if acts else self._no_end(application),
            license_class="" if acts else LEFT_OUT,
            state=self.state(standing.state),
            tickets=self._tickets(application, count) if count else self.none,
            tickets_class=RIGHT if count else RIGHT_LEFT_OUT,
        )

    def _where(self, application: Application, standing: Standing) -> str:
        """Where it runs, after the company where that is not the reader's own."""
        if application.company_id == self.reader.company_id:
            return standing.whereabouts
        words = {"company": application.company_name, "where": standing.whereabouts}
        return _("%(company)s, %(where)s") % words

    def _no_end(self, application: Application) -> SafeString:
        """For Cloud the end is the vendor's business."""
        return self.renewed if application.is_cloud else self.unlicensed

    def _tickets(self, application: Application, count: int) -> SafeString:
        before, after = self.tickets
        return format_html(
            '<a href="{}{}{}">{}</a>',
            before,
            application.pk,
            after,
            ngettext("%(count)s open", "%(count)s open", count) % {"count": count},
        )

    def _version(self, version: str, note: str, tone: str) -> SafeString:
        if not version:
            return self.unknown
        words = format_html('<small class="is-{}">{}</small>', tone, note)
        return format_html(
            '<span class="num">{}{}</span>', version, words if tone else ""
        )


def _hosting(icon: str, hosting: Application.Hosting) -> SafeString:
    return format_html(
        '<span class="inline soft nowrap">{}{}</span>',
        symbols.icon(icon),
        hosting.label,
    )


def _muted(words: str, classes: str = "muted") -> SafeString:
    return format_html('<span class="{}">{}</span>', classes, words)


def _vendor() -> dict[str, str]:
    return {"vendor": settings.VENDOR_NAME}


def _contact(application: Application) -> SafeString:
    """Who answers for it; before the order is signed, who is named in it [TC-03]."""
    names = application.contact_names
    if not names and not application.named_contact_name:
        return _muted(_("nobody yet"), "is-warn")
    if not names:
        note = _("once the order is signed")
        name = application.named_contact_name
        return format_html("<span>{}<small>{}</small></span>", name, note)
    if len(names) == 1 and not application.handover_to:
        return format_html("<span>{}</span>", names[0])
    return format_html("<span>{}{}{}</span>", names[0], _more(names), _to(application))


def _more(names: list[str]) -> SafeString:
    if len(names) == 1:
        return SafeString()
    words = _("and %(count)d more") % {"count": len(names) - 1}
    return format_html(' <span class="muted">{}</span>', words)


def _to(application: Application) -> SafeString:
    if not application.handover_to:
        return SafeString()
    words = _("handover to %(name)s pending") % {"name": application.handover_to}
    return format_html("<small>{}</small>", words)


def _end(standing: Standing) -> SafeString:
    """The end that the customer acts on, and how far away it is."""
    tone = standing.due_tone
    return format_html(
        "<span>{}<small{}>{}</small></span>",
        times.day(standing.due_on),
        SafeString(f' class="is-{tone}"') if tone else "",
        times.ends_in(standing.due_on, standing.today),
    )
