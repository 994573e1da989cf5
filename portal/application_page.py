"""The overview of one application: everything its page says, in few queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.models import Application, Environment
from companies import audit
from companies.models import User
from companies.statements import KeptRows
from contacts.models import Handover, TechnicalContact
from contacts.rights import may_settle_orders
from licenses.models import License, LicenseKey
from operations.models import MaintenanceWindow
from portal import runway
from portal.banners import Banner, banners
from portal.numbers import in_words
from portal.portfolio import open_tickets
from portal.standing import Standing
from portal.timeline import Event, events
from portal.versions import Support, SupportTable

RECENT = 6


@dataclass(frozen=True)
class Server:
    """One environment of an On-Premises application with the key in use there."""

    environment: Environment
    license: License | None
    key: LicenseKey | None
    support: Support | None

    @property
    def host(self) -> str:
        """The address without its scheme, short enough for a table."""
        return urlsplit(self.environment.url).netloc


_application = KeptRows(
    lambda reader, pk: (
        Application.objects.visible_to(reader)
        .select_related("company__service_level", "company__account_executive")
        .annotate(open_tickets=open_tickets(reader))
        .filter(pk=pk)
    )
)
_environments = KeptRows(
    lambda reader, pk: (
        Environment.objects.visible_to(reader)
        .filter(application=pk, offboarded_at__isnull=True)
        .order_by("created_at", "id")
        .select_related("license__policy")
        .defer("license__purchase", "license__notes")
    )
)
_keys = KeptRows(
    lambda reader, pk: (
        LicenseKey.objects.visible_to(reader)
        .current()
        .filter(license__environment__application=pk)
        .defer("encrypted_text")
    )
)
_contacts = KeptRows(
    lambda reader, pk: (
        TechnicalContact.objects.visible_to(reader)
        .filter(application=pk)
        .with_health()
        .order_by("appointed_at", "id")
    )
)
_handovers = KeptRows(
    lambda reader, pk, at: (
        Handover.objects.visible_to(reader)
        .pending(at)
        .filter(application=pk)
        .order_by("offered_at", "id")
        .select_related("from_user", "to_user")
    )
)
_windows = KeptRows(
    lambda reader, pk, at: (
        MaintenanceWindow.objects.visible_to(reader)
        .upcoming(at)
        .touching(pk)
        .order_by("starts_at", "id")[:3]
    )
)
_activity = KeptRows(lambda _, pk: audit.log_of(pk)[:RECENT])


def fetch_application(reader: User, pk: uuid.UUID) -> Application:
    """With its company, its agreement and its open tickets; 404 for a stranger's."""
    return _application.one_or_404(reader, pk=pk)


