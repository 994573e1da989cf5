"""Customers of the vendor, and what has been agreed with them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies import zones
from companies.access import Paths


class ServiceLevel(models.Model):
    """What a customer has agreed on: support hours, maintenance notice, availability.

    The figures per priority are rows of `tickets.ServiceTarget` [TI-10, TI-35].
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    support_hours = models.CharField(_("support hours"), max_length=120)
    availability = models.CharField(_("availability"), max_length=60, blank=True)
    recovery_time = models.CharField(
        _("recovery time objective"), max_length=60, blank=True
    )
    recovery_point = models.CharField(
        _("recovery point objective"), max_length=60, blank=True
    )
    maintenance_notice_days = models.PositiveSmallIntegerField(
        _("maintenance notice in days"), default=5
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")

    def __str__(self) -> str:
        return self.name


class CompanyQuerySet(models.QuerySet):
    def with_people_in_charge(self) -> CompanyQuerySet:
        """Everything the company's page says in one query."""
        return self.select_related(
            "service_level",
            "account_executive",
            "customer_success_manager",
            "contact",
            "level_asked_by",
        )

    def with_people_count(self) -> CompanyQuerySet:
        """Adds how many people have an active account."""
        return self.annotate(
            people_count=models.Count("people", filter=models.Q(people__is_active=True))
        )

    def named_like(self, words: str) -> CompanyQuerySet:
        """Those whose name contains the words, whatever their case."""
        return self.filter(name__icontains=words)

    def visible_to(self, user: Any) -> CompanyQuerySet:
        """A person's own company; every company for vendor staff."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_staff else self.filter(pk=user.company_id)


class Company(models.Model):
    """A customer of the vendor."""

    access = Paths(company="pk")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    service_level = models.ForeignKey(
        ServiceLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("service level"),
    )
    account_executive = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"is_staff": True},
        verbose_name=_("account executive"),
    )
    customer_success_manager = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"is_staff": True},
        verbose_name=_("customer success manager"),
    )
    contact = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("company contact"),
        help_text=_("Whom the company's people ask first; all of them see the name."),
    )
    address = models.TextField(
        _("address of record"),
        max_length=400,
        blank=True,
        help_text=_("Where letters on paper go, with the country."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default=zones.of_the_vendor,
        validators=[zones.validate],
        help_text=_("A license ends at the end of its last day in this zone."),
    )
    created_at = models.DateTimeField(_("customer since"), default=timezone.now)
    level_asked_at = models.DateTimeField(
        _("service level asked for"), null=True, blank=True, editable=False
    )
    level_asked_by = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("service level asked for by"),
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.contact and self.contact.company_id != self.pk:
            raise ValidationError(
                {"contact": _("The company contact is a person of the company.")}
            )

    def today(self, at: datetime) -> date:
        """The calendar day of this moment where the company is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()
