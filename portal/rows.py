"""The rows of the list of applications: every word of a row, ready to be shown.

Made in one go and in Python: a page has fifty of them, and a template that asks for
each fact on its own takes twice the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.models import Application
from companies.models import User
from portal.standing import Standing
from ui import symbols, times


@dataclass(frozen=True)
class Contact:
    """Who answers for the application; `is_missing` where nobody does yet."""

    name: str
    more: str = ""
    note: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class Noted:
    """A value with a second line and how urgent that is; `value` may be empty."""

    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One application of the list."""

    name: str
    url: str
    where: str
    icon: str
    hosting: str
    contact: Contact
    version: Noted
    license: Noted
    state: SafeString
    tickets: str
    tickets_url: str


def row_of(application: Application, standing: Standing, reader: User) -> Row:
    """One application with its columns (`portfolio.with_columns`), for this reader."""
    count = application.open_tickets
    return Row(
        name=application.name,
        url=application.get_absolute_url(),
        where=_where(application, standing, reader),
        icon="cloud" if application.is_cloud else "server",
        hosting=application.get_hosting_display(),
        contact=_contact(application),
        version=_version(standing),
        license=_license(application, standing),
        state=symbols.bare(standing.state),
        tickets=_("%(count)s open") % {"count": count} if count else "",
        tickets_url=reverse("tickets:for_application", args=[application.pk])
        if count
        else "",
    )


def _where(application: Application, standing: Standing, reader: User) -> str:
    """Where it runs, after the company where that is not the reader's own."""
    if application.company_id == reader.company_id:
        return standing.whereabouts
    words = {"company": application.company, "where": standing.whereabouts}
    return _("%(company)s, %(where)s") % words


def _contact(application: Application) -> Contact:
    contacts = application.contact_rows
    note = ""
    if application.handover_to:
        words = {"name": application.handover_to}
        note = _("handover to %(name)s pending") % words
    if contacts:
        more = len(contacts) - 1
        words = {"count": more}
        others = _("and %(count)d more") % words if more else ""
        return Contact(str(contacts[0].user), others, note)
    if application.named_contact:
        named = str(application.named_contact)
        return Contact(named, note=_("once the order is signed"))
    return Contact(_("nobody yet"), is_missing=True)


def _version(standing: Standing) -> Noted:
    support = standing.support
    if not standing.version:
        return Noted("")
    if support is None or not support.tone:
        return Noted(standing.short_version)
    return Noted(standing.short_version, support.brief, support.tone)


def _license(application: Application, standing: Standing) -> Noted:
    """The end that the customer acts on; for Cloud that it is the vendor's business."""
    if application.is_cloud:
        words = {"vendor": settings.VENDOR_NAME}
        return Noted("", _("Renewed by %(vendor)s") % words)
    if standing.due_on is None:
        return Noted("", _("no license"))
    return _end(standing.due_on, standing)


def _end(due_on: date, standing: Standing) -> Noted:
    left = times.ends_in(due_on, standing.today)
    return Noted(times.day(due_on), left, standing.due_tone)
