"""What happens when somebody does something that touches every floor.

Such verbs only compose: ask each package for its reasons, then call its own verb.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import leaving as leaving_teams
from companies import actions as company_actions
from companies import leaving as leaving_company
from companies.leaving import Obstacle
from companies.models import User
from contacts import leaving as leaving_contacts
from tickets import leaving as leaving_tickets

FLOORS = [leaving_contacts, leaving_company, leaving_teams, leaving_tickets]


def obstacles(person: User, reader: User) -> list[Obstacle]:
    """Everything to settle before this person can be deactivated [CO-10].

    Apps that the reader may not see are not named.
    """
    return [one for floor in FLOORS for one in floor.obstacles(person, reader)]


@transaction.atomic
def deactivate_person(*, person: User, by: User, at: datetime) -> None:
    """Close the account of somebody who leaves; `reopen_account` takes it back [CO-09].

    Teams, company and person are held first, so nobody gives the person a role
    meanwhile and two who leave together do not both count on the other. Refused with
    every reason at once [CO-10, E7]; for oneself [CO-05, E35]; and for anybody but
    vendor staff and admins of the person's own company, so externals stay [CO-08].
    All sessions end, and the person is mailed.
    """
    leaving_teams.hold_teams(person)
    person = company_actions.locked(person)
    company_actions.assert_manages(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("Nobody deactivates themselves."))
    if not person.is_active:
        return
    if reasons := obstacles(person, by):
        raise ValidationError([one.words for one in reasons])
    company_actions.close_account(person, by=by, at=at)
