"""Applications, their environments, their teams and the platform's releases."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.support import major_of
from companies.access import Paths, TenantQuerySet
from companies.models import Company


class PlatformRelease(models.Model):
    """The general availability of one major version of the vendor's platform [PS]."""

    major = models.PositiveSmallIntegerField(_("major version"), primary_key=True)
    available_on = models.DateField(_("available on"))
    is_planned = models.BooleanField(_("planned"), default=False)
    latest = models.CharField(_("latest version"), max_length=20, blank=True)
    latest_on = models.DateField(_("latest version of"), null=True, blank=True)

    class Meta:
        ordering = ["-major"]
        verbose_name = _("platform release")
        verbose_name_plural = _("platform releases")

    def __str__(self) -> str:
        return str(self.major)


class ApplicationQuerySet(TenantQuerySet):
    def on_premises(self) -> ApplicationQuerySet:
        return self.filter(hosting=Application.Hosting.ON_PREMISES)

    def cloud(self) -> ApplicationQuerySet:
        return self.filter(hosting=Application.Hosting.CLOUD)

    def live(self) -> ApplicationQuerySet:
        """Ordered or delivered, and not off-boarded."""
        return self.filter(offboarded_at__isnull=True)

    def archived(self) -> ApplicationQuerySet:
        return self.filter(offboarded_at__isnull=False)

    def waiting_for_signature(self) -> ApplicationQuerySet:
        """Ordered; the technical contact is named and not yet appointed [TC-03]."""
        return self.live().filter(order_signed_at__isnull=True)

    def owed_a_contact(self) -> ApplicationQuerySet:
        """From the signature of the order on, until the end [TC-03, TC-18]."""
        return self.live().filter(order_signed_at__isnull=False)

    def delivered(self) -> ApplicationQuerySet:
        return self.live().filter(delivered_at__isnull=False)

    def in_state(self, state: str) -> ApplicationQuerySet:
        """Those on one step of the way; `Application.state` says the same of a row."""
        if state == Application.State.OFFBOARDED:
            return self.archived()
        if state == Application.State.DELIVERED:
            return self.delivered()
        waiting = self.live().filter(delivered_at__isnull=True)
        return waiting.filter(
            order_signed_at__isnull=state == Application.State.ORDERED
        )

    def named_like(self, words: str) -> ApplicationQuerySet:
        """Those whose name contains the words, whatever their case."""
        return self.filter(search_text__contains=words.casefold())


