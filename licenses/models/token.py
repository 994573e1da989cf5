"""Tokens with which machines of the vendor, or one app, speak to the licensing API."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies.models.invitation import digest_of


class ApiTokenQuerySet(models.QuerySet):
    def by_text(self, text: str) -> ApiTokenQuerySet:
        return self.filter(digest=digest_of(text))

    def good(self, at: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor too old, of somebody who still works for the vendor."""
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=at),
            revoked_at__isnull=True,
            made_by__is_active=True,
            made_by__is_staff=True,
        )

    def with_people(self) -> ApiTokenQuerySet:
        return self.select_related("made_by", "application", "license")


class ApiToken(models.Model):
    """A secret that a machine shows instead of a person who signs in.

    It acts in the name of the member of staff who made it, and ends with their work.
    Only a digest lies here: the token is 128 random bits or more and shown once.
    """

    class Kind(models.TextChoices):
        ADMIN = "admin", _("every license")
        PRODUCT = "prod", _("the licenses of one app")
        ACTIVATION = "activ", _("one license, as its key")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("for"), max_length=5, choices=Kind)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("What uses it: CI of the depot team.")
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("app"),
    )
    license = models.ForeignKey(
        "licenses.License",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("license"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind="admin", application__isnull=True, license__isnull=True
                )
                | models.Q(kind="prod", application__isnull=False, license__isnull=True)
                | models.Q(
                    kind="activ", application__isnull=True, license__isnull=False
                ),
                name="api_token_for_what_its_kind_says",
                violation_error_message=_(
                    "Choose an app for a token of one app, a license for one of a"
                    " license, and neither for every license."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_good(self, at: datetime) -> bool:
        ended = self.expires_at is not None and self.expires_at <= at
        return self.revoked_at is None and not ended
