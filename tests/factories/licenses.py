from datetime import date, timedelta

import factory
from django.utils import timezone

from companies.models.invitation import digest_of
from licenses.models import (
    CalendarFeed,
    Entitlement,
    ExpansionRequest,
    IssuedFile,
    License,
    LicenseKey,
    LicenseTerm,
    Policy,
    RenewalReminder,
    Seat,
    SigningKey,
)
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory


class LicenseFactory(factory.django.DjangoModelFactory):
    """On-Premises, valid through 2026, no key yet."""

    class Meta:
        model = License

    number = factory.Sequence(lambda n: 500_000 + n)  # beyond those tests name
    environment = factory.SubFactory(EnvironmentFactory)
    application_name = factory.LazyAttribute(lambda o: o.environment.application.name)
    users = 100
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)

    class Params:
        cloud = factory.Trait(
            environment=factory.SubFactory(EnvironmentFactory, application__cloud=True)
        )
        offboarded = factory.Trait(
            environment__offboarded_at=factory.LazyFunction(timezone.now)
        )


class LicenseTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LicenseTerm

    license = factory.SubFactory(LicenseFactory)
    starts_on = factory.SelfAttribute("license.starts_on")
    ends_on = factory.SelfAttribute("license.ends_on")


class SigningKeyFactory(factory.django.DjangoModelFactory):
    """A row that signs nothing: its seed is no seed."""

    class Meta:
        model = SigningKey

    public_key = factory.Sequence(lambda n: f"{n:064x}")
    encrypted_seed = b"sealed"

    class Params:
        retired = factory.Trait(
            is_active=False, retired_at=factory.LazyFunction(timezone.now)
        )


class SeatFactory(factory.django.DjangoModelFactory):
    """The app runs on this server."""

    class Meta:
        model = Seat

    license = factory.SubFactory(LicenseFactory)
    server_id = factory.Sequence(lambda n: f"7C41-E09B-{n:04d}")
    server_name = "rtm-app-01"
    activated_at = factory.LazyFunction(timezone.now)

    class Params:
        waiting = factory.Trait(activated_at=None)
        gone = factory.Trait(deactivated_at=factory.LazyFunction(timezone.now))


class LicenseKeyFactory(factory.django.DjangoModelFactory):
    """A key that waits to be activated; its text is not a real one."""

    class Meta:
        model = LicenseKey

    license = factory.SubFactory(LicenseFactory)
    server_id = factory.Sequence(lambda n: f"7C41-E09B-{n:04d}")
    server_name = "rtm-app-01"
    seat = factory.SubFactory(
        SeatFactory,
        license=factory.SelfAttribute("..license"),
        server_id=factory.SelfAttribute("..server_id"),
        server_name=factory.SelfAttribute("..server_name"),
        activated_at=factory.SelfAttribute("..activated_at"),
        deactivated_at=factory.SelfAttribute("..superseded_at"),
    )
    activated_at = None
    superseded_at = None
    encrypted_text = b"sealed"
    fingerprint = factory.Sequence(lambda n: f"E2D4-{n:04d}")
    signing_key = factory.SubFactory(SigningKeyFactory, retired=True)
    users = factory.SelfAttribute("license.users")
    ends_on = factory.SelfAttribute("license.ends_on")

    class Params:
        in_use = factory.Trait(activated_at=factory.LazyFunction(timezone.now))
        replaced = factory.Trait(superseded_at=factory.LazyFunction(timezone.now))


class PolicyFactory(factory.django.DjangoModelFactory):
    """The standard rules, under a name."""

    class Meta:
        model = Policy

    name = factory.Sequence(lambda n: f"Policy {n}")

    class Params:
        floating = factory.Trait(is_floating=True, max_servers=2)


class EntitlementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entitlement

    code = factory.Sequence(lambda n: f"feature-{n}")
    name = factory.Sequence(lambda n: f"Feature {n}")


class IssuedFileFactory(factory.django.DjangoModelFactory):
    """A machine file that works for another month."""

    class Meta:
        model = IssuedFile

    license = factory.SelfAttribute("seat.license")
    seat = factory.SubFactory(SeatFactory)
    kind = "machine"
    way = "network"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    ends_on = factory.SelfAttribute("license.ends_on")
    issued_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda o: o.issued_at + timedelta(days=30))


class RenewalReminderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RenewalReminder

    license = factory.SubFactory(LicenseFactory)
    due_on = factory.SelfAttribute("license.due_on")
    days_before = 30
    told = "Bob Weber"


class CalendarFeedFactory(factory.django.DjangoModelFactory):
    """Of one person; its address ends with `token`."""

    class Meta:
        model = CalendarFeed

    class Params:
        token = factory.Sequence(lambda n: f"secret-{n}")

    person = factory.SubFactory(UserFactory)
    token_digest = factory.LazyAttribute(lambda o: digest_of(o.token))


class ExpansionRequestFactory(factory.django.DjangoModelFactory):
    """Sent, for fifty users more, and nobody has looked at it yet."""

    class Meta:
        model = ExpansionRequest

    license = factory.SubFactory(LicenseFactory)
    users = factory.LazyAttribute(lambda o: (o.license.users or 0) + 50)
    users_then = factory.SelfAttribute("license.users")
    reason = "A second shift starts in January."
    asked_by = factory.SubFactory(UserFactory)

    class Params:
        agreed = factory.Trait(
            state="agreed",
            answer="From January on.",
            closed_at=factory.LazyFunction(timezone.now),
        )
