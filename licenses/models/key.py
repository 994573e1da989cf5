"""Signing keys, and the keys they sign for the servers of customers."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies.access import Paths, TenantQuerySet
from licenses.models.issued import IssuedFile
from licenses.models.seat import Seat

# What the vault keeps for us, each under a key of its own.
SEED = "signing seed"
KEY_TEXT = "license key"
OWN_KEY = "key of a license"


class SigningKeyQuerySet(models.QuerySet):
    def active(self) -> SigningKeyQuerySet:
        return self.filter(is_active=True)

    def by_likelihood(self) -> SigningKeyQuerySet:
        """The active one, then the retired ones, the last to retire first."""
        return self.order_by("-is_active", "-retired_at", "pk")


class SigningKey(models.Model):
    """An Ed25519 key pair that signs license keys; the private half is encrypted.

    Its id is the vendor's account towards clients: an app holds both, the account and
    its public key. Retired when rotated: it signs no new keys, what it has signed still
    verifies, and apps that name its account are still answered in its name.
    """

    sealed = {"encrypted_seed": SEED}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public_key = models.CharField(_("public key"), max_length=64, unique=True)
    encrypted_seed = models.BinaryField()
    is_active = models.BooleanField(_("signs new keys"), default=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=models.Q(is_active=True),
                name="signing_key_one_active",
                violation_error_message=_("Another signing key is active."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=True, retired_at__isnull=True)
                | models.Q(is_active=False, retired_at__isnull=False),
                name="signing_key_active_until_retired",
                violation_error_message=_("A retired signing key signs nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.public_key[:12]


class LicenseKeyQuerySet(TenantQuerySet):
    def current(self) -> LicenseKeyQuerySet:
        """Not replaced by a newer key."""
        return self.filter(superseded_at__isnull=True)

    def in_use(self) -> LicenseKeyQuerySet:
        return self.current().filter(activated_at__isnull=False)

    def ever_used(self) -> LicenseKeyQuerySet:
        """Activated once; a server may still have one that was replaced."""
        return self.filter(activated_at__isnull=False)

    def working(self, today: date) -> LicenseKeyQuerySet:
        """Whatever became of them here: a server that has one can still run on it."""
        return self.filter(ends_on__gte=today)

    def waiting(self) -> LicenseKeyQuerySet:
        """Made, and not activated yet."""
        return self.current().filter(activated_at__isnull=True)

    def speaking(self) -> LicenseKeyQuerySet:
        """Whoever shows one speaks for its license, over the network.

        On the server where the license is in use also those that were replaced; never
        those of an off-boarded environment or of a Cloud application.
        """
        in_use = LicenseKey.objects.in_use().filter(seat=models.OuterRef("seat"))
        return self.filter(
            models.Q(superseded_at__isnull=True) | models.Exists(in_use),
            license__revoked_at__isnull=True,
            license__environment__offboarded_at__isnull=True,
            license__environment__application__offboarded_at__isnull=True,
        ).exclude(license__environment__application__hosting=Application.Hosting.CLOUD)

    def with_people(self) -> LicenseKeyQuerySet:
        return self.select_related("made_by", "activated_by")

    def with_rules(self) -> LicenseKeyQuerySet:
        """With the license, its company and its policy, for what apps ask."""
        return self.select_related(
            "license__environment__application__company", "license__policy"
        )

    def with_last_file_at(self) -> LicenseKeyQuerySet:
        """`last_file_at`: that of the license, as `License` tells it."""
        given = IssuedFile.objects.naming_no_server().filter(
            license=models.OuterRef("license")
        )
        return self.annotate(last_file_at=given.newest())

    def with_license(self) -> LicenseKeyQuerySet:
        return self.with_people().select_related(
            "seat", "license__policy", "license__environment__application__company"
        )


class LicenseKey(models.Model):
    """A key made for one server; it works there until the end of `ends_on`.

    Waits until somebody activates it in the app. A newer key replaces a waiting one as
    soon as it is made, and the one in use only once it is activated itself [E12, E15].
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )
    sealed = {"encrypted_text": KEY_TEXT}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    license = models.ForeignKey("licenses.License", models.PROTECT, related_name="keys")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="keys")
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
                fields=["seat"],
                condition=models.Q(
                    activated_at__isnull=False, superseded_at__isnull=True
                ),
                name="license_key_one_in_use",
                violation_error_message=_("Another key of this server is in use."),
            ),
            models.UniqueConstraint(
                fields=["seat"],
                condition=models.Q(
                    activated_at__isnull=True, superseded_at__isnull=True
                ),
                name="license_key_one_waiting",
                violation_error_message=_("Another key of this server waits."),
            ),
        ]
        indexes = [
            # What is out there, page by page, the newest first.
            models.Index(fields=["-made_at", "id"], name="key_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.license}, {self.fingerprint}"

    def get_absolute_url(self) -> str:
        return reverse("licenses:key", args=[self.pk])

    @property
    def server(self) -> str:
        """What people call the server: its name where one was given."""
        return self.server_name or self.server_id

    @property
    def is_in_use(self) -> bool:
        return self.activated_at is not None and self.superseded_at is None

    @property
    def is_waiting(self) -> bool:
        return self.activated_at is None and self.superseded_at is None

    @property
    def state_code(self) -> str:
        if self.superseded_at:
            return "key.replaced"
        return "key.active" if self.activated_at else "key.generated"
