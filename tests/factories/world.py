"""One world with a row behind every address of the portal.

Acme has an On-Premises app (Depot Control), a Cloud app (Track and Trace), one on whose
team somebody of Globex works (Dock Planner) and one that is only ordered (Returns
Desk). `rows` says how many there are of everything that a page lists.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from apps.models import Application, Environment, Membership
from companies import audit
from companies.models import (
    Archive,
    Company,
    Invitation,
    Notice,
    SecurityContact,
    User,
)
from companies.verbs import Verb
from contacts.models import Handover, TechnicalContact
from licenses import actions as license_actions
from licenses.models import (
    CalendarFeed,
    ExpansionRequest,
    IssuedFile,
    License,
    LicenseKey,
    Seat,
)
from operations.models import MaintenanceWindow, WindowEvent, WindowReading
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
from tests.factories.contacts import (
    GrantFactory,
    HandoverFactory,
    TechnicalContactFactory,
)
from tests.factories.licenses import (
    CalendarFeedFactory,
    ExpansionRequestFactory,
    IssuedFileFactory,
    LicenseFactory,
    LicenseKeyFactory,
    LicenseTermFactory,
    RenewalReminderFactory,
    SeatFactory,
)
from tests.factories.notices import NoticeChoiceFactory, NoticeFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.outbox import MessageFactory
from tests.factories.tickets import (
    AttachmentFactory,
    ServiceTargetFactory,
    TicketEventFactory,
    TicketFactory,
    TicketMessageFactory,
)
from tickets.models import Attachment, Ticket

PROMISES = {1: (30, 480, True), 2: (120, 960, False), 3: (480, 2400, False)}


@dataclass
class World:
    """Who is in it, and the rows that addresses lead to."""

    people: SimpleNamespace
    acme: Company
    globex: Company
    depot: Application
    track: Application
    docks: Application
    returns: Application
    environment: Environment
    license: License
    key: LicenseKey
    seat: Seat
    held: Seat
    file: IssuedFile
    contact: TechnicalContact
    membership: Membership
    handover: Handover
    ticket: Ticket
    attachment: Attachment
    window: MaintenanceWindow
    colleague: User
    security_contact: SecurityContact
    invitation: Invitation
    archive: Archive
    notice: Notice
    feed: CalendarFeed
    expansion: ExpansionRequest
    cloud_license: License

    @property
    def words_of_acme(self) -> list[str]:
        """What no page may say to somebody who has nothing to do with Acme."""
        return [
            *("Acme", "Depot Control", "Track and Trace", "Dock Planner"),
            *("Returns Desk", "Alice Moreau", "Bob Weber", "acme.example"),
            *(
                "Empty plans",
                "Storage upgrade",
                str(self.license),
                self.key.fingerprint,
            ),
            *("optimiser.log", self.window.code),
        ]


def make_world(rows: int = 1) -> World:
    people, acme, globex = _cast(rows)
    apps = _applications(people, acme)
    _globex_works_too(people, globex)
    _crowd(people, acme, rows)
    _team(apps.depot, people, rows)
    license, key = _licensed(apps.depot, people, rows)
    held, file = _out_there(license, people, rows)
    ticket, attachment = _asked(apps.depot, people, rows)
    _asked(apps.track, people, rows)
    _asked(None, people, 1)
    return World(
        people=people,
        acme=acme,
        globex=globex,
        depot=apps.depot,
        track=apps.track,
        docks=apps.docks,
        returns=apps.returns,
        environment=license.environment,
        license=license,
        key=key,
        seat=license.seats.active().get(server_id="7C41-E09B-0001"),
        held=held,
        file=file,
        contact=TechnicalContact.objects.get(application=apps.depot, user=people.bob),
        membership=Membership.objects.get(application=apps.depot, user=people.bob),
        handover=_handed_over(apps.depot, people, rows),
        ticket=ticket,
        attachment=attachment,
        window=_maintained(apps.track, people, rows),
        colleague=people.bob,
        security_contact=_secured(people, acme),
        invitation=_invited(people, acme, rows),
        archive=_archived(people, acme, rows),
        notice=_told(people, apps.depot, rows),
        feed=_subscribed(people, acme),
        expansion=_wanted(license, people, rows),
        cloud_license=License.objects.of(apps.track).get(
            environment__name="production"
        ),
    )


def _wanted(license: License, people: SimpleNamespace, rows: int) -> ExpansionRequest:
    """More users are asked for; so they were before, and for other environments."""
    asked = {"asked_by": people.bob, "executive": people.willem}
    others = License.objects.of(license.application).exclude(pk=license.pk)
    for other in others[:rows]:
        ExpansionRequestFactory(license=other, **asked)
        decided = {"closed_by": people.willem, "agreed": True}
        ExpansionRequestFactory(license=license, **asked, **decided)
    return ExpansionRequestFactory(license=license, **asked)


def _subscribed(people: SimpleNamespace, acme: Company) -> CalendarFeed:
    """Every admin has a calendar of the company, Bob his own."""
    for admin in User.objects.admins_of(acme):
        CalendarFeedFactory(person=admin, company=acme)
    return CalendarFeedFactory(person=people.bob)


def _told(people: SimpleNamespace, depot: Application, rows: int) -> Notice:
    """Everybody has some, of two days, read and unread; Bob chose what he gets.

    Of his app he was told by letter, and an admin in the portal alone.
    """
    at = timezone.now()
    about_depot = {"person": people.alice, "about": depot.pk, "by_email": False}
    for _number in range(rows):
        MessageFactory(recipient=people.bob.email, about_id=depot.pk, created_at=at)
        NoticeFactory(created_at=at, **about_depot)
    for person in vars(people).values():
        for number in range(2 * rows):
            came = at - timedelta(days=number % 2, minutes=number)
            NoticeFactory(person=person, created_at=came)
            NoticeFactory(person=person, created_at=came, read=True)
    NoticeChoiceFactory(person=people.bob)
    return NoticeFactory(
        person=people.bob, title="Depot Control: Empty plans", created_at=at
    )


def _secured(people: SimpleNamespace, acme: Company) -> SecurityContact:
    """One is confirmed, another waits to take its place."""
    named = {"company": acme, "named_by": people.alice}
    SecurityContactFactory(confirmed=True, **named)
    return SecurityContactFactory(
        name="Watch Room", email="watch@acme.example", **named
    )


def _archived(people: SimpleNamespace, acme: Company, rows: int) -> Archive:
    for _ in range(rows):
        archive = ArchiveFactory(company=acme, asked_by=people.alice, ready=True)
    return archive


def _cast(rows: int) -> tuple[SimpleNamespace, Company, Company]:
    level = ServiceLevelFactory(name="Premium")
    for priority, (response, resolution, always) in PROMISES.items():
        ServiceTargetFactory(
            service_level=level,
            priority=priority,
            response_minutes=response,
            resolution_minutes=resolution,
            around_the_clock=always,
        )
    willem = _person("Willem Fraser", "aldwick", staff=True)
    agreed = {"service_level": level, "account_executive": willem}
    acme = CompanyFactory(name="Acme", **agreed)
    globex = CompanyFactory(name="Globex", **agreed)
    UserFactory.create_batch(rows, company=acme)
    for number in range(1, rows):
        UserFactory(company=acme, name=f"Admin {number}", admin=True)
    people = SimpleNamespace(
        willem=willem,
        stella=_person("Stella Brandt", "aldwick", staff=True),
        alice=_person("Alice Moreau", "acme", company=acme, admin=True),
        bob=_person("Bob Weber", "acme", company=acme),
        priya=_person("Priya Raman", "acme", company=acme),
        frank=_person("Frank Osei", "acme", company=acme),
        charlie=_person("Charlie Novak", "globex", company=globex, admin=True),
        dora=_person("Dora Lind", "globex", company=globex),
        eve=_person("Eve Santos", "elsewhere", company=None),
        gus=_person("Gus Lindholm", "invited", company=None),
    )
    return people, acme, globex


def _person(name: str, house: str, **facts) -> User:
    first = name.split()[0].casefold()
    return UserFactory(name=name, email=f"{first}@{house}.example", **facts)


def _invited(people: SimpleNamespace, acme: Company, rows: int) -> Invitation:
    """Gus has registered and could join Acme; others have not answered yet."""
    by = {"company": acme, "invited_by": people.alice}
    InvitationFactory.create_batch(rows, **by)
    return InvitationFactory(email=people.gus.email, name=people.gus.name, **by)


def _applications(people: SimpleNamespace, acme: Company) -> SimpleNamespace:
    apps = SimpleNamespace(
        depot=ApplicationFactory(company=acme, name="Depot Control"),
        track=ApplicationFactory(company=acme, name="Track and Trace", cloud=True),
        docks=ApplicationFactory(company=acme, name="Dock Planner", cloud=True),
        returns=ApplicationFactory(
            company=acme, name="Returns Desk", ordered=True, named_contact=people.bob
        ),
    )
    for application in (apps.depot, apps.track, apps.docks):
        _runs(application)
        TechnicalContactFactory(application=application, user=people.bob)
    MembershipFactory(application=apps.depot, user=people.priya)
    MembershipFactory(application=apps.docks, user=people.dora)
    MembershipFactory(application=apps.returns, user=people.bob)
    return apps


def _runs(application: Application, place: str = "production") -> License:
    """One more environment, with its license."""
    today = timezone.localdate()
    return LicenseFactory(
        environment=EnvironmentFactory(
            application=application, name=place, platform_version="10.6"
        ),
        users=300,
        starts_on=today - timedelta(days=350),
        ends_on=today + timedelta(days=15),
    )


def _globex_works_too(people: SimpleNamespace, globex: Company) -> None:
    """The stranger's own pages are not empty."""
    mill = ApplicationFactory(company=globex, name="Mill Monitor")
    _runs(mill)
    TechnicalContactFactory(application=mill, user=people.charlie)
    TicketMessageFactory(
        ticket=TicketFactory(
            application=mill, subject="Mill stands still", opened_by=people.charlie
        )
    )


