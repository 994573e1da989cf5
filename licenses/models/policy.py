"""Policies: the rules that licenses are sold under; entitlements: what they open."""

from __future__ import annotations

import uuid
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application

SECONDS_OF_A_HEARTBEAT = 600
FARTHEST_RUNG = 3650


class Entitlement(models.Model):
    """A feature that a license opens; apps ask for it by its code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    metadata = models.JSONField(_("more facts"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        ordering = ["code"]
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An empty field of a form means no facts."""
        self.metadata = self.metadata or {}
        super().clean()


# Where a license says nothing of a kind of users, this field of its policy does.
USUAL_LIMITS = {
    "users": "named_users",
    "concurrent_users": "concurrent_users",
    "internal_users": "internal_users",
    "external_users": "external_users",
}


class UserLimits(models.Model):
    """How many people may use the app, by the kinds that are sold [LI-30, LI-31].

    Empty is unlimited on a policy, and "as the policy says" on a license.
    """

    concurrent_users = models.PositiveIntegerField(
        _("users at the same time"), null=True, blank=True
    )
    internal_users = models.PositiveIntegerField(
        _("internal users"), null=True, blank=True
    )
    external_users = models.PositiveIntegerField(
        _("external users"), null=True, blank=True
    )

    class Meta:
        abstract = True


class PolicyQuerySet(models.QuerySet):
    def offered(self) -> PolicyQuerySet:
        """A license may come under one of these from now on."""
        return self.filter(retired_at__isnull=True)

    def for_application(self, application: Application) -> PolicyQuerySet:
        """Those made for this application, and those for every one."""
        return self.offered().filter(
            models.Q(application=application) | models.Q(application__isnull=True)
        )

    def of_own_ladder(self) -> PolicyQuerySet:
        return self.exclude(reminder_days="")


