"""Planned work on Cloud environments, and who was told of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Environment
from companies.access import Paths, TenantQuerySet


class MaintenanceWindowQuerySet(TenantQuerySet):
    def planned(self) -> MaintenanceWindowQuerySet:
        return self.filter(cancelled_at__isnull=True)

    def upcoming(self, at: datetime) -> MaintenanceWindowQuerySet:
        """Not over yet and not cancelled."""
        return self.planned().filter(ends_at__gt=at)

    def visible_to(self, user: Any) -> MaintenanceWindowQuerySet:
        """Windows that touch an environment this person may see."""
        if user.is_authenticated and user.is_active and user.is_staff:
            return self
        mine = Environment.objects.visible_to(user)
        touched = self.model.environments.through.objects.filter(
            environment__in=mine.values("pk")
        )
        return self.filter(pk__in=touched.values("window"))


class MaintenanceWindow(models.Model):
    """Planned work in a span of time on some environments.

    Begins planned by staff, is announced to the technical contacts of that moment,
    may move or be cancelled, and is over when its end has passed.
    """

    access = Paths(
        company="environments__application__company",
        team="environments__application__memberships__user",
    )

    class Kind(models.TextChoices):
        PLANNED = "planned", _("Planned")
        EMERGENCY = "emergency", _("Emergency")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    title = models.CharField(_("what is done"), max_length=120)
    description = models.TextField(_("what it means for you"), max_length=4000)
    impact = models.CharField(
        _("effect"),
        max_length=160,
        blank=True,
        help_text=_("For example: restarts once, not reachable for ten minutes."),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.PLANNED
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    environments = models.ManyToManyField(
        Environment, through="WindowEnvironment", related_name="maintenance_windows"
    )
    announce_at = models.DateTimeField(_("announce at"))
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    revision = models.PositiveIntegerField(
        default=0, help_text=_("Grows with every move: the calendar's SEQUENCE.")
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = MaintenanceWindowQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="window_ends_after_start",
                violation_error_message=_("A window ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"M-{self.number:04d} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("operations:maintenance_detail", args=[self.pk])


class WindowEnvironment(models.Model):
    """A window touches an environment."""

    access = Paths(
        company="environment__application__company",
        team="environment__application__memberships__user",
    )

    window = models.ForeignKey(
        MaintenanceWindow, models.CASCADE, related_name="touched"
    )
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("environment in the window")
        verbose_name_plural = _("environments in the window")
        constraints = [
            models.UniqueConstraint(
                fields=["window", "environment"], name="window_environment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.window}, {self.environment}"
