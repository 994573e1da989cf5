"""For every errand a scene with something for it to do, due since long before now.

A new errand needs its scene: `test_errands.py` then proves that a missed tick is caught
up and that two workers at the same errand do what one would have done.
"""

from datetime import timedelta

from django.utils import timezone

from companies.models import ActivityEntry, AddressChange
from outbox.models import AddressStanding, Postponement
from portal.models import ErrandRun
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import (
    ArchiveFactory,
    CompanyFactory,
    InvitationFactory,
    SecurityContactFactory,
    ServiceLevelFactory,
    UserFactory,
)
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import (
    IssuedFileFactory,
    LicenseFactory,
    PolicyFactory,
    SeatFactory,
)
from tests.factories.notices import NoticeFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.outbox import MessageFactory
from tests.factories.tickets import ServiceTargetFactory, TicketFactory

TIMES = range(3)


def ago(**span):
    return timezone.now() - timedelta(**span)


def ahead(**span):
    return timezone.now() + timedelta(**span)


def app_with_contact(**facts):
    """Delivered long ago, with one contact in office since."""
    application = ApplicationFactory(**facts)
    person = UserFactory(company=application.company)
    UserFactory(company=application.company, admin=True)
    TechnicalContactFactory(
        application=application, user=person, appointed_at=ago(days=1)
    )
    return application, person


def letters_due():
    for _number in TIMES:
        MessageFactory(due_at=ago(days=3))


def digests_due():
    for _number in TIMES:
        person = UserFactory()
        for _letter in range(2):
            row = MessageFactory(recipient=person.email, due_at=ahead(minutes=20))
            Postponement.objects.create(
                message=row, reader=person.pk, until=ago(hours=2), in_digest=True
            )


def returned_mail():
    """No mailbox is named here; how one is read is proven in tests/outbox."""


def addresses_that_bounced_long_ago():
    for _number in TIMES:
        letter = MessageFactory(sent=True, sent_at=ago(days=9))
        AddressStanding.objects.note_report(letter.recipient, "gone", ago(days=12))


def letters_with_old_words():
    for _number in TIMES:
        MessageFactory(sent=True, holds_secret=True, created_at=ago(days=400))


def letters_older_than_kept():
    for _number in TIMES:
        MessageFactory(sent=True, created_at=ago(days=4000))


def licenses_that_end():
    for _number in TIMES:
        application, _person = app_with_contact()
        today = timezone.localdate()
        for name in ("production", "test"):
            LicenseFactory(
                environment=EnvironmentFactory(application=application, name=name),
                starts_on=today - timedelta(days=300),
                ends_on=today + timedelta(days=12),
            )


def ends_that_were_planned():
    for _number in TIMES:
        application, _person = app_with_contact()
        today = timezone.localdate()
        LicenseFactory(
            environment=EnvironmentFactory(application=application),
            starts_on=today - timedelta(days=300),
            ends_on=today - timedelta(days=3),
            terminates_on=today - timedelta(days=3),
        )


def servers_that_fell_silent():
    policy = PolicyFactory(drops_dead_servers=True, heartbeat_seconds=600)
    for _number in TIMES:
        application, _person = app_with_contact()
        environment = EnvironmentFactory(application=application)
        license = LicenseFactory(environment=environment, policy=policy)
        SeatFactory(license=license, last_heartbeat_at=ago(hours=3))


def files_that_ended_long_ago():
    for _number in TIMES:
        IssuedFileFactory(issued_at=ago(days=4000))
    IssuedFileFactory(issued_at=ago(days=1))


def work_to_announce():
    for _number in TIMES:
        application, _person = app_with_contact(cloud=True)
        window = MaintenanceWindowFactory(
            starts_at=ahead(days=1), announce_at=ago(days=2)
        )
        environment = EnvironmentFactory(application=application)
        window.touched.create(environment=environment)


def clocks_that_are_wrong():
    level = ServiceLevelFactory()
    if not level.targets.exists():
        for priority in (1, 2, 3, 4):
            ServiceTargetFactory(service_level=level, priority=priority)
    for _number in TIMES:
        company = CompanyFactory(service_level=level)
        application = ApplicationFactory(company=company)
        today = timezone.localdate()
        LicenseFactory(
            environment=EnvironmentFactory(application=application),
            starts_on=today - timedelta(days=100),
            ends_on=today + timedelta(days=265),
        )
        TicketFactory(application=application, opened_at=ago(days=1))


