"""Wishes for more than a license covers: the customer asks, the vendor agrees."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from apps.models import Application
from companies.access import Paths, TenantQuerySet
from licenses.models.policy import UserLimits

# The kinds of users that contracts count [LI-30, LI-31], by the name of their field.
KINDS = {
    "users": ngettext_lazy("%(count)d user in all", "%(count)d users in all", "count"),
    "concurrent_users": ngettext_lazy(
        "%(count)d user at the same time", "%(count)d users at the same time", "count"
    ),
    "internal_users": ngettext_lazy(
        "%(count)d internal user", "%(count)d internal users", "count"
    ),
    "external_users": ngettext_lazy(
        "%(count)d external user", "%(count)d external users", "count"
    ),
}


class ExpansionRequestQuerySet(TenantQuerySet):
    def open(self) -> ExpansionRequestQuerySet:
        """Neither agreed nor declined nor withdrawn yet."""
        return self.filter(state__in=ExpansionRequest.OPEN)

    def of(self, application: Application) -> ExpansionRequestQuerySet:
        return self.filter(license__environment__application=application)

    def of_the_ended(self) -> ExpansionRequestQuerySet:
        """For what is off-boarded by now, alone or with its app."""
        environment = "license__environment"
        return self.filter(
            models.Q(**{f"{environment}__offboarded_at__isnull": False})
            | models.Q(**{f"{environment}__application__offboarded_at__isnull": False})
        )

    def over(self) -> ExpansionRequestQuerySet:
        return self.exclude(state__in=ExpansionRequest.OPEN)

    def for_reading(self) -> ExpansionRequestQuerySet:
        """With what a line of a list names."""
        return self.select_related(
            "license__environment__application__company", "asked_by", "executive"
        )

    def with_people(self) -> ExpansionRequestQuerySet:
        """With everybody whom the page of one request names."""
        return self.for_reading().select_related("taken_up_by", "closed_by")


class ExpansionRequest(UserLimits):
    """A wish for more users, or for whatever else a license does not cover [LI-04].

    Begins when a technical contact or a company admin asks; the account executive, or
    the support desk in their name, takes it up, agrees or declines. It changes no
    license by itself: what was agreed is put into the contract by a verb of its own.
    One of a license is open at a time.
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        DISCUSSED = "discussed", _("Being discussed")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.SENT, State.DISCUSSED)
    MOVES = {
        State.SENT: {
            State.DISCUSSED,
            State.AGREED,
            State.DECLINED,
            State.WITHDRAWN,
        },
        State.DISCUSSED: {State.AGREED, State.DECLINED, State.WITHDRAWN},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    license = models.ForeignKey(
        "licenses.License",
        models.PROTECT,
        related_name="expansions",
        verbose_name=_("license"),
    )
    users = models.PositiveIntegerField(_("users in all"), null=True, blank=True)
    besides = models.CharField(_("what else"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    users_then = models.PositiveIntegerField(
        _("users when it was asked"), null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SENT
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    executive = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent to"),
        help_text=_("The account executive of that day; empty is the support desk."),
    )
    taken_up_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = ExpansionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "id"]
        verbose_name = _("expansion request")
        verbose_name_plural = _("expansion requests")
        constraints = [
            models.UniqueConstraint(
                fields=["license"],
                condition=models.Q(state__in=["sent", "discussed"]),
                name="expansion_one_open_of_a_license",
                violation_error_message=_("A request for this license is open."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["sent", "discussed"], closed_at__isnull=True
                )
                | models.Q(
                    state__in=["agreed", "declined", "withdrawn"],
                    closed_at__isnull=False,
                ),
                name="expansion_closed_with_its_day",
                violation_error_message=_("A request that is over has a day."),
            ),
        ]
        indexes = [
            # The list of all, the newest first, page by page.
            models.Index(fields=["-asked_at", "id"], name="expansion_by_day"),
        ]

    def __str__(self) -> str:
        return _t("%(license)s: %(wish)s") % {
            "license": self.license,
            "wish": self.wish,
        }

    def get_absolute_url(self) -> str:
        return reverse("licenses:expansion", args=[self.pk])

    @property
    def wish(self) -> str:
        """What is wanted, in words: "350 users in all, a second test system"."""
        counts = [(kind, getattr(self, kind)) for kind in KINDS]
        words = [KINDS[kind] % {"count": count} for kind, count in counts if count]
        return ", ".join([*map(str, words), *filter(None, [self.besides])])

    @property
    def title(self) -> str:
        return capfirst(self.wish)

    @property
    def users_words(self) -> str:
        """How many users the license had when more were asked for."""
        if self.users_then is None:
            return ""
        return ngettext("%(count)d user", "%(count)d users", self.users_then) % {
            "count": self.users_then
        }

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def state_code(self) -> str:
        return f"expansion.{self.state}"

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES.get(self.State(self.state), set())


def open_expansions() -> models.Prefetch:
    """For `prefetch_related` on licenses: `open_expansions`, not settled yet."""
    rows = ExpansionRequest.objects.open()
    return models.Prefetch("expansions", rows, to_attr="open_expansions")
