"""Technical contacts: who answers for an application, and how the role moves on."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, ApplicationQuerySet, MembershipQuerySet
from companies.access import Paths, TenantQuerySet
from contacts.models.health import HealthWords, health_of
from contacts.reachability import Health

REMINDER_PAUSE = timedelta(hours=24)


class TechnicalContactQuerySet(HealthWords):
    def of(self, application: Application) -> TechnicalContactQuerySet:
        return self.filter(application=application)

    def held_by(self, user: Any) -> TechnicalContactQuerySet:
        return self.filter(user=user)

    def on_premises(self) -> TechnicalContactQuerySet:
        return self.filter(hosting=Application.Hosting.ON_PREMISES)

    def in_live_apps(self) -> TechnicalContactQuerySet:
        """With their application, those off-boarded left out, by name."""
        return (
            self.filter(application__offboarded_at__isnull=True)
            .select_related("application")
            .order_by("application__name", "id")
        )

    def without_account(self) -> TechnicalContactQuerySet:
        """Those who are deactivated or never confirmed their address [TC-04]."""
        return self.filter(
            models.Q(user__is_active=False) | models.Q(user__registered_at__isnull=True)
        )

    def with_people(self) -> TechnicalContactQuerySet:
        """With the person, the company and who appointed, for a page that shows them.

        The longest in office first.
        """
        return self.select_related("user__company", "appointed_by").order_by(
            "appointed_at", "id"
        )

    def reachable(self) -> TechnicalContactQuerySet:
        """Those who can still be mailed: active people [E4]."""
        return self.filter(user__is_active=True)

    def reachable_for(self, application: Application) -> TechnicalContactQuerySet:
        return self.of(application).reachable().select_related("user")


class TechnicalContact(models.Model):
    """A person answers for an application on the technical level [TC-01].

    Begins with an appointment, ends by handover or dismissal. Exactly one for Cloud
    [TC-07], one or more On-Premises [TC-08]. `hosting` is a copy of the application's,
    rewritten only by `change_hosting` under the application's lock: the constraint
    below needs it in this row. On PostgreSQL migration 0002 holds two promises more:
    a contact is on the team [TC-22], and a delivered application keeps one [E4].
    """

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="technical_contacts",
        verbose_name=_("application"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="technical_contacts",
        verbose_name=_("person"),
    )
    hosting = models.CharField(
        max_length=12, choices=Application.Hosting.choices, editable=False
    )
    appointed_at = models.DateTimeField(_("since"), default=timezone.now)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("appointed by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(
        _("last said to be still the contact"), null=True, blank=True
    )

    objects = TechnicalContactQuerySet.as_manager()

    class Meta:
        ordering = ["application", "appointed_at", "id"]
        verbose_name = _("technical contact")
        verbose_name_plural = _("technical contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                name="contact_once_per_person",
                violation_error_message=_(
                    "This person is a technical contact already."
                ),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(hosting=Application.Hosting.CLOUD),
                name="contact_exactly_one_on_cloud",
                violation_error_message=_(
                    "A Cloud app has exactly one technical contact."
                ),
            ),
        ]
        indexes = [
            # Whom to ask whether they are still the contact: the longest ago.
            models.Index(
                Coalesce("confirmed_at", "appointed_at"), name="contact_by_affirmation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.application}"

    @property
    def state_code(self) -> str:
        """Whether a mail would reach this contact today."""
        if not self.user.is_active:
            return "contact.deactivated"
        return "contact.reachable" if self.user.has_account else "contact.no_account"

    def judged(self, at: datetime) -> TechnicalContact:
        """This contact with its `health`; read `with_health` before."""
        self.health: Health = health_of(self, at)
        return self


def contact_count() -> Coalesce:
    """For `annotate` on applications: how many contacts each has."""
    rows = TechnicalContact.objects.filter(application=models.OuterRef("pk")).order_by()
    counted = rows.values("application").annotate(number=models.Count("pk"))
    return Coalesce(models.Subquery(counted.values("number")), 0)


def unreachable(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Those that are owed a technical contact, and have none to mail [TC-03, TC-18].

    Somebody deactivated cannot be mailed, nor can an address that bounces.
    """
    reachable = TechnicalContact.objects.deliverable().filter(
        application=models.OuterRef("pk")
    )
    return applications.owed_a_contact().filter(~models.Exists(reachable.order_by()))


def candidates(
    application: Application, *, among: MembershipQuerySet
) -> MembershipQuerySet:
    """Members of the team who may become technical contact and are not yet [TC-22].

    Before delivery the account may still come [TC-05].
    """
    fit = among.with_account() if application.delivered_at else among.active()
    holders = TechnicalContact.objects.of(application).values("user")
    return fit.of(application).exclude(user__in=holders).with_people()


class HandoverQuerySet(TenantQuerySet):
    def of(self, application: Application) -> HandoverQuerySet:
        return self.filter(application=application)

    def open(self) -> HandoverQuerySet:
        """Offered and not closed yet; an offer may be past its time."""
        return self.filter(state=Handover.State.OFFERED)

    def with_people(self) -> HandoverQuerySet:
        return self.select_related("from_user", "to_user", "offered_by")

    def pending(self, at: datetime) -> HandoverQuerySet:
        """Offered, not yet answered and not yet lapsed."""
        return self.open().filter(lapses_at__gt=at)

    def lapsed(self, at: datetime) -> HandoverQuerySet:
        """Offered and unanswered past their time; to be closed."""
        return self.open().filter(lapses_at__lte=at)


class Handover(models.Model):
    """An offer of the role from one contact to a member of the team.

    Nothing changes until the new person accepts; an unanswered offer lapses.
    """

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")

    MOVES = {
        State.OFFERED: {
            State.ACCEPTED,
            State.DECLINED,
            State.CANCELLED,
            State.LAPSED,
        }
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="handovers",
        verbose_name=_("application"),
    )
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="handovers_given",
        verbose_name=_("from"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="handovers_received",
        verbose_name=_("to"),
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    message = models.TextField(_("message"), blank=True, max_length=2000)
    answer = models.CharField(_("answer"), blank=True, max_length=400)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.OFFERED
    )
    offered_at = models.DateTimeField(_("offered"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "id"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "from_user"],
                condition=models.Q(state="offered"),
                name="handover_one_open_per_contact",
                violation_error_message=_(
                    "A handover of this role is under way. Withdraw it first."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(from_user=models.F("to_user")),
                name="handover_to_somebody_else",
                violation_error_message=_("Choose somebody else to take over."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.from_user} → {self.to_user}"

    def get_absolute_url(self) -> str:
        return reverse("contacts:handover", args=[self.pk])

    @property
    def state_code(self) -> str:
        return f"handover.{self.state}"

    def is_pending(self, at: datetime) -> bool:
        """May still be answered: offered, and the time is not up."""
        return self.state == self.State.OFFERED and at < self.lapses_at

    def is_over(self, at: datetime) -> bool:
        """Nobody answered in time, whether or not the clock has noted it."""
        unanswered = self.state in {self.State.OFFERED, self.State.LAPSED}
        return unanswered and not self.is_pending(at)

    def may_be_reminded(self, at: datetime) -> bool:
        """Once a day is a reminder, more often is a nuisance."""
        last = max(self.offered_at, self.reminded_at or self.offered_at)
        return self.is_pending(at) and at - last >= REMINDER_PAUSE

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES.get(self.state, set())
