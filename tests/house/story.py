"""One year at Acme, played through the verbs, so that every letter gets written.

Acme orders two apps and runs them: contacts come and go, licenses end, work is
planned, tickets are asked. Nobody sends anything; the letters lie in the outbox.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps import actions as app_actions
from apps.models import Application
from companies import actions as people_actions
from companies import digests, emails
from companies.invitees import Invitee
from companies.models import SecurityContact
from contacts import actions as contact_actions
from contacts.models import Right, TechnicalContact
from licenses import actions as license_actions
from operations import actions as maintenance_actions
from outbox.models import AddressStanding
from portal.admin_delivery import send_test_letter
from tests.factories.companies import CompanyFactory, ServiceLevelFactory, UserFactory
from tests.factories.tickets import ServiceTargetFactory
from tickets import actions as ticket_actions

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ENDS_ON = date(2026, 12, 9)
LONG = "Since the update of the scanners at dock 4 the list of parcels stays empty. "


@dataclass
class Story:
    """Who took part, and the key that no letter may say."""

    people: SimpleNamespace
    key_text: str


def play() -> Story:
    people = _people()
    depot = _order("Depot Control", Application.Hosting.ON_PREMISES, people)
    track = _order("Track & Trace", Application.Hosting.CLOUD, people)
    _contacts(depot, people)
    _handovers(depot, people)
    key_text = _licenses(depot, track, people)
    _expansions(depot, people)
    _planned_end(depot, people)
    _offboarding(depot, people)
    _rights(track, people)
    _maintenance(track, people)
    _tickets(depot, people)
    _digest(people)
    _accounts(people)
    _security(people)
    _invitations(people)
    _archives(people)
    _levels(people)
    _reach(people)
    send_test_letter(person=people.stella, at=TUESDAY)
    contact_actions.change_hosting(
        application=track, hosting="on_premises", by=people.stella, at=TUESDAY
    )
    contact_actions.offboard_application(
        application=track, by=people.stella, at=TUESDAY
    )
    return Story(people, key_text)


def _people() -> SimpleNamespace:
    willem = UserFactory(name="Willem Fraser", email="willem@aldwick.example", staff=1)
    level = ServiceLevelFactory(name="Premium")
    for priority in (1, 2, 3, 4):
        ServiceTargetFactory(service_level=level, priority=priority)
    acme = CompanyFactory(
        name="Acme & Sons", service_level=level, account_executive=willem
    )
    known = {"Bob Weber": False, "Priya O'Neill": False, "Nina Roth": False}
    known |= {"Alice Moreau": True, "Amir Haddad": True}
    people = {
        name.split()[0].casefold(): UserFactory(
            name=name,
            email=f"{name.split()[0].casefold()}@acme.example",
            company=acme,
            is_company_admin=is_admin,
        )
        for name, is_admin in known.items()
    }
    stella = UserFactory(name="Stella Brandt", email="stella@aldwick.example", staff=1)
    sam = UserFactory(name="Sam Okafor", email="sam@aldwick.example", staff=1)
    return SimpleNamespace(acme=acme, willem=willem, stella=stella, sam=sam, **people)


def _order(name: str, hosting: str, people: SimpleNamespace) -> Application:
    application = app_actions.order_application(
        company=people.acme,
        name=name,
        hosting=hosting,
        contact=people.bob,
        by=people.alice,
        at=TUESDAY,
    )
    for verb in (contact_actions.sign_order, contact_actions.deliver_application):
        verb(application=application, by=people.stella, at=TUESDAY)
    for person in (people.priya, people.nina):
        app_actions.join_team(
            application=application, person=person, by=people.alice, at=TUESDAY
        )
    return application


def _contacts(depot: Application, people: SimpleNamespace) -> None:
    appointed = {"application": depot, "by": people.alice, "at": TUESDAY}
    contact_actions.appoint(
        person=people.priya, reason="Bob is away in May.", **appointed
    )
    nina = contact_actions.appoint(
        person=people.nina, reason="She knows it.", **appointed
    )
    contact_actions.dismiss(
        contact=nina, by=people.bob, at=TUESDAY, reason="She moved to another team."
    )


def _handovers(depot: Application, people: SimpleNamespace) -> None:
    """Offered four times: declined, reminded of and withdrawn, lapsed, accepted."""
    bob = TechnicalContact.objects.get(application=depot, user=people.bob)

    def offered(day, by, **facts):
        at = TUESDAY + timedelta(days=day)
        return contact_actions.offer_handover(
            contact=bob, to=people.nina, by=by, at=at, **facts
        )

    at = TUESDAY + timedelta(days=2)
    first = offered(1, people.bob, message="I move to another project. Yours?")
    contact_actions.decline_handover(
        handover=first, by=people.nina, at=at, answer="Not before spring."
    )
    second = offered(2, people.alice)
    late = at + timedelta(hours=25)
    contact_actions.remind_handover(handover=second, by=people.alice, at=late)
    contact_actions.cancel_handover(handover=second, by=people.alice, at=late)
    offered(4, people.alice)
    contact_actions.lapse_handovers(at=TUESDAY + timedelta(days=20))
    fourth = offered(21, people.bob)
    contact_actions.accept_handover(
        handover=fourth, by=people.nina, at=fourth.offered_at
    )


def _licenses(depot: Application, track: Application, people: SimpleNamespace) -> str:
    """Reminded of before and after the end, renewed, a key made and activated."""
    licenses = [
        license_actions.create_license(
            environment=application.environments.get(),
            starts_on=date(2025, 12, 10),
            ends_on=ENDS_ON,
            users=300,
            by=people.stella,
            at=TUESDAY,
        )
        for application in (depot, track)
    ]
    for days in (-90, -30, -15, -7, 1):
        ends_at = datetime.combine(ENDS_ON, TUESDAY.timetz())
        license_actions.remind_of_renewal(at=ends_at + timedelta(days=days))
    generated = {"by": people.priya, "at": TUESDAY, "license": licenses[0]}
    key = license_actions.generate_key(server_id="7C41-E09B-0001", **generated)
    colleague = depot.technical_contacts.exclude(user=people.priya).first()
    license_actions.send_key_link(
        key=key, contact=colleague, by=people.priya, at=TUESDAY
    )
    license_actions.activate_key(key=key, by=people.priya, at=TUESDAY)
    for license in licenses:
        license_actions.renew_license(
            license=license, ends_on=date(2027, 12, 9), by=people.stella, at=TUESDAY
        )
    license_actions.remind_of_renewal(at=ends_at - timedelta(days=7))
    done = {"license": licenses[0], "by": people.stella, "at": TUESDAY}
    license_actions.suspend_license(reason="The invoice of June is open.", **done)
    license_actions.reinstate_license(**done)
    license_actions.revoke_license(reason="The contract has been cancelled.", **done)
    return license_actions.text_of(key)


def _expansions(depot: Application, people: SimpleNamespace) -> None:
    """Asked for three times: agreed, declined, withdrawn."""
    place = app_actions.add_environment(
        application=depot, name="shop", purpose="test", by=people.alice, at=TUESDAY
    )
    signed = {"ends_on": date(2027, 12, 9), "users": 300, "by": people.stella}
    license = license_actions.create_license(environment=place, at=TUESDAY, **signed)

    def asked(day, **wish):
        at = TUESDAY + timedelta(days=day)
        return license_actions.ask_expansion(
            license=license,
            reason="Dock 4 works at night.",
            by=people.priya,
            at=at,
            **wish,
        )

    answered = {"by": people.willem, "at": TUESDAY + timedelta(days=3)}
    first = asked(1, users=350)
    license_actions.take_up_expansion(request=first, **answered)
    license_actions.agree_expansion(request=first, answer="From <May> on.", **answered)
    second = asked(4, external_users=20, besides="a second test system")
    license_actions.decline_expansion(request=second, answer="Not yet.", **answered)
    third = asked(5, users=400)
    license_actions.withdraw_expansion(request=third, by=people.priya, at=TUESDAY)


def _planned_end(depot: Application, people: SimpleNamespace) -> None:
    """The end of a test system is planned, taken back, planned again, reminded of."""
    place = app_actions.add_environment(
        application=depot, name="trial", purpose="test", by=people.alice, at=TUESDAY
    )
    signed = {"ends_on": date(2027, 6, 30), "by": people.stella, "at": TUESDAY}
    license = license_actions.create_license(environment=place, **signed)
    planned = {"license": license, "by": people.stella}
    license_actions.plan_end(on=date(2027, 5, 31), at=TUESDAY, **planned)
    license_actions.unplan_end(at=TUESDAY + timedelta(days=1), **planned)
    later = TUESDAY + timedelta(days=2)
    license_actions.plan_end(on=date(2027, 3, 31), at=later, **planned)
    license_actions.remind_of_renewal(at=datetime(2027, 3, 16, 9, tzinfo=UTC))
    license_actions.run_planned_ends(at=datetime(2027, 4, 1, 9, tzinfo=UTC))


def _offboarding(depot: Application, people: SimpleNamespace) -> None:
    """A test system ends, comes back, and ends for good."""
    place = app_actions.add_environment(
        application=depot, name="test", purpose="test", by=people.alice, at=TUESDAY
    )
    license_actions.create_license(
        environment=place, ends_on=date(2027, 12, 9), by=people.stella, at=TUESDAY
    )
    license_actions.offboard_environment(environment=place, by=people.priya, at=TUESDAY)
    license_actions.bring_back_environment(
        environment=place, by=people.stella, at=TUESDAY + timedelta(days=1)
    )
    license_actions.offboard_environment(
        environment=place, by=people.stella, at=TUESDAY + timedelta(days=2)
    )


def _rights(track: Application, people: SimpleNamespace) -> None:
    """Given, changed, and ended with the team."""
    production = track.environments.get()
    done = {"environment": production, "by": people.bob, "at": TUESDAY}
    for person in (people.priya, people.nina):
        contact_actions.set_rights(
            person=person, rights=set(Right) - {Right.MANAGE_PERMISSIONS}, **done
        )
    done["at"] += timedelta(hours=1)
    contact_actions.set_rights(person=people.nina, rights=[Right.BACKUPS], **done)
    contact_actions.leave_team(
        membership=track.memberships.get(user=people.nina), by=people.bob, at=TUESDAY
    )


def _maintenance(track: Application, people: SimpleNamespace) -> None:
    span = {
        "starts_at": TUESDAY + timedelta(days=4, hours=12),
        "ends_at": TUESDAY + timedelta(days=4, hours=16),
    }
    window = maintenance_actions.plan_window(
        title="Storage upgrade",
        description="We move the storage to faster disks.\nYour data stays in place.",
        impact="Restarts once, not reachable for ten minutes.",
        environments=track.environments.all(),
        by=people.stella,
        at=TUESDAY,
        **span,
    )
    maintenance_actions.announce_window(window, at=TUESDAY)
    later = {name: moment + timedelta(days=7) for name, moment in span.items()}
    done = {"by": people.stella, "at": TUESDAY}
    maintenance_actions.move_window(window, **later, **done)
    maintenance_actions.cancel_window(window, **done)


def _tickets(depot: Application, people: SimpleNamespace) -> None:
    at = TUESDAY
    ticket = ticket_actions.open_ticket(
        company=people.acme,
        application=depot,
        environment=depot.environments.get(name="production"),
        by=people.priya,
        kind="incident",
        subject="Parcel list stays empty & nobody can load",
        text=LONG * 3 + "\n\n* dock 4\n* dock 5\n\n<b>All</b> of them: `scan()` fails.",
        impact=2,
        urgency=2,
        followers=[people.nina],
        at=at,
    )
    customer, desk = {"ticket": ticket, "by": people.priya, "at": at}, people.stella
    ours = {"ticket": ticket, "by": desk, "at": at}
    people_actions.choose_rhythm(
        people.nina, daily_at=time(18), quiet_from=None, quiet_until=None, at=at
    )
    ticket_actions.assign(owner=people.sam, **ours)
    ticket_actions.note(text="The index looks broken.", **ours)
    ticket_actions.judge_priority(impact=1, urgency=1, **ours)
    ticket_actions.judge_priority(impact=3, urgency=2, has_workaround=True, **ours)
    ticket_actions.ask_customer(text="Which firmware do they run?", **ours)
    ticket_actions.remind_waiting(at=at + timedelta(days=8))
    ticket_actions.reply(text="Version 4.1, all of them.", **customer)
    ticket_actions.put_on_hold(**ours)
    ticket_actions.answer(text=LONG * 20, state="solved", **ours)
    ticket_actions.reply_and_solve(text="Thank you, it works.", **customer)
    ticket_actions.resume(**ours)
    ticket_actions.solve(**customer)
    ticket_actions.close(**ours)
    ticket_actions.open_ticket(
        company=people.acme,
        by=people.alice,
        kind="question",
        subject="Who may sign?",
        text="See the title.",
        impact=3,
        urgency=3,
        at=at,
    )


def _digest(people: SimpleNamespace) -> None:
    """Nina has chosen one letter a day while her ticket went on; then no more."""
    now = timezone.now()
    digests.write_digests(at=now + timedelta(days=2))
    people_actions.choose_rhythm(
        people.nina, daily_at=None, quiet_from=None, quiet_until=None, at=now
    )


def _security(people: SimpleNamespace) -> None:
    """Confirmed, replaced, removed; then one who never answers, and one who waits."""
    alice, later = people.alice, TUESDAY + timedelta(days=1)

    def named(name: str) -> SecurityContact:
        email = f"{name.split()[0].casefold()}@security.example"
        return people_actions.name_security_contact(
            people.acme, name=name, email=email, by=alice, at=TUESDAY
        )

    for name in ("Vera Sand", "Watch Room"):
        contact = named(name)
        people_actions.confirm_security_contact(contact, at=TUESDAY)
    people_actions.remove_security_contact(contact, by=alice, at=later)
    people_actions.ask_security_contact_again(named("Late Desk"), by=alice, at=later)
    people_actions.lapse_security_contacts(at=TUESDAY + timedelta(days=8))
    people_actions.name_security_contact(
        people.acme,
        name="Night Desk",
        email="night@security.example",
        by=alice,
        at=timezone.now(),
    )


def _sign_on(people: SimpleNamespace) -> None:
    """Entered, tested, on, a password forgotten meanwhile, and off again."""
    admin = {"by": people.alice, "at": TUESDAY}
    sign_on = people_actions.configure_sign_on(
        issuer="https://login.acme.example", client_id="a", secret="b", **admin
    )
    people_actions.note_sign_on_test(
        sign_on, subject="alice", address=people.alice.email, **admin
    )
    people_actions.switch_sign_on_on(**admin)
    Client().post(
        reverse("account_reset_password") + "?with=password",
        {"email": people.bob.email},
    )
    people_actions.switch_sign_on_off(
        sign_on, by=people.stella, at=TUESDAY, reason="Their provider is down."
    )


def _domains(people: SimpleNamespace) -> None:
    """Claimed, refused, claimed again, confirmed, and sold at last."""
    UserFactory(name="Olga Brandt", email="olga@acme.example", company=None)
    decided = {"by": people.stella, "at": TUESDAY}
    first = people_actions.claim_domain("acme.example", by=people.alice, at=TUESDAY)
    people_actions.refuse_domain(first, reason="Nobody answered our call.", **decided)
    second = people_actions.claim_domain("acme.example", by=people.alice, at=TUESDAY)
    people_actions.confirm_domain(second, **decided)
    _sign_on(people)
    people_actions.remove_domain(second, reason="It was sold.", **decided)


def _invitations(people: SimpleNamespace) -> None:
    """Accepted by Ines; Otto is reminded; Ruth lets hers lapse."""

    def invited(day, *addresses, **wish):
        at = TUESDAY + timedelta(days=day)
        who = {"by": people.alice, "at": at}
        entries = [Invitee(address) for address in addresses]
        return people_actions.invite(people.acme, entries, **who, **wish)

    (ines,) = invited(0, "ines@acme.example", role="admin", message="Run it <with> me?")
    people_actions.accept_as_newcomer(
        ines, name="Ines", password="a long sentence", language="en", at=TUESDAY
    )
    invited(-20, "ruth@acme.example")
    people_actions.lapse_invitations(at=TUESDAY)
    invited(0, "otto@acme.example")
    people_actions.remind_of_invitations(at=TUESDAY + timedelta(days=12))


def _levels(people: SimpleNamespace) -> None:
    """Asked for at a company whose level nobody has recorded: of support."""
    carl = UserFactory(name="Carl Ek", email="carl@newcomer.example")
    people_actions.ask_service_level(carl.company, by=carl, at=TUESDAY)


def _archives(people: SimpleNamespace) -> None:
    """Made once; then tried in vain until it fails."""
    people_actions.ask_archive(people.acme, by=people.alice, at=TUESDAY)
    archive = people_actions.take_archive(at=TUESDAY)
    people_actions.finish_archive(archive, size=48_203, at=TUESDAY)
    people_actions.ask_archive(people.acme, by=people.alice, at=TUESDAY)
    for hours in (1, 2, 3, 4):
        people_actions.take_archive(at=TUESDAY + timedelta(hours=hours))


def _accounts(people: SimpleNamespace) -> None:
    """Opened by staff; registered, and again; a password forgotten and changed."""
    people_actions.add_person(
        email="rosa@acme.example",
        name="Rosa Lind",
        company=people.acme,
        by=people.stella,
        at=TUESDAY,
    )
    _domains(people)
    people_actions.close_account(people.amir, by=people.alice, at=TUESDAY)
    people_actions.reopen_account(people.amir, by=people.alice, at=TUESDAY)
    secret = "a sentence nobody guesses"
    client = Client()
    for address in ("new@acme.example", people.bob.email):
        client.post(
            reverse("account_signup"),
            {
                "name": "Nora Blake",
                "email": address,
                "password1": secret,
                "password2": secret,
            },
        )
    for page in ("account_reset_password", "account_request_login_code"):
        client.post(reverse(page), {"email": people.bob.email})
    for verb in emails.SECURITY_CHANGES:
        people_actions.note_security(people.bob, verb, by=people.bob, at=TUESDAY)
    _addresses(people)
    people.alice.set_password(secret)
    people.alice.save()
    client.force_login(people.alice)
    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": secret,
            "password1": f"{secret} again",
            "password2": f"{secret} again",
        },
    )


def _addresses(people: SimpleNamespace) -> None:
    """Another one is wanted twice: refused by the old one, confirmed by both."""
    wanted = people_actions.ask_address(people.priya, "priya@new.example", at=TUESDAY)
    people_actions.refuse_address(wanted, at=TUESDAY)
    wanted = people_actions.ask_address(people.nina, "nina@new.example", at=TUESDAY)
    people_actions.confirm_new_address(wanted, at=TUESDAY)
    people_actions.confirm_old_address(wanted, at=TUESDAY)


def _reach(people: SimpleNamespace) -> None:
    """A quarter later: everybody is asked, and nobody answers; one address bounces."""
    quarter = TUESDAY + timedelta(days=120)
    AddressStanding.objects.note_bounce(
        people.priya.email, "550 5.1.1 no such person", quarter
    )
    for day in (0, 14, 30, 45):
        at = quarter + timedelta(days=day)
        contact_actions.ask_contacts(at=at)
        contact_actions.remind_contacts(at=at)
        contact_actions.watch_contacts(at=at)
    contact = TechnicalContact.objects.get(user=people.nina)
    contact_actions.ask_again(contact=contact, by=people.alice, at=at)
