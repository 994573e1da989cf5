"""Who may order; what needs the technical contact's word is in `contacts.rights`."""

from __future__ import annotations

from typing import Any

from companies.models import Company


def may_order(user: Any, company: Company | None = None) -> bool:
    """Company admins order for their own company, vendor staff for every company."""
    if not user.is_active:
        return False
    if user.is_staff:
        return True
    is_own = company is None or user.company_id == company.pk
    return user.is_company_admin and is_own
