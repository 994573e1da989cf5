"""Leaving a team, which a technical contact cannot do."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import records
from apps.models import Membership
from companies.models import User
from companies.verbs import Verb
from contacts import rights
from contacts.actions import grants, office
from contacts.models import Handover, TechnicalContact


@transaction.atomic
def leave_team(*, membership: Membership, by: User | None, at: datetime) -> None:
    """Take a person off the team; people leave by themselves with this verb too.

    The rights they were given end with it: who comes back begins without [PE-03].
    Refused for a technical contact, who hands over first, and for somebody to whom the
    role is being offered.
    """
    application, person = membership.application, membership.user
    application.lock()
    is_own = by is not None and by.pk == person.pk
    office.assert_may(by is None or is_own or rights.may_manage_team(by, application))
    if TechnicalContact.objects.of(application).held_by(person).exists():
        raise ValidationError(
            _(
                "%(person)s is technical contact of %(application)s and stays on the"
                " team. Give the role to somebody else first."
            ),
            params={"person": person, "application": application},
        )
    if Handover.objects.of(application).open().filter(to_user=person).exists():
        raise ValidationError(
            _(
                "The role of technical contact is being handed over to %(person)s."
                " Withdraw the handover first."
            ),
            params={"person": person},
        )
    seats = Membership.objects.of(application).filter(user=person)
    grants.end_rights(application, seats.select_related("user"), by=by, at=at)
    gone, _rows = seats.delete()
    if gone:
        records.record(application, Verb.TEAM_LEFT, by=by, at=at, old=person)