def tickets_that_stay_silent():
    for _number in TIMES:
        application, person = app_with_contact()
        asked = {"application": application, "opened_by": person}
        TicketFactory(pending=True, paused_at=ago(days=8), **asked)
        TicketFactory(pending=True, paused_at=ago(days=40), **asked)
        TicketFactory(solved=True, solved_at=ago(days=40), **asked)


def contacts_not_asked_for_long():
    for _number in TIMES:
        application, _person = app_with_contact()
        application.technical_contacts.update(appointed_at=ago(days=200))


def offers_nobody_answered():
    for _number in TIMES:
        application, person = app_with_contact()
        successor = UserFactory(company=application.company)
        MembershipFactory(application=application, user=successor)
        HandoverFactory(
            application=application,
            from_user=person,
            to_user=successor,
            offered_at=ago(days=20),
        )


def invitations_nobody_took_up():
    for _number in TIMES:
        InvitationFactory(invited_at=ago(days=30))


def invitations_soon_over():
    for _number in TIMES:
        InvitationFactory(invited_at=ago(days=13))


def security_contacts_nobody_confirmed():
    for _number in TIMES:
        company = CompanyFactory()
        admin = UserFactory(company=company, admin=True)
        SecurityContactFactory(company=company, named_by=admin, lapses_at=ago(days=2))


def changes_of_address_nobody_objected_to():
    for number in TIMES:
        for confirmed_at in (ago(days=20), None):
            person = UserFactory(company=CompanyFactory())
            AddressChange.objects.create(
                person=person,
                old=person.email,
                new=f"new-{number}-{person.email}",
                asked_at=ago(days=21),
                new_confirmed_at=confirmed_at,
            )


def archives_asked_for():
    admin = UserFactory(company=CompanyFactory(), admin=True)
    ArchiveFactory(company=admin.company, asked_by=admin)


def archives_too_old():
    for _number in TIMES:
        admin = UserFactory(company=CompanyFactory(), admin=True)
        ArchiveFactory(
            company=admin.company, asked_by=admin, ready=True, lapses_at=ago(days=2)
        )


def activity_too_old():
    for _number in TIMES:
        ActivityEntry.objects.create(
            company=CompanyFactory(),
            at=ago(days=4000),
            actor="Bob",
            verb="team_joined",
            thing="Depot",
        )


def notices_too_old():
    for _number in TIMES:
        NoticeFactory(read_at=ago(days=4000))


def runs_too_old():
    for _number in TIMES:
        ErrandRun.objects.create(errand="deliver-due", started_at=ago(days=100))
    ErrandRun.objects.create(errand="deliver-due", started_at=ago(days=1))


SCENES = {
    "deliver-due": letters_due,
    "write-digests": digests_due,
    "read-returns": returned_mail,
    "trust-addresses": addresses_that_bounced_long_ago,
    "blank-letters": letters_with_old_words,
    "purge-letters": letters_older_than_kept,
    "remind-of-renewal": licenses_that_end,
    "run-planned-ends": ends_that_were_planned,
    "drop-silent-servers": servers_that_fell_silent,
    "purge-files": files_that_ended_long_ago,
    "announce-due": work_to_announce,
    "rewind-clocks": clocks_that_are_wrong,
    "end-silent-tickets": tickets_that_stay_silent,
    "keep-reachable": contacts_not_asked_for_long,
    "lapse-handovers": offers_nobody_answered,
    "lapse-invitations": invitations_nobody_took_up,
    "remind-of-invitations": invitations_soon_over,
    "lapse-security-contacts": security_contacts_nobody_confirmed,
    "finish-addresses": changes_of_address_nobody_objected_to,
    "make-archives": archives_asked_for,
    "purge-archives": archives_too_old,
    "purge-activity": activity_too_old,
    "purge-notices": notices_too_old,
    "purge-errand-runs": runs_too_old,
}
# What an errand looks through each time anew, whether or not there is anything to do.
ALWAYS_THERE = {"tickets"}
# The scenes alone put nothing into the figures of these runs.
IDLE = {"read-returns"}
