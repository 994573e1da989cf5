"""Rows that only the support desk shows, beside those of the world."""

from django.utils import timezone

from apps.models import PlatformRelease
from companies.models import SignOn
from licenses.models import ApiToken
from outbox.models import AddressStanding, Lane, Postponement, ReturnedMail
from portal.models import ErrandRun
from tests.factories.companies import ClaimedDomainFactory
from tests.factories.licenses import EntitlementFactory, PolicyFactory
from tests.factories.outbox import AttemptFactory, MessageFactory
from tests.factories.tickets import HolidayFactory, ReadyAnswerFactory


def fill_desk(world, rows):
    """So many of everything; the letter is the fullest one there is."""
    at = timezone.now()
    letter = MessageFactory(recipient="letter@acme.example")
    for number in range(rows):
        _record(world, letter, number, at)
    SignOn.objects.create(
        company=world.globex,
        issuer="https://id.globex.example",
        client_id="portal",
        encrypted_secret=b"sealed",
    )
    return letter


def _record(world, letter, number, at):
    ClaimedDomainFactory(company=world.acme, claimed_by=world.people.alice)
    HolidayFactory()
    ReadyAnswerFactory()
    PolicyFactory(application=world.depot)
    EntitlementFactory()
    PlatformRelease.objects.create(major=200 + number, available_on=at.date())
    ErrandRun.objects.create(errand="remind_of_renewals", started_at=at)
    ApiToken.objects.create(
        kind=ApiToken.Kind.choices[0][0],
        name=f"Token {number}",
        digest=f"{number:064}",
        made_by=world.people.stella,
    )
    Lane.objects.create(name=f"lane-{number}")
    AddressStanding.objects.create(address=f"lost{number}@acme.example")
    ReturnedMail.objects.create(
        fingerprint=f"{number:064}", verdict="bounced", message=letter, received_at=at
    )
    AttemptFactory(message=letter)
    Postponement.objects.create(
        reader=world.people.bob.pk,
        message=MessageFactory(),
        digest=letter,
        until=at,
        gist=f"One more {number}",
    )
