"""What happens when a company is registered or changed, and to its admins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit
from companies.actions.guards import (
    assert_administers,
    change,
    locked,
    refuse_last_admin,
)
from companies.actions.invitations import withdraw_invitations_of
from companies.models import Company, User
from companies.verbs import Verb


@transaction.atomic
def register_company(*, name: str, by: User, at: datetime, **facts: Any) -> Company:
    """A customer begins: vendor staff enter it when the contract is signed."""
    company = Company(name=name.strip(), created_at=at, **facts)
    company.full_clean()
    company.save(force_insert=True)
    audit.record(
        company=company, by=by, verb=Verb.COMPANY_REGISTERED, thing=company, at=at
    )
    return company


@transaction.atomic
def change_company(company: Company, *, by: User, at: datetime, **changes: Any) -> Any:
    """Vendor staff change name, service level, time zone or who looks after it.

    A level that is recorded answers the wish to know it [TI-11].
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    if company.level_asked_at and changes.get("service_level"):
        company.level_asked_at = company.level_asked_by = None
        company.save(update_fields=["level_asked_at", "level_asked_by"])
    return change(company, Verb.COMPANY_CHANGED, company, by, at, changes)


@transaction.atomic
def name_admin(person: User, *, by: User, at: datetime) -> None:
    """A person of the company becomes one of its admins [CO-01, CO-04]."""
    person = locked(person)
    assert_administers(by, person)
    if not person.is_active:
        raise ValidationError(_("This account is closed. Open it again first."))
    if person.is_company_admin:
        return
    person.is_company_admin = True
    person.save(update_fields=["is_company_admin"])
    audit.record(
        company=person.company, by=by, verb=Verb.ADMIN_NAMED, thing=person, at=at
    )


@transaction.atomic
def unname_admin(person: User, *, by: User, at: datetime) -> None:
    """An admin becomes an ordinary member; never oneself, never the last [CO-05, E35].

    Invitations that the person sent are withdrawn. The company is locked first: two
    admins who remove each other at the same moment would otherwise leave none.
    """
    person = locked(person)
    assert_administers(by, person)
    if person.pk == by.pk:
        raise ValidationError(
            _("You cannot remove yourself. Ask another company admin to do it.")
        )
    if not person.is_company_admin:
        return
    refuse_last_admin(person)
    person.is_company_admin = False
    person.save(update_fields=["is_company_admin"])
    withdraw_invitations_of(person, by=by, at=at)
    audit.record(
        company=person.company, by=by, verb=Verb.ADMIN_UNNAMED, thing=person, at=at
    )


@transaction.atomic
def name_contact(person: User, *, by: User, at: datetime) -> None:
    """A person becomes the one whom the company's people ask first [CO-06]."""
    person = locked(person)
    assert_administers(by, person)
    if not person.has_account:
        raise ValidationError(
            _("The company contact needs an account with a confirmed address.")
        )
    change_company(person.company, by=by, at=at, contact=person)