def _crowd(people: SimpleNamespace, acme: Company, rows: int) -> None:
    """More apps of Acme, of both kinds, that Bob answers for."""
    for number in range(rows):
        for hosting in Application.Hosting.values:
            application = ApplicationFactory(
                company=acme, name=f"Fleet {hosting} {number}", hosting=hosting
            )
            _runs(application)
            TechnicalContactFactory(application=application, user=people.bob)


def _team(depot: Application, people: SimpleNamespace, rows: int) -> None:
    for number in range(rows):
        newcomer = UserFactory(company=depot.company, name=f"Teammate {number}")
        TechnicalContactFactory(
            application=depot, user=newcomer, appointed_by=people.alice
        )
        audit.record(
            company=depot.company,
            by=people.alice,
            verb=Verb.TEAM_JOINED,
            thing=depot,
            new=newcomer,
            about=depot.pk,
        )


def _licensed(
    depot: Application, people: SimpleNamespace, rows: int
) -> tuple[License, LicenseKey]:
    """A license with a key in use, one that waits, and a history of both."""
    at = timezone.now()
    for number in range(rows):
        _runs(depot, f"test-{number}")
    license = License.objects.get(
        environment__application=depot, environment__name="production"
    )
    for number in range(rows):
        end = license.ends_on - timedelta(days=365 * number)
        start = end - timedelta(days=364)
        LicenseTermFactory(license=license, starts_on=start, ends_on=end)
        LicenseKeyFactory(license=license, replaced=True, made_by=people.bob)
        RenewalReminderFactory(license=license, due_on=end)
    generated = {"license": license, "by": people.bob, "at": at}
    in_use = license_actions.generate_key(server_id="7C41-E09B-0001", **generated)
    license_actions.activate_key(key=in_use, by=people.bob, at=at)
    waiting = license_actions.generate_key(server_id="7C41-E09B-0002", **generated)
    return license, waiting


