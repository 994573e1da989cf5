"""Planned work on Cloud environments, and who was told of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.access import Paths, TenantQuerySet
from companies.models import Company


class MaintenanceWindowQuerySet(TenantQuerySet):
    def planned(self) -> MaintenanceWindowQuerySet:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def upcoming(self, at: datetime) -> MaintenanceWindowQuerySet:
        """Planned and not over yet."""
        return self.planned().filter(ends_at__gt=at)

    def past(self, at: datetime) -> MaintenanceWindowQuerySet:
        """Over, or cancelled whenever it was to be."""
        return self.filter(Q(ends_at__lte=at) | Q(cancelled_at__isnull=False))

    def due_for_announcement(self, at: datetime) -> MaintenanceWindowQuerySet:
        """Planned, not announced though it is time to; work that is over stays mute."""
        return self.upcoming(at).filter(announced_at__isnull=True, announce_at__lte=at)

    def touching(
        self, application: Application | uuid.UUID
    ) -> MaintenanceWindowQuerySet:
        touched = WindowEnvironment.objects.filter(environment__application=application)
        return self.filter(pk__in=touched.values("window"))

    def touching_company(self, company: Company) -> MaintenanceWindowQuerySet:
        touched = WindowEnvironment.objects.filter(
            environment__application__company=company
        )
        return self.filter(pk__in=touched.values("window"))

    def with_revised_at(self) -> MaintenanceWindowQuerySet:
        """`revised_at`: when it was planned or last moved."""
        moves = WindowEvent.objects.filter(
            window=OuterRef("pk"), kind=WindowEvent.Kind.MOVED
        )
        last = moves.order_by("-at").values("at")[:1]
        return self.annotate(revised_at=Coalesce(Subquery(last), "created_at"))

    def visible_to(self, user: Any) -> MaintenanceWindowQuerySet:
        """Windows that touch an environment this person may see."""
        if user.is_authenticated and user.is_active and user.is_staff:
            return self
        touched = WindowEnvironment.objects.visible_to(user)
        return self.filter(pk__in=touched.values("window"))

    def with_reading_of(self, user: Any) -> MaintenanceWindowQuerySet:
        """`is_read`: whether this person has read the window as it stands now."""
        readings = WindowReading.objects.filter(
            window=OuterRef("pk"), revision=OuterRef("revision"), user=user
        )
        return self.annotate(is_read=Exists(readings))


class MaintenanceWindow(models.Model):
    """Planned work in a span of time on some Cloud environments.

    Begins planned by staff, is announced to the technical contacts of that moment,
    may move or be cancelled, and is over when its end has passed. The number is the
    primary key, so that the database hands it out.
    """

    access = Paths(
        company="environments__application__company",
        team="environments__application__memberships__user",
    )

    class Kind(models.TextChoices):
        PLANNED = "planned", _("Planned")
        EMERGENCY = "emergency", _("Emergency")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.BigAutoField(_("number"), primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("what is done"), max_length=120)
    description = models.TextField(
        _("what it means for the customer"),
        max_length=4000,
        help_text=_("What happens to the app, for how long, and what stays as it is."),
    )
    impact = models.CharField(
        _("effect"),
        max_length=160,
        blank=True,
        help_text=_("For example: restarts once, not reachable for ten minutes."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.PLANNED,
        help_text=_("Emergency work is mailed at once, whatever the lead time."),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    outage_starts_at = models.DateTimeField(
        _("not reachable from"), null=True, blank=True
    )
    outage_minutes = models.PositiveSmallIntegerField(
        _("not reachable for at most, minutes"), null=True, blank=True
    )
    environments = models.ManyToManyField(
        Environment,
        through="WindowEnvironment",
        related_name="maintenance_windows",
        limit_choices_to={
            "application__hosting": Application.Hosting.CLOUD,
            "application__offboarded_at": None,
            "offboarded_at": None,
        },
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
    created_at = models.DateTimeField(_("planned"), default=timezone.now)

    objects = MaintenanceWindowQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "number"]
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="window_ends_after_start",
                violation_error_message=_("A window ends after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    outage_starts_at__isnull=True, outage_minutes__isnull=True
                )
                | models.Q(
                    outage_starts_at__gte=models.F("starts_at"),
                    outage_starts_at__lt=models.F("ends_at"),
                    outage_minutes__gt=0,
                ),
                name="window_outage_inside",
                violation_error_message=_(
                    "Say both from when and for how long the app is not reachable, "
                    "inside the window."
                ),
            ),
        ]
        indexes = [
            # The sweep that announces: few rows, whatever the history.
            models.Index(
                fields=["announce_at"],
                condition=models.Q(
                    announced_at__isnull=True, cancelled_at__isnull=True
                ),
                name="window_to_announce",
            ),
            # The list by start, page by page.
            models.Index(fields=["starts_at", "number"], name="window_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("operations:maintenance_detail", args=[self.id])

    @property
    def code(self) -> str:
        """The number as people say it: M-0381."""
        return f"M-{self.number:04d}"

    @property
    def outage(self) -> tuple[datetime, datetime] | None:
        """From when until when at the latest the apps are not reachable."""
        if self.outage_starts_at is None:
            return None
        longest = timedelta(minutes=self.outage_minutes)
        return self.outage_starts_at, self.outage_starts_at + longest

    def state(self, at: datetime) -> MaintenanceWindow.State:
        if self.cancelled_at:
            return self.State.CANCELLED
        if at >= self.ends_at:
            return self.State.DONE
        begun = at >= self.starts_at
        return self.State.IN_PROGRESS if begun else self.State.PLANNED

    def state_code(self, at: datetime) -> str:
        """The state as the badges know it; an emergency ahead says so."""
        state = self.state(at)
        if state == self.State.PLANNED and self.kind == self.Kind.EMERGENCY:
            return "maintenance.emergency"
        return f"maintenance.{state}"

    def can_change(self, at: datetime) -> bool:
        """Only work that has not begun can be moved or cancelled."""
        return self.state(at) == self.State.PLANNED


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


class WindowEventQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> WindowEventQuerySet:
        """Whoever may see a window may see what happened to it."""
        return self.filter(window__in=MaintenanceWindow.objects.visible_to(user))


class WindowEvent(models.Model):
    """What happened to a window, for everybody it touches; append-only."""

    access = Paths(
        company="window__environments__application__company",
        team="window__environments__application__memberships__user",
    )

    class Kind(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ANNOUNCED = "announced", _("Announced to the technical contacts")
        MOVED = "moved", _("Moved")
        CANCELLED = "cancelled", _("Cancelled")

    window = models.ForeignKey(MaintenanceWindow, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    old_starts_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = WindowEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("window event")
        verbose_name_plural = _("window events")

    def __str__(self) -> str:
        return f"{self.window}: {self.kind}"


class WindowReading(models.Model):
    """A person has said "I have read this" about one revision of a window."""

    access = Paths(company="user__company")

    window = models.ForeignKey(
        MaintenanceWindow, models.CASCADE, related_name="readings"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["window", "user", "revision"], name="window_read_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.window}"
