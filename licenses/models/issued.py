"""Files that were issued: what is out there off line, and until when it works."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from licenses import files


class IssuedFileQuerySet(TenantQuerySet):
    def out_there(self, at: datetime) -> IssuedFileQuerySet:
        """An app that has one of these needs nobody; nothing calls it back."""
        return self.filter(expires_at__gt=at)

    def ended_before(self, at: datetime) -> IssuedFileQuerySet:
        """Worth nothing since then: no app takes one of these any more."""
        return self.filter(expires_at__lt=at)

    def naming_no_server(self) -> IssuedFileQuerySet:
        """License files, which work on any server."""
        return self.filter(seat__isnull=True)

    def newest(self) -> models.Subquery:
        """When the newest of these was made, as a column of something else."""
        return models.Subquery(self.order_by("-issued_at").values("issued_at")[:1])

    def of_text(self, text: str) -> IssuedFileQuerySet:
        """The one that was given out with just this text, if it is ours."""
        return self.filter(sha256=files.digest_of(text))

    def with_license(self) -> IssuedFileQuerySet:
        return self.select_related(
            "seat", "license__policy", "license__environment__application__company"
        )

    def with_people(self) -> IssuedFileQuerySet:
        return self.select_related("issued_by", "seat")


class IssuedFile(models.Model):
    """One license or machine file that was given out, without the file itself.

    It works until `expires_at`, whatever becomes of the license: that is the delay with
    which a revocation arrives where there is no network.
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    class Kind(models.TextChoices):
        LICENSE = "license", _("license file")
        MACHINE = "machine", _("machine file")

    class Way(models.TextChoices):
        NETWORK = "network", _("asked for by the app")
        PORTAL = "portal", _("taken from the portal")
        AIR_GAP = "air_gap", _("for a server without network")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Each of the two has an index below that begins with it.
    license = models.ForeignKey(
        "licenses.License", models.PROTECT, related_name="files", db_index=False
    )
    seat = models.ForeignKey(
        "licenses.Seat",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="files",
        verbose_name=_("server"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    way = models.CharField(_("how"), max_length=10, choices=Way)
    is_encrypted = models.BooleanField(_("encrypted"), default=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    ends_on = models.DateField(_("says the license ends"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = IssuedFileQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "id"]
        verbose_name = _("issued file")
        verbose_name_plural = _("issued files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="license", seat__isnull=True)
                | models.Q(kind="machine", seat__isnull=False),
                name="issued_file_machine_names_its_server",
                violation_error_message=_("A machine file is for one server."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                name="issued_file_works_for_a_while",
                violation_error_message=_("A file works for a while."),
            ),
        ]
        indexes = [
            models.Index(fields=["license", "-issued_at"], name="issued_by_license"),
            # The newest of a server, and the newest that names no server.
            models.Index(
                fields=["seat", "-issued_at"],
                condition=models.Q(seat__isnull=False),
                name="issued_by_seat",
            ),
            models.Index(
                fields=["license", "-issued_at"],
                condition=models.Q(seat__isnull=True),
                name="issued_to_license",
            ),
            models.Index(fields=["expires_at"], name="issued_by_expiry"),
            # Somebody shows a file, and wants to know what it is.
            models.Index(fields=["sha256"], name="issued_by_sha256"),
            # What is out there, page by page, the newest first.
            models.Index(fields=["-issued_at", "id"], name="issued_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.sha256[:12]}"

    @property
    def server(self) -> str:
        return self.seat.server if self.seat else ""

    def is_out_there(self, at: datetime) -> bool:
        return self.expires_at > at
