"""Archives of all data of a company, from the wish to the purged file."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models.company import Company


class ArchiveQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> ArchiveQuerySet:
        """For admins of the company alone: not even the vendor's staff take it."""
        is_admin = user.is_authenticated and user.is_active and user.is_company_admin
        return self.filter(company=user.company_id) if is_admin else self.none()

    def of(self, company: Company) -> ArchiveQuerySet:
        return self.filter(company=company)

    def unfinished(self) -> ArchiveQuerySet:
        return self.filter(state__in=Archive.UNFINISHED)

    def ready(self, at: datetime) -> ArchiveQuerySet:
        """To be downloaded now."""
        return self.filter(state=Archive.State.READY, lapses_at__gt=at)

    def current(self, at: datetime) -> ArchiveQuerySet:
        """What the page still speaks of, the newest first."""
        alive = models.Q(lapses_at__isnull=True) | models.Q(lapses_at__gt=at)
        return self.filter(alive).select_related("asked_by").order_by("-asked_at", "pk")

    def over(self, at: datetime) -> ArchiveQuerySet:
        """Their time is up, so file and row are to go."""
        return self.filter(lapses_at__lte=at)

    def held_as(self, archive: Archive) -> ArchiveQuerySet:
        """This row, as long as the worker that took it in hand still has it."""
        return self.filter(
            pk=archive.pk, claim=archive.claim, state=Archive.State.RUNNING
        )


class Archive(models.Model):
    """One archive of a company's data, made by a worker when an admin asks for it.

    A worker takes it in hand under a `claim` until `held_until` and renews that with
    every page of rows. One that died lets the time pass, and the sweep begins anew.
    Ready or failed, it goes some days later, the file first.
    """

    access = Paths(company="company")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    UNFINISHED = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="archives", verbose_name=_("company")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)
    done = models.PositiveBigIntegerField(_("rows written"), default=0)
    total = models.PositiveBigIntegerField(_("rows to write"), default=0)
    file = models.FileField(_("file"), blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    lapses_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "id"]
        verbose_name = _("data archive")
        verbose_name_plural = _("data archives")
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="archive_one_unfinished",
                violation_error_message=_("An archive is being made already."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"])
                | models.Q(lapses_at__isnull=False),
                name="archive_ended_goes",
                violation_error_message=_("What has ended goes some day."),
            ),
        ]
        indexes = [
            # The sweep that looks for work: few rows, whatever the history.
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="archive_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.company}, {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("companies:archive_file", args=[self.pk])

    @property
    def state_code(self) -> str:
        return f"archive.{self.state}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    def is_held(self, at: datetime) -> bool:
        """A worker has it in hand and is alive."""
        return self.held_until is not None and at < self.held_until

    def place(self, number: int) -> str:
        """Where a try writes: each its own file, should an earlier one still live."""
        return f"archives/{self.asked_at:%Y/%m}/{self.pk.hex}-{number}.zip"

    @property
    def places(self) -> list[str]:
        """Everything that any of its tries may have left behind."""
        return [self.place(number) for number in range(1, self.tries + 1)]

    @property
    def filename(self) -> str:
        """As whoever downloads it keeps it."""
        return f"{self.company.name} {self.asked_at:%Y-%m-%d}.zip"
