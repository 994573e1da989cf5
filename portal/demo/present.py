"""What happens today in the demo; its letters are kept, so there is mail to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from companies import actions as companies_actions
from companies.invitees import Invitee
from companies.models import User
from contacts import actions as contacts_actions
from licenses import actions as licenses_actions
from operations import actions as operations_actions
from portal.demo.catalogue import APPS
from portal.demo.moments import Moments
from portal.demo.portfolio import Places
from portal.demo.threads import EVERYONE, INCIDENT, STOPPED, Talk
from portal.demo.tickets import play

UNCALLED = Talk(
    "Weighbridge",
    "bob",
    INCIDENT,
    "Gate 3 weighs, but prints no ticket",
    "Lorries have been queuing at gate 3 for ten minutes. The weight is on the display,"
    " then “printer service not found”. Gates 1 and 2 are closed for repair.",
    EVERYONE,
    STOPPED,
    0.15,
    followers=("hugo",),
)


@dataclass(frozen=True)
class Window:
    """One piece of planned work and whom it touches."""

    title: str
    text: str
    impact: str
    length: timedelta
    apps: tuple[str, ...]


WINDOWS = (
    Window(
        "Storage upgrade, Cloud EU",
        "We move the storage behind Cloud EU to faster disks. Your app is copied while"
        " it runs; at the end it restarts once. No data changes and you do not have to"
        " do anything.",
        "Each app restarts once and is away for up to ten minutes.",
        timedelta(hours=4),
        ("Driver App", "Claims Desk", "Supplier Portal"),
    ),
    Window(
        "Certificate rotation",
        "The certificates of all addresses are replaced before the old ones end.",
        "No interruption expected.",
        timedelta(minutes=30),
        ("Fleet Planner", "Customer Tracking"),
    ),
    Window(
        "Platform 12.2 rollout",
        "All Cloud apps move to Platform 12.2. The notes on what changes for your"
        " models come two weeks before.",
        "Each app restarts once.",
        timedelta(hours=4),
        ("Driver App", "Claims Desk", "Fleet Planner", "Customer Tracking"),
    ),
)


def load(people: dict[str, User], places: Places, moments: Moments) -> None:
    by_name = {email.split("@")[0]: user for email, user in people.items()}
    _renewals(by_name, places, moments)
    _handovers(by_name, places, moments)
    _maintenance(by_name, places, moments)
    _invitation(by_name, moments)
    _wish(by_name, places, moments)
    play(UNCALLED, by_name, places, moments)
    licenses_actions.remind_of_renewal(at=moments.at)


def _renewals(by_name: dict[str, User], places: Places, moments: Moments) -> None:
    """Terms that are signed while the key in use is still the old one."""
    renewed = [(app, place) for app in APPS for place in app.places if place.is_renewed]
    for app, place in renewed:
        license = places.environments(app.name, place.name)[0].license
        licenses_actions.renew_license(
            license=license,
            ends_on=moments.day(place.ends + 365),
            by=by_name["willem"],
            at=moments.ago(4, 15, 20),
        )
        if place.is_waiting:
            name, server_id = place.server
            licenses_actions.generate_key(
                license=license,
                server_id=server_id,
                server_name=name,
                by=by_name[app.contacts[0]],
                at=moments.ago(1, 16),
            )


def _handovers(by_name: dict[str, User], places: Places, moments: Moments) -> None:
    """Bob gives one application away and is asked to take another."""
    offers = (
        (
            "Driver App",
            "bob",
            "samuel",
            2,
            "You know the phones better than I do, and I take over the planner.",
        ),
        (
            "Fleet Planner",
            "mira",
            "bob",
            1,
            "As agreed on Tuesday. The run-book is in the wiki, under Planner.",
        ),
    )
    for app, holder, to, days, message in offers:
        contact = places[app].technical_contacts.get(user=by_name[holder])
        contacts_actions.offer_handover(
            contact=contact,
            to=by_name[to],
            by=by_name[holder],
            at=moments.ago(days, 10, 15),
            message=message,
        )


def _invitation(by_name: dict[str, User], moments: Moments) -> None:
    """Alice waits for somebody who has not answered yet."""
    alice = by_name["alice"]
    companies_actions.invite(
        alice.company,
        [Invitee("nora@acme.example", "Nora Blake")],
        by=alice,
        at=moments.ago(4, 9, 40),
        message="Welcome to the fleet team. Bob shows you around on Monday.",
    )


def _wish(by_name: dict[str, User], places: Places, moments: Moments) -> None:
    """More users are asked for; Willem has taken it up and agreed nothing yet."""
    license = places.environments("Weighbridge", "production")[0].license
    wish = licenses_actions.ask_expansion(
        license=license,
        users=(license.covered_users or 0) + 25,
        reason="Gate 4 opens in spring, with a shift of its own.",
        by=by_name["bob"],
        at=moments.ago(2, 8, 5),
    )
    licenses_actions.take_up_expansion(
        request=wish, by=by_name["willem"], at=moments.ago(1, 9, 20)
    )


def _maintenance(by_name: dict[str, User], places: Places, moments: Moments) -> None:
    """One window that is announced now, and further ones that are only planned."""
    starts = (
        moments.weekend_night(0, 22),
        moments.on(moments.day(16), 5),
        moments.weekend_night(4, 22),
    )
    for window, start in zip(WINDOWS, starts, strict=True):
        operations_actions.plan_window(
            title=window.title,
            description=window.text,
            impact=window.impact,
            starts_at=start,
            ends_at=start + window.length,
            environments=[
                row
                for name in window.apps
                for row in places.environments(name, "production")
            ],
            by=by_name["stella"],
            at=moments.at,
        )
