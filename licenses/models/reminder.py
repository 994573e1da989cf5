"""What the ladder of renewal reminders has told already."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet


class RenewalReminder(models.Model):
    """One step of the reminder ladder was told for one end date of a license.

    The unique constraint makes a repeated, doubled or late sweep harmless [E10].
    `days_before` is negative for the notice after the end.
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    license = models.ForeignKey(
        "licenses.License", models.CASCADE, related_name="reminders"
    )
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
