"""The terms that a license was signed for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from licenses.models.license import License


class LicenseTerm(models.Model):
    """One signed contract term of a license; a renewal adds the next."""

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    license = models.ForeignKey(License, models.CASCADE, related_name="terms")
    starts_on = models.DateField(_("starts"), null=True, blank=True)
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
