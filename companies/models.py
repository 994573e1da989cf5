"""Companies, their people, the agreed service level and the activity log."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.verbs import Verb


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Use a name such as Europe/Amsterdam."),
            params={"name": name},
        )


def vendor_time_zone() -> str:
    return settings.TIME_ZONE


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
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default=vendor_time_zone,
        validators=[validate_time_zone],
        help_text=_("A license ends at the end of its last day in this zone."),
    )
    created_at = models.DateTimeField(_("customer since"), default=timezone.now)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    def today(self, at: datetime) -> Any:
        """The calendar day of this moment where the company is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class UserQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> UserQuerySet:
        """People of my own company; everybody for vendor staff."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        if user.company_id is None:
            return self.filter(pk=user.pk)
        return self.filter(company=user.company_id)

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def admins_of(self, company: Company) -> UserQuerySet:
        return self.active().filter(company=company, is_company_admin=True)

    def vendor_staff(self) -> UserQuerySet:
        return self.active().filter(is_staff=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        return self.create_user(
            email, password, is_staff=True, registered_at=timezone.now(), **fields
        )

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person: of one customer company, of the vendor (staff), or of neither yet.

    Begins when somebody registers or is named by an administrator; never deleted,
    only deactivated. `registered_at` is empty until the person has confirmed the
    e-mail address: only then is it the account that a technical contact needs [TC-04].
    """

    access = Paths(company="company")

    class Appearance(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("company"),
    )
    is_company_admin = models.BooleanField(_("company admin"), default=False)
    is_staff = models.BooleanField(_("vendor staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="en"
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default=vendor_time_zone,
        validators=[validate_time_zone],
    )
    appearance = models.CharField(
        _("appearance"),
        max_length=5,
        choices=Appearance.choices,
        default=Appearance.SYSTEM,
        blank=True,
    )
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    created_at = models.DateTimeField(_("known since"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_case",
                violation_error_message=_("This e-mail address is taken."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_company_admin=False)
                | models.Q(company__isnull=False),
                name="user_company_admin_has_company",
                violation_error_message=_("A company admin needs a company."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(company__isnull=True),
                name="user_staff_has_no_company",
                violation_error_message=_(
                    "Vendor staff belong to no customer company."
                ),
            ),
        ]
        indexes = [
            # The people page and its keyset pages.
            models.Index(fields=["company", "name", "id"], name="user_by_company"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("companies:person", args=[self.pk])

    @property
    def has_account(self) -> bool:
        """Registered with a confirmed address and still active [TC-04]."""
        return self.is_active and self.registered_at is not None

    @property
    def initials(self) -> str:
        words = str(self).replace("@", " ").split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Vendor staff may use the whole admin; it offers only what is allowed."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class ActivityQuerySet(TenantQuerySet):
    def about(self, thing_id: uuid.UUID) -> ActivityQuerySet:
        return self.filter(about=thing_id)


class ActivityEntry(models.Model):
    """Who did what to which thing, in words that outlive the rows they speak of.

    Append-only. No foreign keys to the thing or the actor, so the log never blocks a
    deletion; `about` is the id of the application concerned.
    """

    access = Paths(company="company")

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="activity"
    )
    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=120)
    actor_id_text = models.CharField(max_length=36, blank=True)
    verb = models.CharField(_("what"), max_length=40, choices=Verb.choices)
    thing = models.CharField(_("thing"), max_length=200)
    old = models.CharField(_("old value"), max_length=200, blank=True)
    new = models.CharField(_("new value"), max_length=200, blank=True)
    about = models.UUIDField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        indexes = [
            # The activity tab of one application, newest first.
            models.Index(fields=["about", "-at", "-id"], name="activity_of_one"),
            # The activity of one company, newest first.
            models.Index(fields=["company", "-at", "-id"], name="activity_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.sentence}"

    @property
    def sentence(self) -> str:
        """What was done, in the reader's language, to stand after the actor's name."""
        words = {"thing": self.thing, "old": self.old, "new": self.new}
        return str(Verb(self.verb).label).format(**words)
