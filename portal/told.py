"""Who would be told now, of everything that may happen to an application.

Each package says it for its own letters; here it is put together with what stands in
the way: mail that comes back, a closed account, a choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from companies.models import User
from companies.models.notice import Choices
from companies.topics import Channel
from contacts import occasions as contact_occasions
from contacts.models import bounced_addresses
from contacts.occasions import Addressee, Occasion
from licenses import occasions as license_occasions
from operations import occasions as operation_occasions
from tickets import occasions as ticket_occasions
from ui import times

FLOORS = {
    "licenses": license_occasions,
    "operations": operation_occasions,
    "tickets": ticket_occasions,
    "contacts": contact_occasions,
}
# Letters about an app that are in no line of the page, with the reason.
UNFORESEEN = {
    "applications/emails/ordered": "to the vendor, before the app has a page",
    "applications/emails/joined": "to whoever joins the team, chosen in that moment",
} | {
    f"{folder}/emails/{letter}": reason
    for folder, floor in FLOORS.items()
    for letter, reason in floor.UNFORESEEN.items()
}


@dataclass(frozen=True)
class Line:
    """One addressee as the page shows them; `is_hidden` says only the role [CO-06].

    Of the vendor's people a customer reads the names of those who look after them.
    """

    addressee: Addressee
    by_mail: bool
    problem: str
    is_hidden: bool
    is_desk: bool


@dataclass(frozen=True)
class Notice:
    """One kind of notice and its lines; nobody at all is a problem of its own."""

    occasion: Occasion
    lines: list[Line]

    @property
    def shown(self) -> tuple[tuple, ...]:
        """What the page says of its addressees: the same for many notices."""
        return tuple(
            (
                one.addressee.address,
                str(one.addressee.why),
                one.by_mail,
                one.problem,
                one.is_hidden,
            )
            for one in self.lines
        )


def occasions(application: Application, at: datetime) -> list[Occasion]:
    return [
        one for floor in FLOORS.values() for one in floor.occasions(application, at)
    ]


def letters() -> set[str]:
    """The letters that the lines of the page speak for."""
    return {
        f"{folder}/emails/{letter}"
        for folder, floor in FLOORS.items()
        for group in floor.LETTERS.values()
        for letter in group
    }


def notices(application: Application, reader: User, at: datetime) -> list[Notice]:
    """Everything that may be told, with what stands in the way, for one reader."""
    found = occasions(application, at)
    told = [one for occasion in found for one in occasion.addressees]
    choices = Choices({one.person for one in told if one.person})
    bounced = bounced_addresses(one.address for one in told)
    company = application.company
    known = {company.account_executive_id, company.customer_success_manager_id}

    def line(one: Addressee) -> Line:
        by_mail = one.person is None or choices.want(
            one.person, one.topic, Channel.EMAIL
        )
        came_back = bounced.get(one.address.lower())
        problem = ""
        if came_back:
            words = {"day": times.day(came_back)}
            problem = _("mail came back on %(day)s") % words
        is_hidden = one.is_admin and not reader.sees_roles and one.person != reader
        is_inner = one.person and one.person.is_staff and one.person.pk not in known
        is_desk = one.person is None or bool(is_inner and not reader.is_staff)
        return Line(one, by_mail, problem, is_hidden, is_desk)

    return [Notice(one, [line(each) for each in one.addressees]) for one in found]


def together(found: Iterable[Notice]) -> list[list[Notice]]:
    """Notices that go to the same people for the same reasons, as the first stood."""
    groups: dict[tuple, list[Notice]] = {}
    for one in found:
        groups.setdefault(one.shown, []).append(one)
    return list(groups.values())
