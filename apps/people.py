"""The person behind an e-mail address: somebody known, or somebody named just now."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from companies import actions
from companies.models import Company, User


def person_at(
    *,
    email: str,
    by: User,
    at: datetime,
    name: str = "",
    company: Company | None = None,
) -> User:
    """Find the person with this address, of whatever company; else open an account.

    Somebody new gets a letter to choose a password and has no account before that;
    `company` is where they belong, None for an outsider. A deactivated person is
    refused, and so is vendor staff, whose place is not on a customer's team.
    """
    email = email.strip().lower()
    validate_email(email)
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return actions.add_person(
            email=email, name=name.strip(), company=company, by=by, at=at
        )
    if not person.is_active:
        raise ValidationError(
            _("The account of %(email)s is deactivated. Choose somebody else."),
            params={"email": email},
        )
    if person.is_staff:
        raise ValidationError(
            _("%(email)s belongs to the vendor. Name one of your own people."),
            params={"email": email},
        )
    return person