class Application(models.Model):
    """One app of a customer.

    Begins as an order; the order is signed, with a technical contact appointed; it is
    delivered once the contact has an account; it ends off-boarded [TC-01 to TC-05].
    """

    access = Paths(company="company", team="memberships__user")

    class Hosting(models.TextChoices):
        ON_PREMISES = "on_premises", _("On-Premises")
        CLOUD = "cloud", _("Cloud")

    class State(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        SIGNED = "signed", _("Being set up")
        DELIVERED = "delivered", _("Delivered")
        OFFBOARDED = "offboarded", _("Off-boarded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("company"),
    )
    name = models.CharField(_("name"), max_length=200)
    search_text = models.CharField(max_length=400, editable=False, default="")
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    hosting = models.CharField(_("hosting"), max_length=12, choices=Hosting.choices)
    location = models.CharField(
        _("location"),
        max_length=80,
        blank=True,
        help_text=_("The Cloud region, or where your servers stand."),
    )
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ordered by"),
    )
    order_signed_at = models.DateTimeField(_("order signed"), null=True, blank=True)
    named_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("technical contact named in the order"),
        help_text=_("Appointed when the order is signed."),
    )
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    offboarded_at = models.DateTimeField(_("off-boarded"), null=True, blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="applications"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"],
                name="application_name_unique_in_company",
                violation_error_message=_("Your company has an app of this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at__isnull=True)
                | models.Q(order_signed_at__lte=models.F("delivered_at")),
                name="application_delivered_after_order_signed",
                violation_error_message=_(
                    "An app is delivered after its order is signed."
                ),
            ),
        ]
        indexes = [
            # The list of all, by name, page by page.
            models.Index(fields=["name", "id"], name="application_by_name"),
            # Its tabs, by name, and their counts: those of one hosting, ...
            models.Index(
                fields=["hosting", "name", "id"],
                condition=models.Q(offboarded_at__isnull=True),
                name="application_by_hosting",
            ),
            # ... and those that are off-boarded.
            models.Index(
                fields=["name", "id"],
                condition=models.Q(offboarded_at__isnull=False),
                name="application_archived",
            ),
            # The list of one company, by name, page by page.
            models.Index(
                fields=["company", "name", "id"], name="application_of_company"
            ),
            # What is on its way to delivery: few among many.
            models.Index(
                fields=["ordered_at", "id"],
                condition=models.Q(
                    delivered_at__isnull=True, offboarded_at__isnull=True
                ),
                name="application_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("application_detail", args=[self.pk])

    def lock(self) -> None:
        """Read this row afresh and hold it until the transaction ends.

        Every rule about an application's people is judged under this lock. It lets
        others refer to the row meanwhile (NO KEY), and on SQLite it is the one writer.
        """
        rows = Application.objects.select_related("company")
        self.refresh_from_db(
            from_queryset=rows.select_for_update(of=("self",), no_key=True)
        )

    @property
    def is_cloud(self) -> bool:
        return self.hosting == self.Hosting.CLOUD

    @property
    def is_on_premises(self) -> bool:
        return self.hosting == self.Hosting.ON_PREMISES

    @property
    def state(self) -> Application.State:
        if self.offboarded_at:
            return self.State.OFFBOARDED
        if self.delivered_at:
            return self.State.DELIVERED
        return self.State.SIGNED if self.order_signed_at else self.State.ORDERED

    @property
    def state_code(self) -> str:
        return f"application.{self.state}"


class EnvironmentQuerySet(TenantQuerySet):
    def of(self, application: Application) -> EnvironmentQuerySet:
        return self.filter(application=application)

    def live(self) -> EnvironmentQuerySet:
        return self.filter(
            offboarded_at__isnull=True, application__offboarded_at__isnull=True
        )

    def on_cloud(self) -> EnvironmentQuerySet:
        return self.filter(application__hosting=Application.Hosting.CLOUD)

    def on_premises(self) -> EnvironmentQuerySet:
        return self.filter(application__hosting=Application.Hosting.ON_PREMISES)


class Environment(models.Model):
    """One place where an application runs: test, acceptance, production or any other.

    Names follow OP-10: two or more letters, digits and hyphens, no hyphen at an end.
    """

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    class Purpose(models.TextChoices):
        PRODUCTION = "production", _("Production")
        ACCEPTANCE = "acceptance", _("Acceptance")
        TEST = "test", _("Test")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="environments",
        verbose_name=_("application"),
    )
    name = models.CharField(
        _("name"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]\Z",
                _("Use two or more letters, digits or hyphens, no hyphen at the end."),
            )
        ],
    )
    purpose = models.CharField(
        _("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.PRODUCTION
    )
    url = models.URLField(_("address"), blank=True)
    platform_version = models.CharField(
        _("platform version"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\d+(\.\d+){0,3}\Z", _("Write it as in 11.6.2."))],
    )
    offboarded_at = models.DateTimeField(_("off-boarded"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = EnvironmentQuerySet.as_manager()

    class Meta:
        ordering = ["application", "created_at", "id"]
        verbose_name = _("environment")
        verbose_name_plural = _("environments")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"],
                name="environment_name_unique_in_application",
                violation_error_message=_("This app has an environment of that name."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}, {self.name}"

    @property
    def platform_major(self) -> int | None:
        return major_of(self.platform_version)


class MembershipQuerySet(TenantQuerySet):
    def of(self, application: Application) -> MembershipQuerySet:
        return self.filter(application=application)

    def active(self) -> MembershipQuerySet:
        """Of people who are not deactivated."""
        return self.filter(user__is_active=True)

    def with_account(self) -> MembershipQuerySet:
        """Of people who can sign in today [TC-04]."""
        return self.active().filter(user__registered_at__isnull=False)

    def with_people(self) -> MembershipQuerySet:
        """With the person and the company of each, by name, for a page or a choice."""
        return self.select_related("user__company").order_by("user__name", "id")

    def of_person(self, person: Any) -> MembershipQuerySet:
        return self.filter(user=person)

    def of_company(self, company_id: uuid.UUID) -> MembershipQuerySet:
        """On the teams of this company's apps, whatever company the person is of."""
        return self.filter(application__company=company_id)

    def scrum_masters(self) -> MembershipQuerySet:
        return self.filter(role=Membership.Role.SCRUM_MASTER)

    def in_live_apps(self) -> MembershipQuerySet:
        """With their application, those off-boarded left out, by name."""
        return (
            self.filter(application__offboarded_at__isnull=True)
            .select_related("application")
            .order_by("application__name")
        )


class Membership(models.Model):
    """A person works on an application, whatever company the person is of [TI-13]."""

    access = Paths(
        company="application__company", team="application__memberships__user"
    )

    class Role(models.TextChoices):
        PRODUCT_OWNER = "product_owner", _("Product owner")
        SCRUM_MASTER = "scrum_master", _("Scrum master")
        BUSINESS_ENGINEER = "business_engineer", _("Business engineer")
        OPERATOR = "operator", _("Application operator")
        END_USER = "end_user", _("End user")

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"), max_length=20, choices=Role.choices, default=Role.BUSINESS_ENGINEER
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["application", "joined_at"]
        verbose_name = _("team member")
        verbose_name_plural = _("team")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                name="membership_once_per_person",
                violation_error_message=_("This person is on the team already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.application}"


def search_text_of(*words: Any, length: int = 400) -> str:
    """Case-folded text to search in: SQLite folds ASCII only, so we fold ourselves.

    Cut to the column: folding may lengthen a word ("ß" becomes "ss").
    """
    return " ".join(str(word) for word in words if word).casefold()[:length]
