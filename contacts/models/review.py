"""Asked each quarter: are you still the technical contact? And what is raised."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies.access import Paths, TenantQuerySet
from contacts.reachability import Trouble


class ReviewQuerySet(TenantQuerySet):
    def open(self) -> ReviewQuerySet:
        """Asked and not answered."""
        return self.filter(answered_at__isnull=True)

    def of_round(self, round_id: uuid.UUID) -> ReviewQuerySet:
        return self.filter(round=round_id)

    def of_holder(
        self, user: models.OuterRef, application: models.OuterRef
    ) -> ReviewQuerySet:
        """Those put to one person about one application; for a subquery too."""
        return self.filter(user=user, application=application)

    def asked_before(self, moment: datetime) -> ReviewQuerySet:
        return self.filter(asked_at__lte=moment)

    def not_reminded(self) -> ReviewQuerySet:
        return self.filter(reminded_at__isnull=True)

    def by_application(self) -> ReviewQuerySet:
        """With the application and its company, by name, for a page or a letter."""
        return self.select_related("application__company").order_by(
            "application__name", "application_id"
        )


class Review(models.Model):
    """One person was asked whether they still answer for one application [TC-34].

    All applications of the person are asked about in one round, by one letter. It ends
    with an answer: they still are, or they are contact no more.
    """

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("Still the contact")
        ENDED = "ended", _("No longer the contact")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.UUIDField(editable=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("application"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("person"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answer = models.CharField(
        _("answer"), max_length=10, choices=Answer.choices, blank=True
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "id"]
        verbose_name = _("review of a contact")
        verbose_name_plural = _("reviews of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                condition=models.Q(answered_at__isnull=True),
                name="review_one_open_per_contact",
                violation_error_message=_("This person has been asked already."),
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="review_answered_with_an_answer",
                violation_error_message=_("An answer has its moment."),
            ),
        ]
        indexes = [
            # The page behind the letter's link.
            models.Index(fields=["round"], name="review_of_round"),
            # Whom to remind, and who is silent.
            models.Index(
                fields=["asked_at"],
                name="review_unanswered",
                condition=models.Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.application}"


class ConcernQuerySet(TenantQuerySet):
    def open(self) -> ConcernQuerySet:
        return self.filter(closed_at__isnull=True)

    def of_kind(self, kind: str) -> ConcernQuerySet:
        return self.filter(kind=kind)

    def of_holder(
        self, user: models.OuterRef, application: models.OuterRef
    ) -> ConcernQuerySet:
        return self.filter(user=user, application=application)

    def closed_since(self, moment: datetime) -> ConcernQuerySet:
        return self.filter(closed_at__gt=moment)

    def awaiting_escalation(self, moment: datetime) -> ConcernQuerySet:
        """Open, raised by that moment, and the vendor was not told yet."""
        return self.open().filter(escalated_at__isnull=True, raised_at__lte=moment)


class Concern(models.Model):
    """A technical contact of an application may not hear of anything.

    Raised once per occurrence, when the company's admins are told; after some days
    the vendor is told too; closed when the contact is well, or is contact no more.
    """

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="concerns",
        verbose_name=_("application"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="concerns",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("what is wrong"), max_length=12, choices=Trouble.choices)
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    escalated_at = models.DateTimeField(_("vendor told"), null=True, blank=True)
    closed_at = models.DateTimeField(_("over"), null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "id"]
        verbose_name = _("concern about a contact")
        verbose_name_plural = _("concerns about contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="concern_one_open_per_contact_and_kind",
                violation_error_message=_("This has been raised already."),
            ),
        ]
        indexes = [
            # Whom to tell the vendor about.
            models.Index(
                fields=["raised_at"],
                name="concern_open",
                condition=models.Q(closed_at__isnull=True),
            ),
            # What came back shortly after it was over.
            models.Index(fields=["closed_at"], name="concern_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.user}, {self.get_kind_display()}"
