"""Whom the vendor tells of security matters of a company."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models.company import Company

RESEND_PAUSE = timedelta(hours=1)


class SecurityContactQuerySet(TenantQuerySet):
    def of(self, company: Company) -> SecurityContactQuerySet:
        return self.filter(company=company)

    def confirmed(self) -> SecurityContactQuerySet:
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> SecurityContactQuerySet:
        """Named, and not confirmed yet; the time may be over."""
        return self.filter(confirmed_at__isnull=True)

    def lapsed(self, at: datetime) -> SecurityContactQuerySet:
        """Waiting beyond their time; to be dropped."""
        return self.waiting().filter(lapses_at__lte=at)

    def confirmed_first(self) -> SecurityContactQuerySet:
        """The one we write to, then the one that waits."""
        return self.order_by(models.F("confirmed_at").asc(nulls_last=True))

    def with_people(self) -> SecurityContactQuerySet:
        return self.select_related("company", "named_by")


class SecurityContact(models.Model):
    """A name and an address that hear of security matters of a company [CO-16].

    Named by a company admin, it waits until the address confirms it by a link; then it
    takes the place of the one before. Unconfirmed it is dropped. Needs no account.
    """

    access = Paths(company="company")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="security_contacts",
        verbose_name=_("company"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(
        _("e-mail address"),
        help_text=_("A mailbox that several people read is best."),
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("named by"),
    )
    named_at = models.DateTimeField(_("named"), default=timezone.now)
    asked_at = models.DateTimeField(_("last asked"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = SecurityContactQuerySet.as_manager()

    class Meta:
        ordering = ["company", "named_at"]
        verbose_name = _("security contact")
        verbose_name_plural = _("security contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(confirmed_at__isnull=False),
                name="security_contact_one_confirmed",
                violation_error_message=_("There is a security contact already."),
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(confirmed_at__isnull=True),
                name="security_contact_one_waiting",
                violation_error_message=_("Another security contact waits already."),
            ),
        ]
        indexes = [
            # The sweep that drops what nobody confirmed: few rows.
            models.Index(
                fields=["lapses_at"],
                condition=models.Q(confirmed_at__isnull=True),
                name="security_contact_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def language(self) -> str:
        """Letters go out in the language of whoever named this contact."""
        return self.named_by.language

    @property
    def time_zone(self) -> str:
        return self.company.time_zone

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def state_code(self) -> str:
        confirmed = "security_contact.confirmed"
        return confirmed if self.is_confirmed else "security_contact.waiting"

    def is_waiting(self, at: datetime) -> bool:
        """May still be confirmed, whether or not the clock has noted its end."""
        return self.confirmed_at is None and at < self.lapses_at

    @property
    def can_be_asked_again(self) -> bool:
        """For pages; the verb judges by its own moment."""
        return self.may_be_asked_again(timezone.now())

    def may_be_asked_again(self, at: datetime) -> bool:
        """Once an hour is a reminder, more often is a nuisance."""
        return self.is_waiting(at) and at - self.asked_at >= RESEND_PAUSE
