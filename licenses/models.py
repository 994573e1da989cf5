"""Licenses, the terms they were renewed for, their keys and their reminders."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Environment
from companies.access import Paths, TenantQuerySet


class SigningKey(models.Model):
    """An Ed25519 key pair that signs license keys; the private half is encrypted.

    Retired when rotated; what it has signed still verifies against `public_key`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public_key = models.CharField(_("public key"), max_length=64, unique=True)
    encrypted_seed = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["retired_at"],
                condition=models.Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="signing_key_one_active",
            )
        ]

    def __str__(self) -> str:
        return self.public_key[:12]


class LicenseQuerySet(TenantQuerySet):
    def on_premises(self) -> LicenseQuerySet:
        return self.filter(environment__application__hosting="on_premises")

    def cloud(self) -> LicenseQuerySet:
        return self.filter(environment__application__hosting="cloud")

    def live(self) -> LicenseQuerySet:
        """Of environments and applications that are not off-boarded."""
        return self.filter(
            environment__offboarded_at__isnull=True,
            environment__application__offboarded_at__isnull=True,
        )

    def ending_within(self, days: int, today: date) -> LicenseQuerySet:
        """Not ended yet, but within so many days."""
        return self.filter(due_on__gte=today, due_on__lte=today + timedelta(days=days))

    def ended(self, today: date) -> LicenseQuerySet:
        return self.filter(due_on__lt=today)


class License(models.Model):
    """The contract's term for one environment of an application [LI-10].

    `ends_on` is the last valid day of the contract. `runs_until` is the last day of
    the key in use, where one is. `due_on` is the earlier of the two: a renewed license
    whose new key is not activated still runs out with the old key [E12].
    """

    access = Paths(
        company="environment__application__company",
        team="environment__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    environment = models.OneToOneField(
        Environment, models.PROTECT, related_name="license"
    )
    application_name = models.CharField(
        _("name at issue"),
        max_length=200,
        help_text=_("The app's name when the license was issued [LI-15]."),
    )
    serial = models.CharField(
        _("serial number"),
        max_length=255,
        blank=True,
        help_text=_("The number another asset tool knows this license by."),
    )
    users = models.PositiveIntegerField(_("users"), null=True, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    runs_until = models.DateField(_("key in use ends"), null=True, blank=True)
    due_on = models.GeneratedField(
        expression=Least(
            models.F("ends_on"), Coalesce(models.F("runs_until"), models.F("ends_on"))
        ),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=_("runs out"),
    )
    purchase = models.JSONField(_("purchase"), default=dict, blank=True)
    notes = models.TextField(_("notes"), blank=True)
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
        ]
        indexes = [
            # The list by end date, page by page, and the daily sweep.
            models.Index(fields=["due_on", "id"], name="license_by_end"),
        ]

    def __str__(self) -> str:
        return f"LIC-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("licenses:detail", args=[self.pk])


class LicenseTerm(models.Model):
    """One signed contract term of a license; a renewal adds the next."""

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    license = models.ForeignKey(License, models.CASCADE, related_name="terms")
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["license", "-ends_on"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(
                fields=["license", "ends_on"], name="term_once_per_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.license}, {self.ends_on}"


class LicenseKeyQuerySet(TenantQuerySet):
    def current(self) -> LicenseKeyQuerySet:
        """Neither replaced by a newer key nor withdrawn."""
        return self.filter(superseded_at__isnull=True)


class LicenseKey(models.Model):
    """A key made for one server; it works there until the end of `ends_on`.

    Waits until somebody activates it in the app; superseded when a newer key of the
    same license is activated [E15].
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    license = models.ForeignKey(License, models.PROTECT, related_name="keys")
    server_id = models.CharField(_("server ID"), max_length=128)
    server_name = models.CharField(_("server name"), max_length=80, blank=True)
    encrypted_text = models.BinaryField()
    fingerprint = models.CharField(_("fingerprint"), max_length=9)
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    users = models.PositiveIntegerField(_("users"), null=True, blank=True)
    ends_on = models.DateField(_("ends"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    superseded_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = LicenseKeyQuerySet.as_manager()

    class Meta:
        ordering = ["license", "-made_at"]
        verbose_name = _("license key")
        verbose_name_plural = _("license keys")
        constraints = [
            models.UniqueConstraint(
                fields=["license"],
                condition=models.Q(
                    activated_at__isnull=False, superseded_at__isnull=True
                ),
                name="license_key_one_in_use",
                violation_error_message=_("Another key of this license is in use."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.license}, {self.fingerprint}"

    def get_absolute_url(self) -> str:
        return reverse("licenses:key", args=[self.pk])


class RenewalReminder(models.Model):
    """One step of the reminder ladder was told for one end date of a license.

    The unique constraint makes a repeated, doubled or late sweep harmless [E10].
    `days_before` is negative for the notice after the end.
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    license = models.ForeignKey(License, models.CASCADE, related_name="reminders")
    due_on = models.DateField(_("end date"))
    days_before = models.SmallIntegerField(_("step"))
    told_at = models.DateTimeField(_("told"), default=timezone.now)
    told = models.CharField(_("who was told"), max_length=400, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at"]
        verbose_name = _("renewal reminder")
        verbose_name_plural = _("renewal reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["license", "due_on", "days_before"],
                name="reminder_once_per_step",
            )
        ]

    def __str__(self) -> str:
        return f"{self.license}, {self.days_before}"
