"""People: who may sign in, for whom they work and how they like to read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies import mail_domains, zones
from companies.access import Paths, TenantQuerySet
from companies.models.company import Company
from companies.rhythm import Rhythm


def languages() -> list[tuple[str, str]]:
    """Asked at run time: a new language is no change of the database."""
    return settings.LANGUAGES


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

    def of(self, company: Company) -> UserQuerySet:
        return self.filter(company=company)

    def in_state(self, state: str) -> UserQuerySet:
        """Active or closed accounts; any other word leaves out nobody."""
        if state not in ("active", "closed"):
            return self
        return self.filter(is_active=state == "active")

    def with_company(self) -> UserQuerySet:
        return self.select_related("company")

    def matching(self, words: str) -> UserQuerySet:
        """Those whose name or address contains the words, whatever their case."""
        if not words:
            return self
        return self.filter(
            models.Q(name__icontains=words) | models.Q(email__icontains=words)
        )

    def at_domain(self, name: str) -> UserQuerySet:
        """Those whose address is at this mail domain, in either of its spellings."""
        wanted = models.Q()
        for spelling in mail_domains.spellings(name):
            wanted |= models.Q(email__iendswith=f"@{spelling}")
        return self.filter(wanted)

    def bound_by(self, sign_on: Any) -> UserQuerySet:
        """The company's people who sign in through its provider and no other way."""
        wanted = self.none()
        for domain in sign_on.company.domains.confirmed():
            wanted |= self.filter(company=sign_on.company).at_domain(domain.name)
        return wanted

    def not_bound_by(self, sign_on: Any) -> UserQuerySet:
        """Members whose address is elsewhere; they keep their passwords."""
        return self.exclude(pk__in=self.bound_by(sign_on).values("pk"))

    def to_be_moved(self) -> UserQuerySet:
        """People with an account and no company, who are not the vendor's."""
        return self.active().filter(
            company=None, is_staff=False, registered_at__isnull=False
        )

    def elsewhere_than(self, company: Company) -> UserQuerySet:
        """Those who belong to another company, or to the vendor."""
        return self.exclude(company=company).exclude(company=None, is_staff=False)

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
        _("language"), max_length=8, choices=languages, default="en"
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default=zones.of_the_vendor,
        validators=[zones.validate],
    )
    appearance = models.CharField(
        _("appearance"),
        max_length=5,
        choices=Appearance.choices,
        default=Appearance.SYSTEM,
        blank=True,
    )
    daily_at = models.TimeField(
        _("e-mail once a day at"),
        null=True,
        blank=True,
        help_text=_("What is not urgent comes in one letter. Empty is at once."),
    )
    quiet_from = models.TimeField(_("no e-mail from"), null=True, blank=True)
    quiet_until = models.TimeField(_("no e-mail until"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    created_at = models.DateTimeField(_("known since"), default=timezone.now)
    session_generation = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Grows when every session of this person is to end."),
    )

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
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="user_quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours have a beginning and an end."),
            ),
        ]
        indexes = [
            # The people page of one company and its keyset pages.
            models.Index(fields=["company", "name", "id"], name="user_by_company"),
            # The same page for vendor staff, who see everybody.
            models.Index(fields=["name", "id"], name="user_by_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("companies:person", args=[self.pk])

    def get_full_name(self) -> str:
        """The name Django's admin and Unfold ask for."""
        return str(self)

    @property
    def has_account(self) -> bool:
        """Registered with a confirmed address and still active [TC-04]."""
        return self.is_active and self.registered_at is not None

    @property
    def rhythm(self) -> Rhythm:
        """When e-mail comes that is not urgent."""
        zone = ZoneInfo(self.time_zone)
        return Rhythm(zone, self.daily_at, self.quiet_from, self.quiet_until)

    @property
    def state_code(self) -> str:
        """How the account stands, as the pages show it."""
        if not self.is_active:
            return "person.deactivated"
        return "person.active" if self.registered_at else "person.invited"

    @property
    def sees_roles(self) -> bool:
        """Ordinary members do not see who is company admin [CO-06]."""
        return self.is_active and (self.is_staff or self.is_company_admin)

    def manages(self, person: User) -> bool:
        """Admins decide about people of their own company, vendor staff about all."""
        is_own = self.is_company_admin and self.company_id == person.company_id
        return self.is_active and (self.is_staff or is_own)

    def runs(self, company: Company) -> bool:
        """Admins decide about who becomes one of their company, vendor staff too."""
        is_own = self.is_company_admin and self.company_id == company.pk
        return self.is_active and (self.is_staff or is_own)

    @property
    def role(self) -> str:
        """What this person is in the portal, in one word for a list."""
        if self.is_staff:
            return _("Support")
        return _("Company admin") if self.is_company_admin else _("Member")

    @property
    def initials(self) -> str:
        words = str(self).replace("@", " ").split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_session_auth_hash(self) -> str:
        """A session lives as long as the password and the generation it began in."""
        return f"{super().get_session_auth_hash()}.{self.session_generation}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier SECRET_KEYs, which Django tries while they rotate."""
        for earlier in super().get_session_auth_fallback_hash():
            yield f"{earlier}.{self.session_generation}"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Vendor staff may use the whole admin; it offers only what is allowed."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
