"""Which technical contacts would not hear of anything: the words of their QuerySet.

`contacts.reachability` judges one contact by the same rule; a test holds the two
together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower

from apps.models import Membership
from companies.access import TenantQuerySet
from companies.models import User
from contacts.models.review import Review
from contacts.reachability import Facts, Health, Trouble, judge
from outbox.models import AddressStanding, AddressStandingQuerySet

if TYPE_CHECKING:
    from contacts.models.contact import TechnicalContact

HOLDER = {"user": OuterRef("user"), "application": OuterRef("application")}


class HealthWords(TenantQuerySet):
    """Questions about technical contacts as a whole."""

    def in_service(self) -> HealthWords:
        """Of applications whose order is signed and that are not off-boarded."""
        return self.filter(
            application__order_signed_at__isnull=False,
            application__offboarded_at__isnull=True,
        )

    def deliverable(self) -> HealthWords:
        """Active people whose mail does not come back [TC-18]."""
        return self.filter(user__is_active=True).exclude(_is_bounced())

    def with_bounce(self) -> HealthWords:
        """With the person, and the moment their mail came back if it does."""
        return self.select_related("user").annotate(
            bounced_at=Subquery(_standing().bounced().values("last_bounced_at"))
        )

    def with_health(self) -> HealthWords:
        """With the columns that `judged` reads."""
        asked = Review.objects.open().of_holder(**HOLDER).values("asked_at")
        return self.with_bounce().annotate(
            is_on_team=_is_on_team(),
            bounce_words=Subquery(_standing().bounced().values("words")),
            mail_delivered_at=Subquery(_standing().values("last_delivered_at")),
            asked_at=Subquery(asked[:1]),
        )

    def worrying(self, at: datetime) -> HealthWords:
        """Those in service with any trouble."""
        return self.worrying_when(asked_by=at - patience())

    def worrying_when(self, *, asked_by: datetime) -> HealthWords:
        """The same, where who was asked by that moment should have answered."""
        anything = Q()
        for rule in _rules(asked_by).values():
            anything |= rule
        return self.in_service().filter(anything)

    def worrying_for(self, kind: str, at: datetime) -> HealthWords:
        """Those of them with this trouble as the first that is true."""
        rows = self.in_service()
        for trouble, rule in _rules(at - patience()).items():
            if trouble == kind:
                return rows.filter(rule)
            rows = rows.exclude(rule)
        raise ValueError(kind)

    def askable(self) -> HealthWords:
        """Those in service who could answer whether they are still the contact."""
        return self.in_service().filter(
            user__is_active=True, user__registered_at__isnull=False
        )

    def to_be_asked(self, at: datetime) -> HealthWords:
        """Whose role was taken or confirmed long ago, and who was not asked since."""
        due = at - timedelta(days=settings.STILL_CONTACT_DAYS)
        asked = Review.objects.open().filter(user=OuterRef("user"))
        return (
            self.askable()
            .alias(affirmed_at=Coalesce("confirmed_at", "appointed_at"))
            .filter(~Exists(asked.order_by()), affirmed_at__lte=due)
        )


def bounced_addresses(addresses: Iterable[str]) -> dict[str, datetime]:
    """Which of these addresses bounce, in small letters, and since when."""
    wanted = {address.lower() for address in addresses}
    rows = AddressStanding.objects.bounced().filter(address__in=wanted)
    return dict(rows.values_list("address", "last_bounced_at"))


def mail_comes_back() -> Exists:
    """For `annotate` on people."""
    address = Lower(OuterRef("email"))
    return Exists(AddressStanding.objects.bounced().filter(address=address))


def patience() -> timedelta:
    """How long a question may wait before its silence is trouble."""
    return timedelta(days=settings.STILL_CONTACT_SILENT_DAYS)


def health_of(contact: TechnicalContact, at: datetime) -> Health:
    """How it stands with a contact that was read `with_health`."""
    facts = Facts(
        is_active=contact.user.is_active,
        is_on_team=contact.is_on_team,
        registered_at=contact.user.registered_at,
        affirmed_at=contact.confirmed_at or contact.appointed_at,
        bounced_at=contact.bounced_at,
        bounce_words=contact.bounce_words or "",
        asked_at=contact.asked_at,
    )
    return judge(facts, at, patience())


def _rules(asked_by: datetime) -> dict[str, Q]:
    """Each trouble as a condition, in the order in which they count.

    Until an application is delivered its contact may still sign up [TC-05].
    """
    asked = Review.objects.open().asked_before(asked_by).of_holder(**HOLDER)
    delivered = Q(application__delivered_at__isnull=False)
    return {
        Trouble.DEACTIVATED: Q(user__is_active=False),
        Trouble.LEFT: ~Q(_is_on_team()),
        Trouble.BOUNCED: _is_bounced(),
        Trouble.UNCONFIRMED: Q(user__registered_at__isnull=True) & delivered,
        Trouble.SILENT: Q(Exists(asked.order_by())),
    }


def _standing() -> AddressStandingQuerySet:
    """What is known of the person's address."""
    return AddressStanding.objects.filter(address=Lower(OuterRef("user__email")))


def _is_on_team() -> Exists:
    return Exists(Membership.objects.filter(**HOLDER).order_by())


def _is_bounced() -> Q:
    """Few addresses bounce: their people are found once and compared with."""
    bounced = AddressStanding.objects.bounced().values("address")
    people = User.objects.alias(address=Lower("email")).filter(address__in=bounced)
    return Q(user__in=people.order_by().values("pk"))
