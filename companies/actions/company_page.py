"""What a company's own people do on its page: correct facts, ask for the level."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from companies import audit, emails
from companies.actions.guards import assert_manages_company, change
from companies.models import Company, User
from companies.verbs import Verb

# What a company knows better than the vendor; the rest is in the contract.
OF_THE_COMPANY = frozenset({"address", "time_zone"})


@transaction.atomic
def edit_company(
    company: Company, *, by: User, at: datetime, **changes: Any
) -> Company:
    """An admin corrects what is the company's to say [PE-02]; old and new are noted."""
    company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    assert_manages_company(by, company)
    if not changes.keys() <= OF_THE_COMPANY:
        raise PermissionDenied
    return change(company, Verb.COMPANY_CHANGED, company, by, at, changes)


@transaction.atomic
def ask_service_level(company: Company, *, by: User, at: datetime) -> bool:
    """Somebody of the company asks what is agreed; the vendor hears of it once [TI-11].

    The customer success manager is written to, or else support. The wish stands until
    a level is recorded, and whoever asks meanwhile finds it there: False.
    """
    company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if not (by.is_active and by.company_id == company.pk):
        raise PermissionDenied
    if company.service_level_id or company.level_asked_at:
        return False
    company.level_asked_at, company.level_asked_by = at, by
    company.save(update_fields=["level_asked_at", "level_asked_by"])
    audit.record(company=company, by=by, verb=Verb.LEVEL_ASKED, thing=company, at=at)
    emails.service_level_asked(company, by=by, at=at)
    return True