def _out_there(
    license: License, people: SimpleNamespace, rows: int
) -> tuple[Seat, IssuedFile]:
    """Servers that hold the license or gave it back, and files of each."""
    at = timezone.now()
    for number in range(rows):
        for server in (f"OLD-{number}", f"NEW-{number}"):
            seat = SeatFactory(
                license=license, server_id=server, activated_by=people.bob
            )
            file = IssuedFileFactory(seat=seat, issued_by=people.bob)
            IssuedFileFactory(seat=seat, issued_at=at - timedelta(days=40))
        Seat.objects.filter(server_id=f"OLD-{number}").update(
            deactivated_at=at, deactivated_by=people.bob
        )
    held = SeatFactory(
        license=license,
        server_id="HELD-0001",
        deactivated_at=at,
        held_until=at + timedelta(days=30),
        reason="scrapped",
    )
    return held, file


def _asked(
    application: Application | None, people: SimpleNamespace, rows: int
) -> tuple[Ticket, Attachment]:
    about = {"application": application} if application else {"general": True}
    for _ in range(rows):
        _posted(TicketFactory(opened_by=people.bob, owner=people.stella, **about), 1)
        TicketFactory(opened_by=people.bob, pending=True, **about)
        TicketFactory(opened_by=people.bob, solved=True, **about)
    ticket = TicketFactory(
        subject="Empty plans", opened_by=people.bob, owner=people.stella, **about
    )
    attachment = _posted(ticket, rows)
    if application:
        followers = application.members.exclude(pk=people.bob.pk)
        ticket.followers.set(followers[: rows + 1])
    return ticket, attachment