class ApplicationPage:
    """What one person reads about one application at one moment."""

    def __init__(self, application: Application, user: User, at: datetime) -> None:
        self.application = application
        self.user = user
        self.at = at
        self.today = timezone.localdate(at)

    @cached_property
    def standing(self) -> Standing:
        pk = self.application.pk
        rows = _environments(self.user, pk=pk)
        keys = defaultdict(list)
        if self.application.is_on_premises:
            for key in _keys(self.user, pk=pk):
                keys[key.license_id].append(key)
        for row in rows:
            row.application = self.application
            if license := getattr(row, "license", None):
                license.current_keys = keys[license.pk]
        self.application.environment_rows = rows
        return Standing(self.application, self.today, self.versions)

    @cached_property
    def versions(self) -> SupportTable:
        return SupportTable.load(self.today)

    @cached_property
    def contacts(self) -> list[TechnicalContact]:
        rows = _contacts(self.user, pk=self.application.pk)
        return [contact.judged(self.at) for contact in rows]

    @cached_property
    def handovers(self) -> list[Handover]:
        """Offers of the role that wait for an answer."""
        return _handovers(self.user, pk=self.application.pk, at=self.at)

    @cached_property
    def activity(self) -> list[Event]:
        return events(_activity(self.user, pk=self.application.pk))

    @cached_property
    def windows(self) -> list[MaintenanceWindow]:
        """The next planned work on this application; none On-Premises [E18]."""
        if not self.application.is_cloud:
            return []
        return _windows(self.user, pk=self.application.pk, at=self.at)

    # Who may do what from here

    @cached_property
    def manages_licenses(self) -> bool:
        """Whether to offer a key: `contacts.rights` judges again when it is made."""
        if not self.application.is_on_premises or not self.signed:
            return False
        if self.application.state != Application.State.DELIVERED:
            return False
        return self.user.is_staff or self.is_contact

    @cached_property
    def signed(self) -> list[License]:
        """Licenses whose contract runs, so that a key can be made."""
        return [row for row in self.standing.licenses if row.ends_on >= self.today]

    @cached_property
    def is_contact(self) -> bool:
        return any(row.user_id == self.user.pk for row in self.contacts)

    @property
    def may_ask(self) -> bool:
        """A ticket is opened on what is still there."""
        return self.application.state != Application.State.OFFBOARDED

    @cached_property
    def is_in_charge(self) -> bool:
        user, company = self.user, self.application.company_id
        is_admin = user.is_company_admin and user.company_id == company
        return user.is_staff or is_admin or self.is_contact

    @property
    def may_change(self) -> bool:
        """Whether to offer corrections: `contacts.rights` judges them again."""
        return self.may_ask and self.is_in_charge

    @property
    def may_settle(self) -> bool:
        return may_settle_orders(self.user)

    @property
    def generate_url(self) -> str:
        """Where a key is made: for the license that needs it first."""
        waiting = self.standing.keys_to_activate or self.signed
        license = min(waiting, key=lambda row: row.due_on)
        return reverse("licenses:generate", args=[license.pk])

    # Licenses and servers

    @cached_property
    def servers(self) -> list[Server]:
        return [self._server(row) for row in self.standing.environments]

    def _server(self, environment: Environment) -> Server:
        license = getattr(environment, "license", None)
        keys = getattr(license, "current_keys", [])
        in_use = next((key for key in keys if key.activated_at), None)
        support = self.versions.of(environment.platform_major)
        return Server(environment, license, in_use, support)

    @cached_property
    def address(self) -> str:
        """Where the application is used: the address of its first environment."""
        return next((row.url for row in self.standing.environments if row.url), "")

    @property
    def users(self) -> int | None:
        license = next(iter(self.standing.licenses), None)
        return license.covered_users if license else None

    @cached_property
    def axis(self) -> dict[str, int]:
        """How far the runway looks: far enough to show a renewal."""
        last = max((row.ends_on for row in self.standing.licenses), default=self.today)
        months = (last.year - self.today.year) * 12 + last.month - self.today.month
        return {"months": min(max(months + 3, 12), 36), "back": 2}

    @cached_property
    def runway(self) -> list[runway.Row]:
        return [runway.of_environment(row) for row in self.standing.licenses]

    @property
    def legend(self) -> SafeString:
        return runway.legend(self.runway, self.today)

    @property
    def steps(self) -> dict[str, int]:
        return runway.ladder_steps()

    # Words

    @cached_property
    def banners(self) -> list[Banner]:
        return banners(
            self.standing,
            [row.user for row in self.contacts],
            may_generate=self.manages_licenses,
        )

    @property
    def contacts_note(self) -> str:
        """Who gets the reminders, under the list of contacts."""
        if self.application.is_cloud:
            return _(
                "A Cloud app has exactly one contact, who hears of planned maintenance"
                " first."
            )
        rest = _("An On-Premises app may have several contacts and needs at least one.")
        return f"{self._who_is_reminded()} {rest}"

    def _who_is_reminded(self) -> str:
        count = len(self.contacts)
        if count == 1:
            return _("This contact gets the renewal reminders.")
        if count == 2:
            return _("Both get the renewal reminders.")
        words = {"count": in_words(count)}
        return _("All %(count)s get the renewal reminders.") % words
