"""Every row of a customer says whose it is, and is seen by those people only."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from companies.access import Paths
from companies.models import (
    ActivityEntry,
    AddressChange,
    ClaimedDomain,
    Company,
    SignOn,
)
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import (
    ArchiveFactory,
    InvitationFactory,
    SecurityContactFactory,
    UserFactory,
)
from tests.factories.contacts import (
    ConcernFactory,
    GrantFactory,
    HandoverFactory,
    ReviewFactory,
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
from tests.factories.tickets import (
    AttachmentFactory,
    TicketEventFactory,
    TicketFactory,
    TicketMessageFactory,
)

DOMAIN = [
    "companies",
    "applications",
    "contacts",
    "licenses",
    "tickets",
    "operations",
    "outbox",
    "portal",
]
# Rows of no customer, and why nobody has to be kept from them.
WITHOUT_A_TENANT = {
    "companies.ServiceLevel": "what the vendor offers, the same for everybody",
    "applications.PlatformRelease": "the vendor's public release history",
    "licenses.ApiToken": "how machines of the vendor sign in; only the desk lists them",
    "licenses.Policy": "what the vendor sells under, the same for everybody",
    "licenses.Entitlement": "features that the vendor sells, the same for everybody",
    "licenses.SigningKey": "only its public half is shown, to everybody",
    "tickets.ServiceTarget": "the figures of a service level",
    "tickets.ReadyAnswer": "words of the support desk",
    "tickets.Holiday": "the support desk's calendar",
    "outbox.Message": "envelopes; only the support desk lists them",
    "outbox.Attachment": "envelopes; only the support desk lists them",
    "outbox.Attempt": "envelopes; only the support desk lists them",
    "outbox.AddressStanding": "addresses; only the support desk lists them",
    "outbox.DomainPace": "how fast letters travel; no customer's data",
    "portal.ErrandRun": "what the workers did; no customer's data",
    "outbox.Postponement": "envelopes; only the support desk lists them",
    "outbox.ReturnedMail": "bounces and the like; only the support desk lists them",
    "outbox.Lane": "how letters travel; no customer's data",
}
MODELS = {
    model._meta.label: model
    for label in DOMAIN
    for model in apps.get_app_config(label).get_models()
}
TENANT_MODELS = sorted(MODELS.keys() - WITHOUT_A_TENANT)

TEAM = {"alice", "bob", "dora", "stella"}
COMPANY = {"alice", "bob", "erin", "stella"}
ADMINS = {"alice", "stella"}
PERSON = {"bob"}
# Who sees a row of Acme's app, where it is not the team and the company admin.
SEEN_BY = {
    "companies.Company": COMPANY,
    "companies.User": COMPANY,
    "companies.ActivityEntry": ADMINS,
    "companies.Invitation": ADMINS,
    "companies.AddressChange": PERSON,
    "companies.Notice": PERSON,
    "companies.NoticeChoice": PERSON,
    "companies.Archive": {"alice"},
    "companies.SecurityContact": ADMINS,
    "companies.ClaimedDomain": ADMINS,
    "licenses.CalendarFeed": PERSON,
    "companies.SignOn": ADMINS,
    "operations.WindowReading": ADMINS,
}


class Depot:
    """An app of Acme with an environment; Bob and Dora of Globex are on its team."""

    def __init__(self, company, bob, dora):
        self.company, self.bob = company, bob
        self.application = ApplicationFactory(company=company, cloud=True)
        self.environment = EnvironmentFactory(application=self.application)
        self.membership = MembershipFactory(application=self.application, user=bob)
        MembershipFactory(application=self.application, user=dora)

    def license(self):
        return LicenseFactory(environment=self.environment)

    def ticket(self):
        return TicketFactory(application=self.application, opened_by=self.bob)

    def window(self):
        window = MaintenanceWindowFactory()
        window.touched.create(environment=self.environment)
        return window

    def reading(self):
        return self.window().readings.create(user=self.bob, revision=0)

    def activity(self):
        return ActivityEntry.objects.create(
            company=self.company, at=timezone.now(), actor="Bob", verb="v", thing="t"
        )

    def handover(self):
        to = UserFactory(company=self.company)
        return HandoverFactory(
            application=self.application, from_user=self.bob, to_user=to
        )


ROWS = {
    "companies.Company": lambda depot: depot.company,
    "companies.User": lambda depot: depot.bob,
    "companies.ActivityEntry": Depot.activity,
    "companies.AddressChange": lambda depot: AddressChange.objects.create(
        person=depot.bob,
        old=depot.bob.email,
        new="n@x.example",
        asked_at=timezone.now(),
    ),
    "companies.Notice": lambda depot: NoticeFactory(person=depot.bob),
    "companies.NoticeChoice": lambda depot: NoticeChoiceFactory(person=depot.bob),
    "companies.Archive": lambda depot: ArchiveFactory(
        company=depot.company, asked_by=depot.bob
    ),
    "companies.SecurityContact": lambda depot: SecurityContactFactory(
        company=depot.company, named_by=depot.bob
    ),
    "companies.SignOn": lambda depot: SignOn.objects.create(
        company=depot.company, issuer="https://login.acme.example"
    ),
    "companies.ClaimedDomain": lambda depot: ClaimedDomain.objects.create(
        name="acme.example", company=depot.company, claimed_by=depot.bob
    ),
    "companies.Invitation": lambda depot: InvitationFactory(company=depot.company),
    "applications.Application": lambda depot: depot.application,
    "applications.Environment": lambda depot: depot.environment,
    "applications.Membership": lambda depot: depot.membership,
    "contacts.TechnicalContact": lambda depot: TechnicalContactFactory(
        application=depot.application, user=depot.bob
    ),
    "contacts.Grant": lambda depot: GrantFactory(
        environment=depot.environment, user=depot.bob
    ),
    "contacts.Handover": Depot.handover,
    "contacts.Review": lambda depot: ReviewFactory(
        application=depot.application, user=depot.bob
    ),
    "contacts.Concern": lambda depot: ConcernFactory(
        application=depot.application, user=depot.bob
    ),
    "licenses.CalendarFeed": lambda depot: CalendarFeedFactory(person=depot.bob),
    "licenses.ExpansionRequest": lambda depot: ExpansionRequestFactory(
        license=depot.license(), asked_by=depot.bob
    ),
    "licenses.License": Depot.license,
    "licenses.LicenseTerm": lambda depot: LicenseTermFactory(license=depot.license()),
    "licenses.LicenseKey": lambda depot: LicenseKeyFactory(license=depot.license()),
    "licenses.Seat": lambda depot: SeatFactory(license=depot.license()),
    "licenses.IssuedFile": lambda depot: IssuedFileFactory(
        seat=SeatFactory(license=depot.license())
    ),
    "licenses.RenewalReminder": lambda depot: RenewalReminderFactory(
        license=depot.license()
    ),
    "tickets.Ticket": Depot.ticket,
    "tickets.TicketMessage": lambda depot: TicketMessageFactory(ticket=depot.ticket()),
    "tickets.TicketEvent": lambda depot: TicketEventFactory(ticket=depot.ticket()),
    "tickets.Attachment": lambda depot: AttachmentFactory(
        message=TicketMessageFactory(ticket=depot.ticket())
    ),
    "operations.MaintenanceWindow": Depot.window,
    "operations.WindowEnvironment": lambda depot: depot.window().touched.get(),
    "operations.WindowEvent": lambda depot: depot.window().events.create(
        kind="planned"
    ),
    "operations.WindowReading": Depot.reading,
}


@pytest.fixture
def depot(acme, bob, dora):
    return Depot(acme, bob, dora)


@pytest.fixture
def erin(acme):
    """Of Acme, on no team and no admin."""
    return UserFactory(email="erin@acme.example", name="Erin Vos", company=acme)


@pytest.fixture
def cast(alice, bob, erin, charlie, dora, stella):
    return {
        "alice": alice,
        "bob": bob,
        "erin": erin,
        "charlie": charlie,
        "dora": dora,
        "stella": stella,
    }


@pytest.mark.parametrize("label", TENANT_MODELS)
def test_every_model_names_its_paths(label):
    model = MODELS[label]

    assert isinstance(getattr(model, "access", None), Paths), "whose row is it?"
    assert hasattr(model._default_manager.all(), "visible_to")


@pytest.mark.parametrize("label", TENANT_MODELS)
def test_the_path_to_the_company_ends_there(label, db):
    model = MODELS[label]
    path = model.access.company.split("__")

    for step in path:
        field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        model = model if step == "pk" else field.related_model

    assert model is Company


def test_exceptions_have_a_reason_and_exist():
    assert WITHOUT_A_TENANT.keys() <= MODELS.keys()
    assert all(len(reason) > 20 for reason in WITHOUT_A_TENANT.values())


def test_every_model_is_put_before_the_cast():
    assert sorted(ROWS) == TENANT_MODELS


@pytest.mark.parametrize("label", TENANT_MODELS)
def test_a_row_is_seen_by_its_own_people_only(label, depot, cast):
    row = ROWS[label](depot)

    seen_by = {
        name
        for name, person in cast.items()
        if type(row).objects.visible_to(person).filter(pk=row.pk).exists()
    }

    assert seen_by == SEEN_BY.get(label, TEAM)


@pytest.mark.parametrize(
    "label", [label for label in TENANT_MODELS if SEEN_BY.get(label) != PERSON]
)
def test_a_row_is_seen_once(label, depot, alice):
    """Alice has two ways to it: as company admin and as one of the team."""
    MembershipFactory(application=depot.application, user=alice)
    EnvironmentFactory(application=depot.application)
    row = ROWS[label](depot)

    assert type(row).objects.visible_to(alice).filter(pk=row.pk).count() == 1


@pytest.mark.parametrize("label", TENANT_MODELS)
def test_nobody_unknown_or_deactivated_sees_a_row(label, depot, alice, stella):
    model = type(ROWS[label](depot))
    alice.is_active = stella.is_active = False

    for nobody in (AnonymousUser(), alice, stella):
        assert not model.objects.visible_to(nobody).exists()
