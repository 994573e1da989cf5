"""Rights per environment, given to members of the team one by one [PE-01]."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment, Membership
from companies.access import Paths, TenantQuerySet


class Right(models.TextChoices):
    """What may be done to an environment [PE]."""

    DEPLOY = "deploy", _("Deploy, start and stop")
    BACKUPS = "backups", _("Backups")
    MONITORING = "monitoring", _("Monitoring and logs")
    ALERTS = "alerts", _("Receive alerts")
    API = "api", _("Use the API")
    MANAGE_PERMISSIONS = "manage_permissions", _("Manage permissions")

    @property
    def short(self) -> Promise:
        """The word at the head of a column."""
        return SHORT[self]

    @property
    def allows(self) -> Promise:
        """What the right is for, in a line."""
        return ALLOWS[self]


SHORT = {
    Right.DEPLOY: _("Deploy"),
    Right.BACKUPS: _("Backups"),
    Right.MONITORING: _("Monitoring"),
    Right.ALERTS: _("Alerts"),
    Right.API: _("API"),
    Right.MANAGE_PERMISSIONS: _("Permissions"),
}
ALLOWS = {
    Right.DEPLOY: _(
        "Deploy, start and stop, constants, scheduled events, the maintenance window."
    ),
    Right.BACKUPS: _("See, make, download and restore backups."),
    Right.MONITORING: _("Figures, log files and alerts."),
    Right.ALERTS: _("Alerts of this environment come by e-mail."),
    Right.API: _("Do by program what another right allows; never without that one."),
    Right.MANAGE_PERMISSIONS: _("Give the other rights, those one holds, and no more."),
}


class GrantQuerySet(TenantQuerySet):
    def of(self, application: Application) -> GrantQuerySet:
        return self.filter(environment__application=application)

    def on(self, environment: Environment) -> GrantQuerySet:
        return self.filter(environment=environment)

    def held_by(self, person: Any) -> GrantQuerySet:
        return self.filter(membership__user=person)

    def in_force(self) -> GrantQuerySet:
        """Of people who are active, on the team of the environment's own application.

        Who is deactivated keeps the rows and holds nothing [PE-03].
        """
        return self.filter(
            membership__user__is_active=True,
            membership__application=models.F("environment__application"),
        )


class Grant(models.Model):
    """A member of the team may do one kind of thing to one environment.

    Given by the technical contact or by who manages permissions there; ends when
    somebody takes it away. It hangs on the membership: who leaves the team loses it,
    and who comes back begins without [PE-03]. The contact's own rights are no rows:
    they come and go with the role, and grants outlive it [TC-26].
    """

    access = Paths(
        company="environment__application__company",
        team="environment__application__memberships__user",
    )

    id = models.BigAutoField(primary_key=True)
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="grants", verbose_name=_("team member")
    )
    environment = models.ForeignKey(
        Environment,
        models.CASCADE,
        related_name="grants",
        verbose_name=_("environment"),
    )
    right = models.CharField(_("right"), max_length=20, choices=Right.choices)
    granted_at = models.DateTimeField(_("granted"), default=timezone.now)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("granted by"),
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["environment", "membership", "right"]
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        constraints = [
            # It also answers who holds what on one environment.
            models.UniqueConstraint(
                fields=["environment", "membership", "right"],
                name="grant_once",
                violation_error_message=_("This person has that right already."),
            ),
            models.CheckConstraint(
                condition=models.Q(right__in=Right.values),
                name="grant_of_a_known_right",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership.user}: {self.get_right_display()}"
