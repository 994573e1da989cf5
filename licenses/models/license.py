"""Licenses: the contract's term for an environment, and everything sold with it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.access import Paths
from companies.models import Company
from companies.statements import NOBODY, KeptRows
from licenses.models import fresh
from licenses.models.holding import Holding
from licenses.models.key import OWN_KEY
from licenses.models.policy import (
    USUAL_LIMITS,
    Entitlement,
    Policy,
    UserLimits,
    limit_of,
    standard,
)
from licenses.models.selection import LicenseQuerySet
from licenses.reminders import thresholds
from licenses.standing import Standing, standing_of
from licenses.terms import TOO_FAR, end_of_term, is_too_far


class License(Holding, UserLimits):
    """The contract's term for one environment of an application [LI-10].

    Begins with a signed contract and is renewed term by term; off-boarding its
    environment ends it. `ends_on` is the last valid day of the contract. `runs_until`
    is the last day of the key in use, where one is. `due_on` is the earlier of the two:
    a renewed license whose new key is not activated runs out with the old key [E12].
    """

    access = Paths(
        company="environment__application__company",
        team="environment__application__memberships__user",
    )
    sealed = {"encrypted_key": OWN_KEY}
    digests = {"encrypted_key": "key_digest"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    environment = models.OneToOneField(
        Environment, models.PROTECT, related_name="license"
    )
    policy = models.ForeignKey(
        Policy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licenses",
        verbose_name=_("policy"),
        help_text=_("Empty: the standard rules, on one server."),
    )
    max_servers = models.PositiveIntegerField(
        _("servers"), null=True, blank=True, help_text=_("Empty: as the policy says.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        null=True,
        blank=True,
        help_text=_("As the policy said when the license came under it."),
    )
    entitlements = models.ManyToManyField(
        Entitlement,
        blank=True,
        related_name="+",
        verbose_name=_("entitlements of its own"),
    )
    encrypted_key = models.BinaryField(null=True, editable=False)
    key_digest = models.CharField(max_length=64, blank=True, editable=False)
    application_name = models.CharField(
        _("name at issue"),
        max_length=200,
        help_text=_("The app's name when the license was issued; it may have changed."),
    )
    serial = models.CharField(
        _("serial number"),
        max_length=255,
        blank=True,
        help_text=_("The number another asset tool knows this license by."),
    )
    users = models.PositiveIntegerField(_("users"), null=True, blank=True)
    licensee = models.CharField(
        _("licensed to"),
        max_length=120,
        blank=True,
        help_text=_("The person or house the contract names."),
    )
    licensee_email = models.EmailField(_("licensee's e-mail address"), blank=True)
    is_reassignable = models.BooleanField(
        _("may move to other hardware"),
        default=True,
        help_text=_("Whether the customer may make a key for another server."),
    )
    starts_on = models.DateField(
        _("starts"),
        null=True,
        blank=True,
        help_text=_("Empty where an imported portfolio does not say."),
    )
    ends_on = models.DateField(_("ends"), help_text=_("The last valid day."))
    runs_until = models.DateField(_("key in use ends"), null=True, blank=True)
    due_on = models.GeneratedField(
        expression=Least(
            models.F("ends_on"), Coalesce(models.F("runs_until"), models.F("ends_on"))
        ),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=_("runs out"),
    )
    end_moves = models.PositiveIntegerField(
        _("moves of the end"),
        default=0,
        editable=False,
        help_text=_("How often the day it runs out has moved: a calendar's SEQUENCE."),
    )
    end_moved_at = models.DateTimeField(
        _("end last moved"), null=True, blank=True, editable=False
    )
    terminates_on = models.DateField(
        _("planned end"),
        null=True,
        blank=True,
        help_text=_("Not renewed: after this day its environment is off-boarded."),
    )
    purchase = models.JSONField(
        _("purchase"),
        default=dict,
        blank=True,
        help_text=_("Order numbers, cost, supplier and what else the contract says."),
    )
    metadata = models.JSONField(
        _("facts for the app"),
        default=dict,
        blank=True,
        help_text=_("Sent to the app with the license."),
    )
    notes = models.TextField(_("notes"), blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspension_reason = models.CharField(_("why suspended"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revocation_reason = models.CharField(_("why revoked"), max_length=200, blank=True)
    last_validated_at = models.DateTimeField(
        _("last asked for by an app"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = LicenseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("license")
        verbose_name_plural = _("licenses")
        constraints = [
            models.UniqueConstraint(
                fields=["application_name", "serial"],
                condition=~models.Q(serial=""),
                name="license_serial_unique_per_application",
                violation_error_message=_("This serial number is known already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="license_ends_after_start",
                violation_error_message=_("A license ends after it starts."),
            ),
            models.UniqueConstraint(
                fields=["key_digest"],
                condition=~models.Q(key_digest=""),
                name="license_key_of_one_license",
                violation_error_message=_("Another license has this key."),
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_at__isnull=True)
                | ~models.Q(suspension_reason=""),
                name="license_suspended_for_a_reason",
                violation_error_message=_("Say why the license is suspended."),
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True)
                | ~models.Q(revocation_reason=""),
                name="license_revoked_for_a_reason",
                violation_error_message=_("Say why the license is revoked."),
            ),
        ]
        indexes = [
            # The list by end date, page by page, and the sweep for reminders.
            models.Index(fields=["due_on", "id"], name="license_by_end"),
            # Those renewed, whose new key is not in use yet: few among many.
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(runs_until__lt=models.F("ends_on")),
                name="license_to_activate",
            ),
            # Whose planned day has come: few among many.
            models.Index(
                fields=["terminates_on"],
                condition=models.Q(terminates_on__isnull=False),
                name="license_to_end",
            ),
            # An import looks up what it has brought in before.
            models.Index(
                fields=["serial"],
                condition=~models.Q(serial=""),
                name="license_by_serial",
            ),
        ]

    def __str__(self) -> str:
        return f"LIC-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("licenses:detail", args=[self.pk])

    def clean(self) -> None:
        """An empty field of a form means no facts."""
        self.metadata = self.metadata or {}
        if not isinstance(self.metadata, dict):
            refusal = _('Write the facts as an object, as {"site": "north"}.')
            raise ValidationError({"metadata": refusal})
        if is_too_far(self.ends_on):
            raise ValidationError({"ends_on": TOO_FAR})
        super().clean()

    def lock(self) -> None:
        """Read this row afresh and hold it until the transaction ends."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("Nothing ends this lock.")
        rows = _held(NOBODY, pk=self.pk)
        if not rows:
            raise License.DoesNotExist
        fresh.take(self, rows[0])

    @property
    def application(self) -> Application:
        return self.environment.application

    @property
    def company(self) -> Company:
        return self.environment.application.company

    @property
    def expires_at(self) -> datetime:
        """The first moment after the last valid day, where the company is."""
        return self.after_day(self.ends_on)

    @property
    def days_of_grace(self) -> int:
        """How long an app runs on after the end of its contract [LI-28].

        For Cloud there is none: its app stops when the vendor stops it.
        """
        if self.application.is_cloud:
            return 0
        given = self.grace_days
        return settings.LICENSE_GRACE_DAYS if given is None else given

    @property
    def grace_ends_at(self) -> datetime:
        """Until then an app runs on after the end of the contract [LI-28]."""
        return self.after_day(self.ends_on + timedelta(days=self.days_of_grace))

    def after_day(self, last_day: date) -> datetime:
        """The first moment after this day, where the company is."""
        midnight = datetime.combine(last_day + timedelta(days=1), time())
        return midnight.replace(tzinfo=ZoneInfo(self.company.time_zone))

    @property
    def rules(self) -> Policy:
        """The policy it comes under, or the standard rules."""
        return self.policy or standard()

    @property
    def server_limit(self) -> int | None:
        """On how many servers it was sold; None: any number."""
        return self.max_servers or self.rules.max_servers

    @property
    def covered_users(self) -> int | None:
        """How many named users; None: any number [LI-30]."""
        return limit_of("users", self, self.policy)

    @property
    def limits(self) -> dict[str, int]:
        """How many users of each kind that is limited, as agreed or by its policy.

        By the name of the field; a number of its own comes first, also a zero.
        """
        found = {kind: limit_of(kind, self, self.policy) for kind in USUAL_LIMITS}
        return {kind: count for kind, count in found.items() if count is not None}

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def is_offboarded(self) -> bool:
        return bool(self.environment.offboarded_at or self.application.offboarded_at)

    @property
    def is_to_end(self) -> bool:
        """Its end is planned, and it is that day on which it runs out."""
        return self.terminates_on is not None and self.terminates_on == self.due_on

    @property
    def signed_until(self) -> date:
        """The end of the latest term; without terms, the end it has."""
        return max([self.ends_on, *(term.ends_on for term in self.terms.all())])

    @property
    def revised_at(self) -> datetime:
        """Since when the day it runs out is what it is."""
        return self.end_moved_at or self.created_at

    def next_end(self, today: date) -> date:
        """The end of the next term, counted as the policy says."""
        rules, basis = self.rules, Policy.RenewalBasis
        follows = self.ends_on + timedelta(days=1)
        counts_on = rules.renewal_basis == basis.FROM_EXPIRY or (
            rules.renewal_basis == basis.FROM_NOW_IF_EXPIRED and follows >= today
        )
        return end_of_term(follows if counts_on else today, rules.duration_months)

    @property
    def opens(self) -> list[Entitlement]:
        """The policy's entitlements and its own, each once, by code."""
        own = {one.code: one for one in self.entitlements.all()}
        if self.policy:
            own |= {one.code: one for one in self.policy.entitlements.all()}
        return [own[code] for code in sorted(own)]

    @property
    def is_renewed_not_activated(self) -> bool:
        return self.runs_until is not None and self.runs_until < self.ends_on

    def standing(self, today: date) -> Standing:
        """Where the license stands on this day, which is a day of the company."""
        return standing_of(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            due_on=self.due_on,
            today=today,
            ending_days=thresholds(settings.RENEWAL_REMINDER_DAYS).soon,
            grace_days=self.days_of_grace,
            kept_days=settings.LICENSE_KEPT_DAYS,
            is_offboarded=self.is_offboarded,
            is_suspended=self.is_suspended,
            is_revoked=self.is_revoked,
        )


_held = KeptRows(
    lambda _, pk: (
        License.objects.with_rules()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk)
    )
)
