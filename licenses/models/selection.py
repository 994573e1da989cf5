"""How licenses are chosen: the words for it, each in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from apps.models import Application
from companies import vault
from companies.access import TenantQuerySet
from companies.models import Company
from licenses.models.issued import IssuedFile
from licenses.models.key import OWN_KEY, LicenseKey
from licenses.models.policy import USUAL_LIMITS, Policy
from licenses.models.reminder import RenewalReminder
from licenses.models.seat import Seat
from ui.days import DaysBefore

if TYPE_CHECKING:
    from licenses.models.license import License

_APPLICATION = "environment__application"
SHOWN_IN_ROWS = (
    "number",
    "users",
    "policy__named_users",
    "licensee",
    "serial",
    "starts_on",
    "ends_on",
    "runs_until",
    "due_on",
    "terminates_on",
    "grace_days",
    "suspended_at",
    "revoked_at",
    "environment__name",
    "environment__offboarded_at",
    f"{_APPLICATION}__name",
    f"{_APPLICATION}__hosting",
    f"{_APPLICATION}__offboarded_at",
    f"{_APPLICATION}__company__name",
    f"{_APPLICATION}__company__time_zone",
)


class LicenseQuerySet(TenantQuerySet):
    def on_premises(self) -> LicenseQuerySet:
        return self.filter(
            environment__application__hosting=Application.Hosting.ON_PREMISES
        )

    def cloud(self) -> LicenseQuerySet:
        return self.filter(environment__application__hosting=Application.Hosting.CLOUD)

    def live(self) -> LicenseQuerySet:
        """Not revoked, of environments and applications that are not off-boarded."""
        return self.filter(
            revoked_at__isnull=True,
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
        days = Coalesce("grace_days", settings.LICENSE_GRACE_DAYS)
        return (
            self.on_premises().ended(today).filter(due_on__gte=DaysBefore(today, days))
        )

    def planned_to_end(self, today: date) -> LicenseQuerySet:
        """Whose planned last day is over."""
        return self.filter(terminates_on__lt=today)

    def renewed_not_activated(self) -> LicenseQuerySet:
        """The contract runs on, but the app still runs on the key from before."""
        return self.filter(runs_until__lt=models.F("ends_on"))

    def _all(self) -> LicenseQuerySet:
        """Whatever was chosen so far: for choices that come from an index of theirs."""
        return type(self)(self.model, using=self._db)

    def on_usual_ladder(self, others: Iterable[Policy]) -> LicenseQuerySet:
        """Under none of these policies, which have reminder days of their own."""
        return self.exclude(policy__in=others) if others else self

    def by_key(self, text: str) -> LicenseQuerySet:
        """The one that this license key opens."""
        digests = vault.digests_of(text, purpose=OWN_KEY)
        return self.filter(key_digest__in=digests, revoked_at__isnull=True)

    def speaking(self) -> LicenseQuerySet:
        """Those that an app may ask about, with their rules.

        Never one of an off-boarded environment or of a Cloud application. Says that
        there is a key at all, for the index is of those.
        """
        return self.exclude(key_digest="").live().on_premises().with_rules()

    def to_activate(self) -> LicenseQuerySet:
        """A newer term or a newer key waits to be put into the app.

        Both are few among many, so each comes from its own partial index.
        """
        renewed = self._all().renewed_not_activated().order_by().values("pk")
        waiting = LicenseKey.objects.waiting().order_by().values("license")
        return self.on_premises().filter(pk__in=renewed.union(waiting))

    def matching(self, words: str) -> LicenseQuerySet:
        """By the app's name, by "LIC-20417" or by the serial number.

        Each of the three by its own index; an OR over the joins would read all rows.
        """
        words = words.strip()
        rows = self._all().order_by()
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
            .with_rules()
            .with_current_keys()
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
        )

    def with_company(self) -> LicenseQuerySet:
        return self.select_related("environment__application__company")

    def with_rules(self) -> LicenseQuerySet:
        """With the company and the policy, for verbs that go by its rules."""
        return self.with_company().select_related("policy")

    def for_rows(self) -> LicenseQuerySet:
        """With the columns that a line of a list or of its sheet shows, and no more."""
        return self.with_rules().only(*SHOWN_IN_ROWS)

    def with_limits(self) -> LicenseQuerySet:
        """`sold_users` and so on: what `License.limits` says, as columns of a table."""
        return self.annotate(
            **{
                f"sold_{kind}": Coalesce(kind, f"policy__{usual}")
                for kind, usual in USUAL_LIMITS.items()
            }
        )

    def with_current_keys(self) -> LicenseQuerySet:
        """With the key in use and the one that waits, for pages that name them."""
        return self.prefetch_related(
            models.Prefetch("keys", LicenseKey.objects.current())
        )

    def with_servers(self, at: datetime, most: int) -> LicenseQuerySet:
        """`shown_seats`: the first servers in force of each; and how many it counts."""
        seats = Seat.objects.in_force(at).with_people().with_last_file().for_reading()
        return self.with_servers_taken(at).prefetch_related(
            models.Prefetch("seats", seats[:most], to_attr="shown_seats")
        )

    def with_servers_taken(self, at: datetime) -> LicenseQuerySet:
        """`servers_taken`: how many places of the license are taken."""
        counted = Seat.objects.counted(at).filter(license=models.OuterRef("pk"))
        by_license = counted.order_by().values("license")
        return self.annotate(
            servers_taken=Coalesce(
                models.Subquery(
                    by_license.annotate(count=models.Count("pk")).values("count")
                ),
                0,
            )
        )

    def with_waiting_key(self) -> LicenseQuerySet:
        """`has_waiting_key`: whether a key is made that nobody has activated yet."""
        waiting = LicenseKey.objects.waiting().filter(license=models.OuterRef("pk"))
        return self.annotate(has_waiting_key=models.Exists(waiting))

    def with_active_servers(self) -> LicenseQuerySet:
        """`active_servers`: on how many servers each is active."""
        active = Seat.objects.active().filter(license=models.OuterRef("pk"))
        counted = active.order_by().values("license").annotate(n=models.Count("pk"))
        return self.annotate(
            active_servers=Coalesce(models.Subquery(counted.values("n")), 0)
        )

    def with_last_file_at(self) -> LicenseQuerySet:
        """`last_file_at`: when the newest file that names no server was made."""
        own = IssuedFile.objects.naming_no_server().filter(
            license=models.OuterRef("pk")
        )
        return self.annotate(last_file_at=own.newest())

    def with_people(self) -> LicenseQuerySet:
        """With the company and the vendor's people who look after it."""
        company = "environment__application__company"
        return self.select_related(
            f"{company}__account_executive", f"{company}__customer_success_manager"
        )