class Policy(UserLimits):
    """The rules of a kind of license: how long, where, and what comes after the end.

    A license without one comes under the standard rules, which are the defaults here.
    Retired instead of deleted: licenses under it keep its rules.
    """

    class Scheme(models.TextChoices):
        PLAIN = "PLAIN", _("short key, checked on line")
        SIGNED = "ED25519_SIGN", _("signed key, which an app can verify by itself")

    class ExpiryBasis(models.TextChoices):
        FROM_CREATION = "FROM_CREATION", _("from the signed contract")
        FROM_FIRST_ACTIVATION = "FROM_FIRST_ACTIVATION", _("from the first activation")

    class RenewalBasis(models.TextChoices):
        FROM_EXPIRY = "FROM_EXPIRY", _("from the old end")
        FROM_NOW = "FROM_NOW", _("from the day of the renewal")
        FROM_NOW_IF_EXPIRED = (
            "FROM_NOW_IF_EXPIRED",
            _("from the old end, or from today when that has passed"),
        )

    class ExpirationStrategy(models.TextChoices):
        RESTRICT_ACCESS = "RESTRICT_ACCESS", _("not valid; the app may still ask")
        REVOKE_ACCESS = "REVOKE_ACCESS", _("not valid; the app is turned away")
        MAINTAIN_ACCESS = "MAINTAIN_ACCESS", _("valid; no newer releases")

    class TransferStrategy(models.TextChoices):
        KEEP_EXPIRY = "KEEP_EXPIRY", _("the end stays")
        RESET_EXPIRY = "RESET_EXPIRY", _("a new term begins")

    class Overage(models.TextChoices):
        NO_OVERAGE = "NO_OVERAGE", _("none")
        ALWAYS_ALLOW = "ALWAYS_ALLOW_OVERAGE", _("any number")
        QUARTER = "ALLOW_1_25X_OVERAGE", _("a quarter more")

    class Uniqueness(models.TextChoices):
        PER_LICENSE = "UNIQUE_PER_LICENSE", _("once per license")
        PER_APPLICATION = "UNIQUE_PER_PRODUCT", _("once per app")

    class Matching(models.TextChoices):
        ANY = "MATCH_ANY", _("one of the fingerprints is enough")
        MOST = "MATCH_MOST", _("most of the fingerprints must fit")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the app"),
        help_text=_("Empty: for every app."),
    )
    scheme = models.CharField(
        _("license key"), max_length=20, choices=Scheme, default=Scheme.PLAIN
    )
    duration_months = models.PositiveSmallIntegerField(
        _("months of a term"), default=12
    )
    expiry_basis = models.CharField(
        _("the first term counts"),
        max_length=30,
        choices=ExpiryBasis,
        default=ExpiryBasis.FROM_CREATION,
    )
    renewal_basis = models.CharField(
        _("a renewal counts"),
        max_length=30,
        choices=RenewalBasis,
        default=RenewalBasis.FROM_NOW_IF_EXPIRED,
    )
    expiration_strategy = models.CharField(
        _("after the end"),
        max_length=30,
        choices=ExpirationStrategy,
        default=ExpirationStrategy.RESTRICT_ACCESS,
    )
    transfer_strategy = models.CharField(
        _("when a license comes under it"),
        max_length=30,
        choices=TransferStrategy,
        default=TransferStrategy.KEEP_EXPIRY,
    )
    is_floating = models.BooleanField(_("on several servers"), default=False)
    max_servers = models.PositiveIntegerField(
        _("servers"),
        null=True,
        blank=True,
        default=1,
        help_text=_("Empty: any number."),
    )
    overage = models.CharField(
        _("servers beyond that"),
        max_length=30,
        choices=Overage,
        default=Overage.NO_OVERAGE,
    )
    uniqueness = models.CharField(
        _("a server ID is used"),
        max_length=30,
        choices=Uniqueness,
        default=Uniqueness.PER_LICENSE,
    )
    matching = models.CharField(
        _("several fingerprints"),
        max_length=30,
        choices=Matching,
        default=Matching.ANY,
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), null=True, blank=True, help_text=_("Empty: as set up.")
    )
    reminder_days = models.CharField(
        _("reminder ladder"),
        max_length=120,
        blank=True,
        help_text=_("Days before the end, as 90,30,15,7,-1. Empty: as set up."),
    )
    moves_allowed = models.PositiveSmallIntegerField(
        _("moves to other hardware"),
        null=True,
        blank=True,
        default=3,
        help_text=_("So many in the period below. Empty: any number."),
    )
    moves_days = models.PositiveSmallIntegerField(
        _("days in which moves count"), default=365
    )
    requires_fingerprint = models.BooleanField(
        _("an app must name its server"), default=False
    )
    requires_product = models.BooleanField(
        _("an app must name its product"), default=False
    )
    requires_heartbeat = models.BooleanField(_("heartbeat"), default=False)
    heartbeat_seconds = models.PositiveIntegerField(
        _("seconds between heartbeats"), default=SECONDS_OF_A_HEARTBEAT
    )
    drops_dead_servers = models.BooleanField(
        _("a silent server gives its place back"), default=False
    )
    named_users = models.PositiveIntegerField(_("named users"), null=True, blank=True)
    entitlements = models.ManyToManyField(
        Entitlement, blank=True, related_name="+", verbose_name=_("entitlements")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_floating=True) | models.Q(max_servers=1),
                name="policy_node_locked_is_one_server",
                violation_error_message=_("Without several servers it is one server."),
            ),
            models.CheckConstraint(
                condition=models.Q(max_servers__isnull=True)
                | models.Q(max_servers__gte=1),
                name="policy_one_server_at_least",
                violation_error_message=_("One server is the least."),
            ),
            models.CheckConstraint(
                condition=models.Q(duration_months__gte=1),
                name="policy_one_month_at_least",
                violation_error_message=_("A term is one month or longer."),
            ),
            models.CheckConstraint(
                condition=models.Q(heartbeat_seconds__gte=60),
                name="policy_heartbeat_a_minute_at_least",
                violation_error_message=_("A heartbeat is a minute or longer."),
            ),
            models.CheckConstraint(
                condition=models.Q(moves_days__gte=1),
                name="policy_moves_count_a_day_at_least",
                violation_error_message=_("Moves count for a day or longer."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self._check_overage()
        self.ladder  # noqa: B018 - refuses what is no list of days
        super().clean()

    @property
    def ladder(self) -> list[int]:
        """Its own reminder days, or those of the setting [LI-21]."""
        if not self.reminder_days.strip():
            return settings.RENEWAL_REMINDER_DAYS
        try:
            return [_rung(part) for part in self.reminder_days.split(",")]
        except ValueError:
            refusal = _("Write days with commas between them, as 90,30,15,7,-1.")
            raise ValidationError({"reminder_days": refusal}) from None

    @property
    def is_once_per_app(self) -> bool:
        """A server runs under one license of the app, not under two."""
        return self.uniqueness == self.Uniqueness.PER_APPLICATION

    def most_servers(self, limit: int | None) -> int | None:
        """How many servers a limit lets in, with the overage; None: any number."""
        if limit is None or self.overage == self.Overage.ALWAYS_ALLOW:
            return None
        return limit * 5 // 4 if self.overage == self.Overage.QUARTER else limit

    def _check_overage(self) -> None:
        if self.overage != self.Overage.QUARTER:
            return
        if not self.is_floating or not self.max_servers or self.max_servers % 4:
            refusal = _("A quarter more needs several servers, a multiple of four.")
            raise ValidationError({"overage": refusal})


def _rung(text: str) -> int:
    """One day of a ladder; ValueError for what is none, or beyond ten years."""
    days = int(text)
    if abs(days) > FARTHEST_RUNG:
        raise ValueError(text)
    return days


def limit_of(kind: str, sold: UserLimits, policy: Policy | None) -> int | None:
    """How many users of this kind: as agreed, or else as the policy says."""
    count = getattr(sold, kind)
    if count is None and policy:
        count = getattr(policy, USUAL_LIMITS[kind])
    return count


@cache
def standard() -> Policy:
    """The rules of a license that comes under no policy of its own; never saved."""
    return Policy(id=None, name="standard")
