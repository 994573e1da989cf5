"""What the workers did by the clock: the one thing that the roof itself writes down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _


class ErrandRunQuerySet(models.QuerySet):
    def latest_of_each(self, errands: Iterable[str]) -> ErrandRunQuerySet:
        """The run of each of these errands that began last.

        One look into the index for each: grouped, all runs of two weeks would be read.
        """
        newest = [
            Subquery(self.filter(errand=errand).order_by("-pk").values("pk")[:1])
            for errand in errands
        ]
        return self.filter(pk__in=newest)

    def before(self, at: datetime) -> ErrandRunQuerySet:
        return self.filter(started_at__lt=at)


class ErrandRun(models.Model):
    """One run of an errand of `portal.schedule`.

    Begins when a worker takes it up and ends done or failed. One that stays running
    was cut off together with its worker; the next run does its work.
    """

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.BigAutoField(primary_key=True)
    errand = models.CharField(_("errand"), max_length=60)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.RUNNING
    )
    figures = models.JSONField(_("what it did"), default=dict, blank=True)
    words = models.TextField(_("what went wrong"), blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ErrandRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of an errand")
        verbose_name_plural = _("runs of errands")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="running", ended_at__isnull=True)
                | models.Q(outcome__in=["done", "failed"], ended_at__isnull=False),
                name="errand_run_ends_with_its_outcome",
                violation_error_message=_("What is done or failed has ended."),
            ),
        ]
        indexes = [
            # The last run of each errand.
            models.Index(fields=["errand", "-id"], name="errand_run_latest"),
            # The purge of the oldest.
            models.Index(fields=["started_at"], name="errand_run_age"),
        ]

    def __str__(self) -> str:
        return f"{self.errand}, {self.started_at:%Y-%m-%d %H:%M:%S}"

    @property
    def took(self) -> timedelta | None:
        return self.ended_at - self.started_at if self.ended_at else None
