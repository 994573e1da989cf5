"""Plays the past of every application: ordered, signed, delivered, licensed, keyed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from apps import actions as apps_actions
from apps.models import Application, Environment
from companies.models import User
from contacts import actions as contacts_actions
from contacts.models import Right
from licenses import actions as licenses_actions
from licenses.models import License
from portal.demo import cast
from portal.demo.catalogue import APPS, ENGINEER, OPERATOR, OWNER, App, Place
from portal.demo.moments import Moments

YEAR = 365
TERMS = 3

# What the contact gives on the Cloud: on production, and elsewhere.
RUNS = {Right.DEPLOY, Right.BACKUPS, Right.MONITORING, Right.ALERTS}
GIVEN = {
    OPERATOR: (RUNS, {*RUNS, Right.API, Right.MANAGE_PERMISSIONS}),
    ENGINEER: ({Right.MONITORING}, {Right.DEPLOY, Right.MONITORING, Right.API}),
    OWNER: ({Right.MONITORING, Right.ALERTS}, {Right.MONITORING}),
}


class Places(dict):
    """The applications of the demo by name."""

    def environments(self, name: str, *names: str) -> list[Environment]:
        """Some environments of an application, or all of them."""
        rows = self[name].environments.select_related("application__company")
        return list(rows.filter(name__in=names) if names else rows.all())


def load(people: dict[str, User], moments: Moments) -> Places:
    """Every application of the catalogue, in the order in which they were bought."""
    places = Places()
    for app in sorted(APPS, key=lambda app: -app.since):
        places[app.name] = _Story(app, people, moments).play()
    return places


class _Story:
    """One application's past, from its order to today."""

    def __init__(self, app: App, people: dict[str, User], moments: Moments) -> None:
        self.app = app
        self.moments = moments
        self.stella = people[cast.STELLA.email]
        self.willem = people[cast.WILLEM.email]
        self.by_name = {email.split("@")[0]: user for email, user in people.items()}
        self.contacts = [self.by_name[name] for name in app.contacts]
        self.admin = next(
            user
            for user in people.values()
            if user.is_company_admin and user.company.name == app.company
        )

    def play(self) -> Application:
        application = self._order()
        if self.app.stage == "ordered":
            return application
        self._sign(application)
        if self.app.stage == "signed":
            return application
        contacts_actions.deliver_application(
            application=application, by=self.stella, at=self._after(21)
        )
        for place in self.app.places:
            environment = self._environment(application, place)
            self._license(environment, place)
            self._rights(environment)
        if self.app.stage == "offboarded":
            contacts_actions.offboard_application(
                application=application, by=self.stella, at=self._after(1500)
            )
        return application

    def _after(self, days: int, hour: int = 11) -> datetime:
        """So many days after the order."""
        return self.moments.ago(max(self.app.since - days, 0), hour)

    def _order(self) -> Application:
        hosting = Application.Hosting
        return apps_actions.order_application(
            company=self.admin.company,
            name=self.app.name,
            hosting=hosting.CLOUD if self.app.is_cloud else hosting.ON_PREMISES,
            contact=self.contacts[0],
            by=self.admin,
            at=self._after(0),
            description=self.app.purpose,
            location=self.app.location,
            environments={} if self.app.places else apps_actions.USUAL_ENVIRONMENTS,
        )

    def _sign(self, application: Application) -> None:
        """The contacts join first; further ones are appointed soon after."""
        contacts_actions.sign_order(
            application=application, by=self.willem, at=self._after(6, 15)
        )
        for name, role in self.app.team:
            apps_actions.enrol(
                application=application,
                person=self.by_name[name],
                by=self.admin,
                at=self._after(8),
                role=role,
            )
        for person in self.contacts[1:]:
            apps_actions.enrol(
                application=application, person=person, by=self.admin, at=self._after(9)
            )
            contacts_actions.appoint(
                application=application,
                person=person,
                by=self.contacts[0],
                at=self._after(10, 16),
            )

    def _environment(self, application: Application, place: Place) -> Environment:
        return apps_actions.add_environment(
            application=application,
            name=place.name,
            purpose=place.purpose,
            by=self.contacts[0],
            at=self._after(18, 14),
            url=place.url,
            platform_version=place.version,
        )

    def _rights(self, environment: Environment) -> None:
        """The contact shares the work, by what each does on the team [TC-15]."""
        if not self.app.is_cloud:
            return
        for name, role in self.app.team:
            production, elsewhere = GIVEN.get(role, (set(), set()))
            is_production = environment.purpose == Environment.Purpose.PRODUCTION
            contacts_actions.set_rights(
                environment=environment,
                person=self.by_name[name],
                rights=production if is_production else elsewhere,
                by=self.contacts[0],
                at=self._after(22, 9),
            )

    def _license(self, environment: Environment, place: Place) -> None:
        """Yearly terms up to the one that runs now; On-Premises each with its key."""
        ends = [
            self.moments.day(place.ends - YEAR * years)
            for years in reversed(range(TERMS))
        ]
        delivered = self.moments.day(-self.app.since + 20)
        ends = [day for day in ends if day > delivered + timedelta(days=60)]
        first, *later = ends
        license = licenses_actions.create_license(
            environment=environment,
            starts_on=delivered,
            ends_on=first,
            users=place.users,
            by=self.willem,
            at=self._after(20),
        )
        self._key(license, place, self._after(26))
        for end in later:
            self._renew(license, end)
            self._key(license, place, self._shortly_before(license, end, days=6))

    def _renew(self, license: License, end: date) -> None:
        at = self._shortly_before(license, end, days=30)
        licenses_actions.renew_license(
            license=license, ends_on=end, by=self.willem, at=at
        )

    def _shortly_before(self, license: License, end: date, *, days: int) -> datetime:
        """Before the term that `end` closes begins."""
        ago = (self.moments.today - end).days + YEAR + days
        return self.moments.ago(max(ago, 0), 10, 30)

    def _key(self, license: License, place: Place, at: datetime) -> None:
        """Made and, the same day, put into the app."""
        if self.app.is_cloud:
            return
        name, server_id = place.server
        contact = self.contacts[0]
        key = licenses_actions.generate_key(
            license=license, server_id=server_id, server_name=name, by=contact, at=at
        )
        licenses_actions.activate_key(
            key=key, by=contact, at=at + timedelta(minutes=25)
        )
