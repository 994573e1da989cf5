from datetime import timedelta

import factory
from django.utils import timezone

from companies.models import (
    AddressChange,
    Archive,
    ClaimedDomain,
    Company,
    Invitation,
    SecurityContact,
    ServiceLevel,
    User,
)
from companies.models.invitation import digest_of


class ServiceLevelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceLevel
        django_get_or_create = ("name",)

    name = "Platform"
    support_hours = "Monday to Friday, 09:00 to 17:00"


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Company {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    company = factory.SubFactory(CompanyFactory)
    registered_at = factory.LazyFunction(timezone.now)

    class Params:
        admin = factory.Trait(is_company_admin=True)
        staff = factory.Trait(is_staff=True, company=None)
        unregistered = factory.Trait(registered_at=None)
        deactivated = factory.Trait(is_active=False)


class SecurityContactFactory(factory.django.DjangoModelFactory):
    """Waits to be confirmed; `company` and `named_by` are to be given."""

    class Meta:
        model = SecurityContact

    name = "Acme Security Desk"
    email = "security@acme.example"
    lapses_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))

    class Params:
        confirmed = factory.Trait(confirmed_at=factory.LazyFunction(timezone.now))


class ClaimedDomainFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ClaimedDomain

    name = factory.Sequence(lambda n: f"company{n}.example")
    company = factory.SubFactory(CompanyFactory)
    claimed_by = factory.SubFactory(
        UserFactory, company=factory.SelfAttribute("..company"), admin=True
    )

    class Params:
        confirmed = factory.Trait(state="confirmed")


class InvitationFactory(factory.django.DjangoModelFactory):
    """The token of an open one is its address, so that tests know the link."""

    class Meta:
        model = Invitation

    company = factory.SubFactory(CompanyFactory)
    email = factory.Sequence(lambda n: f"newcomer{n}@example.com")
    invited_by = factory.SubFactory(
        UserFactory, company=factory.SelfAttribute("..company"), admin=True
    )
    token_digest = factory.LazyAttribute(lambda row: digest_of(row.email))
    invited_at = factory.LazyFunction(timezone.now)
    sent_at = factory.SelfAttribute("invited_at")
    lapses_at = factory.LazyAttribute(lambda row: row.sent_at + timedelta(days=14))

    class Params:
        for_admin = factory.Trait(role="admin")
        withdrawn = factory.Trait(
            state="withdrawn", closed_at=factory.SelfAttribute("invited_at")
        )
        lapsed = factory.Trait(
            state="lapsed", closed_at=factory.SelfAttribute("lapses_at")
        )


class AddressChangeFactory(factory.django.DjangoModelFactory):
    """Wanted, and nobody has answered yet."""

    class Meta:
        model = AddressChange

    person = factory.SubFactory(UserFactory)
    old = factory.SelfAttribute("person.email")
    new = factory.Sequence(lambda n: f"new-{n}@example.com")
    asked_at = factory.LazyFunction(timezone.now)

    class Params:
        changed = factory.Trait(
            ending=AddressChange.Ending.CHANGED,
            closed_at=factory.LazyFunction(timezone.now),
        )


class ArchiveFactory(factory.django.DjangoModelFactory):
    """Waits for a worker; `company` and `asked_by` are to be given."""

    class Meta:
        model = Archive

    class Params:
        ready = factory.Trait(
            state=Archive.State.READY,
            tries=1,
            size=23,
            file=factory.django.FileField(data=b"a zip, as it were", filename="a.zip"),
            ended_at=factory.LazyFunction(timezone.now),
            lapses_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=7)),
        )
