"""Licenses and the terms they were signed for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.access import Paths, TenantQuerySet
from companies.models import Company
from licenses.models.key import LicenseKey
from licenses.models.reminder import RenewalReminder
from licenses.reminders import thresholds
from licenses.standing import Standing, standing_of


class LicenseQuerySet(TenantQuerySet):
    def on_premises(self) -> LicenseQuerySet:
        return self.filter(
            environment__application__hosting=Application.Hosting.ON_PREMISES
        )

    def cloud(self) -> LicenseQuerySet:
        return self.filter(environment__application__hosting=Application.Hosting.CLOUD)

    def live(self) -> LicenseQuerySet:
        """Of environments and applications that are not off-boarded."""
        return self.filter(
            environment__offboarded_at__isnull=True,
            environment__application__offboarded_at__isnull=True,
        )

    def of(self, application: Application) -> LicenseQuerySet:
        return self.filter(environment__application=application)

    def looked_after_by(self, person: Any) -> LicenseQuerySet:
        """Of companies whose account executive or success manager this person is."""
        company = "environment__application__company"
        return self.filter(
            models.Q(**{f"{company}__account_executive": person.pk})
            | models.Q(**{f"{company}__customer_success_manager": person.pk})
        )

    def of_company(self, company: Company) -> LicenseQuerySet:
        return self.filter(environment__application__company=company)

    def running(self, today: date) -> LicenseQuerySet:
        """Begun, as far as we know, and not run out."""
        return self.exclude(starts_on__gt=today).filter(due_on__gte=today)

    def ending_within(self, days: int, today: date) -> LicenseQuerySet:
        """Not ended yet, but within so many days."""
        return self.ending_between(today, today + timedelta(days=days))

    def ending_between(self, first: date, last: date) -> LicenseQuerySet:
        return self.filter(due_on__gte=first, due_on__lte=last)

    def ended(self, today: date) -> LicenseQuerySet:
        return self.filter(due_on__lt=today)

    def in_grace(self, today: date) -> LicenseQuerySet:
        """Ended, but the app still runs on and logs warnings [LI-28]."""
        first = today - timedelta(days=settings.LICENSE_GRACE_DAYS)
        return self.on_premises().ended(today).filter(due_on__gte=first)

    def renewed_not_activated(self) -> LicenseQuerySet:
        """The contract runs on, but the app still runs on the key from before."""
        return self.filter(runs_until__lt=models.F("ends_on"))

    def to_activate(self) -> LicenseQuerySet:
        """A newer term or a newer key waits to be put into the app.

        Both are few among many, so each comes from its own partial index.
        """
        renewed = License.objects.renewed_not_activated().order_by().values("pk")
        waiting = LicenseKey.objects.waiting().order_by().values("license")
        return self.on_premises().filter(pk__in=renewed.union(waiting))

    def matching(self, words: str) -> LicenseQuerySet:
        """By the app's name, by "LIC-20417" or by the serial number.

        Each of the three by its own index; an OR over the joins would read all rows.
        """
        words = words.strip()
        rows = License.objects.order_by()
        found = [
            rows.filter(
                environment__application__in=Application.objects.named_like(words)
            ).values("pk"),
            rows.filter(serial__in={words, words.lower(), words.upper()}).values("pk"),
        ]
        digits = words.upper().removeprefix("LIC-")
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            found.append(rows.filter(number=int(digits)).values("pk"))
        return self.filter(pk__in=found[0].union(*found[1:]))

    def awaiting_reminder(self, step: int, first: date, last: date) -> LicenseQuerySet:
        """Running out between two days, and not reminded of it by this step."""
        told = RenewalReminder.objects.filter(
            license=models.OuterRef("pk"),
            due_on=models.OuterRef("due_on"),
            days_before=step,
        )
        return self.filter(~models.Exists(told), due_on__gte=first, due_on__lte=last)

    def in_zones(self, zones: Iterable[str]) -> LicenseQuerySet:
        """Of companies where these time zones tell the day."""
        return self.filter(environment__application__company__time_zone__in=zones)

    def by_end(self) -> LicenseQuerySet:
        return self.order_by("due_on", "id")

    def for_reading(self) -> LicenseQuerySet:
        """By end; those of one day by number, so mostly production comes first."""
        return self.order_by("due_on", "number")

    def with_shown_end(self) -> LicenseQuerySet:
        """`shown_end`: the end a customer reads; Cloud shows none and stands last."""
        of_cloud = models.Q(environment__application__hosting=Application.Hosting.CLOUD)
        last = models.Value(date.max, models.DateField())
        return self.annotate(
            shown_end=models.Case(
                models.When(of_cloud, then=last), default=models.F("due_on")
            )
        )

    def after(self, last: License) -> LicenseQuerySet:
        """Those beyond this one, in the order of their ends."""
        return self.filter(
            models.Q(due_on__gt=last.due_on)
            | models.Q(due_on=last.due_on, pk__gt=last.pk)
        )

    def claimed(self) -> LicenseQuerySet:
        """Locked until the transaction ends; what somebody else has locked is left."""
        return (
            self.with_people()
            .with_current_keys()
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
        )

    def with_company(self) -> LicenseQuerySet:
        return self.select_related("environment__application__company")

    def with_current_keys(self) -> LicenseQuerySet:
        """With the key in use and the one that waits, for pages that name them."""
        return self.prefetch_related(
            models.Prefetch("keys", LicenseKey.objects.current())
        )

    def with_waiting_key(self) -> LicenseQuerySet:
        """`has_waiting_key`: whether a key is made that nobody has activated yet."""
        waiting = LicenseKey.objects.waiting().filter(license=models.OuterRef("pk"))
        return self.annotate(has_waiting_key=models.Exists(waiting))

    def with_people(self) -> LicenseQuerySet:
        """With the company and the vendor's people who look after it."""
        company = "environment__application__company"
        return self.select_related(
            f"{company}__account_executive", f"{company}__customer_success_manager"
        )


