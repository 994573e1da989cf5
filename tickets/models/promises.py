"""What a service level promises, and the days on which nobody keeps it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.models import Company, ServiceLevel
from tickets import priority


class Priority(models.IntegerChoices):
    CRITICAL = priority.CRITICAL, _("Critical")
    HIGH = priority.HIGH, _("High")
    MEDIUM = priority.MEDIUM, _("Medium")
    LOW = priority.LOW, _("Low")


class ServiceTargetQuerySet(models.QuerySet):
    def agreed_with(self, company: Company) -> ServiceTargetQuerySet:
        """Those of the company's service level; none where no level is agreed."""
        return self.filter(service_level=company.service_level_id)


class ServiceTarget(models.Model):
    """How fast a service level promises an answer and a solution, per priority.

    Minutes of open time. No resolution figure means none is promised [TI-35].
    """

    service_level = models.ForeignKey(
        ServiceLevel, models.CASCADE, related_name="targets"
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    response_minutes = models.PositiveIntegerField(_("first response, minutes"))
    resolution_minutes = models.PositiveIntegerField(
        _("resolution, minutes"), null=True, blank=True
    )
    around_the_clock = models.BooleanField(_("around the clock"), default=False)

    objects = ServiceTargetQuerySet.as_manager()

    class Meta:
        ordering = ["service_level", "priority"]
        verbose_name = _("service target")
        verbose_name_plural = _("service targets")
        constraints = [
            models.UniqueConstraint(
                fields=["service_level", "priority"], name="target_once_per_priority"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_level}, P{self.priority}"


class Holiday(models.Model):
    """A day on which the support desk is closed, or open for a part of it only."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(
                    # An hour compared with NULL is not false, so it must be asked.
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    opens_at__lt=models.F("closes_at"),
                ),
                name="holiday_opens_before_it_closes",
                violation_error_message=_(
                    "Give both hours of a half day, the earlier one first, or neither."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
