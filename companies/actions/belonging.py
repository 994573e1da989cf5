"""What happens when somebody becomes one of a company: by hand, or by the address."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit
from companies.actions.invitations import hold, settle_invitations
from companies.models import ClaimedDomain, Company, User
from companies.verbs import Verb


@transaction.atomic
def join_company(
    person: User, company: Company, *, by: User | None, at: datetime
) -> User:
    """Somebody who registered alone becomes one of a company; nobody changes it."""
    company = hold(company.pk)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_staff or person.company_id not in (None, company.pk):
        raise ValidationError(_("This person belongs elsewhere already."))
    person.company = company
    person.save(update_fields=["company"])
    audit.record(
        company=company,
        by=by,
        verb=Verb.PERSON_JOINED,
        thing=person,
        new=company,
        at=at,
    )
    settle_invitations(person, company, at=at)
    return person


@transaction.atomic
def join_by_address(person: User, *, at: datetime) -> None:
    """Whoever has a confirmed address at a company's domain is the company's [CO-07].

    The domain is locked also while it waits: support's yes and this confirmation may
    happen at the same moment, and whichever comes second sees the other.
    """
    if person.company_id is not None or person.is_staff:
        return
    claims = ClaimedDomain.objects.standing().of_address(person.email)
    claim = claims.select_for_update(of=("self",)).select_related("company").first()
    if claim and claim.is_confirmed:
        person.company = join_company(person, claim.company, by=None, at=at).company
