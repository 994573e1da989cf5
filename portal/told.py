"""Who would be told now, of everything that may happen to an application.

Each package says it for its own letters; here it is put together with what stands in
the way: mail that comes back, a closed account, a choice.
"""

from __future__ import annotations

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

FLOORS = [
    license_occasions,
    operation_occasions,
    ticket_occasions,
    contact_occasions,
]


@dataclass(frozen=True)
class Line:
    """One addressee as the page shows them; `is_hidden` says only the role [CO-06]."""

    addressee: Addressee
    by_mail: bool
    problem: str
    is_hidden: bool


@dataclass(frozen=True)
class Notice:
    """One kind of notice and its lines; nobody at all is a problem of its own."""

    occasion: Occasion
    lines: list[Line]


def occasions(application: Application, at: datetime) -> list[Occasion]:
    return [one for floor in FLOORS for one in floor.occasions(application, at)]


def notices(application: Application, reader: User, at: datetime) -> list[Notice]:
    """Everything that may be told, with what stands in the way, for one reader."""
    found = occasions(application, at)
    told = [one for occasion in found for one in occasion.addressees]
    choices = Choices({one.person for one in told if one.person})
    bounced = bounced_addresses(one.address for one in told)

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
        return Line(one, by_mail, problem, is_hidden)

    return [Notice(one, [line(each) for each in one.addressees]) for one in found]