class License(models.Model):
    """The contract's term for one environment of an application [LI-10].

    Begins with a signed contract and is renewed term by term; off-boarding its
    environment ends it. `ends_on` is the last valid day of the contract. `runs_until`
    is the last day of the key in use, where one is. `due_on` is the earlier of the two:
    a renewed license whose new key is not activated runs out with the old key [E12].
    """

    access = Paths(
        company="environment__application__company",
        team="environment__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    environment = models.OneToOneField(
        Environment, models.PROTECT, related_name="license"
    )
    application_name = models.CharField(
        _("name at issue"),
        max_length=200,
        help_text=_("The app's name when the license was issued; it may have changed."),
    )
    serial = models.CharField(
        _("serial number"),
        max_length=255,
        blank=True,
        help_text=_("The number another asset tool knows this license by."),
    )
    users = models.PositiveIntegerField(_("users"), null=True, blank=True)
    licensee = models.CharField(
        _("licensed to"),
        max_length=120,
        blank=True,
        help_text=_("The person or house the contract names."),
    )
    licensee_email = models.EmailField(_("licensee's e-mail address"), blank=True)
    is_reassignable = models.BooleanField(
        _("may move to other hardware"),
        default=True,
        help_text=_("Whether the customer may make a key for another server."),
    )
    starts_on = models.DateField(
        _("starts"),
        null=True,
        blank=True,
        help_text=_("Empty where an imported portfolio does not say."),
    )
    ends_on = models.DateField(_("ends"), help_text=_("The last valid day."))
    runs_until = models.DateField(_("key in use ends"), null=True, blank=True)
    due_on = models.GeneratedField(
        expression=Least(
            models.F("ends_on"), Coalesce(models.F("runs_until"), models.F("ends_on"))
        ),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=_("runs out"),
    )
    end_moves = models.PositiveIntegerField(
        _("moves of the end"),
        default=0,
        editable=False,
        help_text=_("How often the day it runs out has moved: a calendar's SEQUENCE."),
    )
    end_moved_at = models.DateTimeField(
        _("end last moved"), null=True, blank=True, editable=False
    )
    purchase = models.JSONField(
        _("purchase"),
        default=dict,
        blank=True,
        help_text=_("Order numbers, cost, supplier and what else the contract says."),
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = LicenseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("license")
        verbose_name_plural = _("licenses")
        constraints = [
            models.UniqueConstraint(
                fields=["application_name", "serial"],
                condition=~models.Q(serial=""),
                name="license_serial_unique_per_application",
                violation_error_message=_("This serial number is known already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="license_ends_after_start",
                violation_error_message=_("A license ends after it starts."),
            ),
        ]
        indexes = [
            # The list by end date, page by page, and the sweep for reminders.
            models.Index(fields=["due_on", "id"], name="license_by_end"),
            # Those renewed, whose new key is not in use yet: few among many.
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(runs_until__lt=models.F("ends_on")),
                name="license_to_activate",
            ),
            # An import looks up what it has brought in before.
            models.Index(
                fields=["serial"],
                condition=~models.Q(serial=""),
                name="license_by_serial",
            ),
        ]

    def __str__(self) -> str:
        return f"LIC-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("licenses:detail", args=[self.pk])

    def lock(self) -> None:
        """Read this row afresh and hold it until the transaction ends."""
        self.refresh_from_db(
            from_queryset=License.objects.with_company().select_for_update(
                of=("self",), no_key=True
            )
        )

    @property
    def application(self) -> Application:
        return self.environment.application

    @property
    def company(self) -> Company:
        return self.environment.application.company

    @property
    def expires_at(self) -> datetime:
        """The first moment after the last valid day, where the company is."""
        return self._after(self.ends_on)

    @property
    def grace_ends_at(self) -> datetime:
        """Until then an app runs on after the end of the contract [LI-28]."""
        return self._after(self.ends_on + timedelta(days=settings.LICENSE_GRACE_DAYS))

    def _after(self, last_day: date) -> datetime:
        midnight = datetime.combine(last_day + timedelta(days=1), time())
        return midnight.replace(tzinfo=ZoneInfo(self.company.time_zone))

    @property
    def key_in_use(self) -> LicenseKey | None:
        return next((key for key in self.keys.all() if key.is_in_use), None)

    @property
    def waiting_key(self) -> LicenseKey | None:
        """Made, and not activated yet."""
        return next((key for key in self.keys.all() if key.is_waiting), None)

    @property
    def is_offboarded(self) -> bool:
        return bool(self.environment.offboarded_at or self.application.offboarded_at)

    @property
    def revised_at(self) -> datetime:
        """Since when the day it runs out is what it is."""
        return self.end_moved_at or self.created_at

    @property
    def is_renewed_not_activated(self) -> bool:
        return self.runs_until is not None and self.runs_until < self.ends_on

    def standing(self, today: date) -> Standing:
        """Where the license stands on this day, which is a day of the company."""
        on_premises = self.application.is_on_premises
        return standing_of(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            due_on=self.due_on,
            today=today,
            ending_days=thresholds(settings.RENEWAL_REMINDER_DAYS).soon,
            grace_days=settings.LICENSE_GRACE_DAYS if on_premises else 0,
            kept_days=settings.LICENSE_KEPT_DAYS,
            is_offboarded=self.is_offboarded,
        )


class LicenseTerm(models.Model):
    """One signed contract term of a license; a renewal adds the next."""

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    license = models.ForeignKey(License, models.CASCADE, related_name="terms")
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"))
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["license", "-ends_on"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(
                fields=["license", "ends_on"], name="term_once_per_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.license}, {self.ends_on}"