def _posted(ticket: Ticket, rows: int) -> Attachment:
    for _ in range(rows):
        TicketEventFactory(ticket=ticket)
        TicketEventFactory(ticket=ticket, kind="state", old="new", new="open")
        said = TicketMessageFactory(ticket=ticket)
        TicketMessageFactory(ticket=ticket, author=ticket.owner)
        TicketMessageFactory(ticket=ticket, internal=True, text="Only we know.")
        attachment = AttachmentFactory(message=said)
    return attachment


def _handed_over(depot: Application, people: SimpleNamespace, rows: int) -> Handover:
    """Bob offers the role to Priya; others have offered theirs, and some are over."""
    offer = HandoverFactory(
        application=depot, from_user=people.bob, to_user=people.priya
    )
    others = TechnicalContact.objects.of(depot).exclude(user=people.bob)
    for contact in others[:rows]:
        HandoverFactory(application=depot, from_user=contact.user, to_user=people.priya)
        HandoverFactory(
            application=depot,
            from_user=contact.user,
            to_user=people.priya,
            state=Handover.State.DECLINED,
            closed_at=timezone.now(),
        )
    return offer


def _maintained(
    track: Application, people: SimpleNamespace, rows: int
) -> MaintenanceWindow:
    """Windows ahead and behind, each on several environments, read and unread."""
    now = timezone.now()
    clouds = Environment.objects.filter(
        application__hosting=Application.Hosting.CLOUD,
        application__company=track.company,
    )
    for number in range(rows):
        place = EnvironmentFactory(application=track, name=f"test-{number}")
        for environment in (place, track.environments.get(name="production")):
            GrantFactory(environment=environment)
        behind = MaintenanceWindowFactory(starts_at=now - timedelta(days=7 + number))
        behind.environments.set(clouds)
        ahead = MaintenanceWindowFactory(planned_by=people.stella)
        ahead.environments.set(clouds.exclude(application__name="Dock Planner"))
        for person in (people.bob, people.alice):
            WindowReading.objects.create(window=ahead, user=person, revision=0)
        for kind in WindowEvent.Kind.values:
            ahead.events.create(kind=kind, old_starts_at=now)
    return ahead
