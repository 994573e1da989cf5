"""What the verbs about people share: locks, who may, and how a change is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from companies import audit
from companies.models import Company, User
from companies.verbs import Verb


def locked(person: User) -> User:
    """The person as the database knows them now, with the company's people held."""
    if person.company_id:
        Company.objects.select_for_update().get(pk=person.company_id)
    return User.objects.select_for_update().get(pk=person.pk)


def assert_manages(by: User, person: User) -> None:
    """Vendor staff, or an admin of that person's company, as of this moment [CO-08].

    The caller's own row is read again, for it may have been changed while this verb
    waited for the lock.
    """
    if not User.objects.get(pk=by.pk).manages(person):
        raise PermissionDenied


def assert_manages_company(by: User, company: Company) -> None:
    """Vendor staff, or an admin of this company, as of this moment [PE-02]."""
    by = User.objects.get(pk=by.pk)
    is_own = by.is_company_admin and by.company_id == company.pk
    if not (by.is_active and (by.is_staff or is_own)):
        raise PermissionDenied


def assert_administers(by: User, person: User) -> None:
    assert_manages(by, person)
    if person.company_id is None:
        raise ValidationError(_("A company admin needs a company."))


def assert_runs(by: User, company: Company) -> None:
    """Vendor staff, or an admin of this company, as of this moment."""
    if not User.objects.get(pk=by.pk).runs(company):
        raise PermissionDenied


def refuse_last_admin(person: User) -> None:
    others = User.objects.admins_of(person.company).exclude(pk=person.pk)
    if not others.exists():
        raise ValidationError(
            _("%(name)s is the only company admin. Name another one first.")
            % {"name": person}
        )


def drop_sessions(person: User) -> None:
    User.objects.filter(pk=person.pk).update(
        session_generation=models.F("session_generation") + 1
    )
    person.refresh_from_db(fields=["session_generation"])


def change(
    row: Any,
    verb: Verb,
    company: Company | None,
    by: User,
    at: datetime,
    changes: dict[str, Any],
) -> Any:
    """Write what differs, after the model has judged it, and note old and new.

    What is not to be changed is not judged: it may be older than today's rules.
    """
    before = {name: _shown(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={field.name for field in row._meta.fields} - set(changes))
    changed = [name for name in changes if _shown(row, name) != before[name]]
    row.save(update_fields=changed)
    for name in changed:
        field = row._meta.get_field(name).verbose_name
        audit.record(
            company=company,
            by=by,
            verb=verb,
            thing=_("%(field)s of %(thing)s") % {"field": field, "thing": row},
            old=before[name] or _("nothing"),
            new=_shown(row, name) or _("nothing"),
            at=at,
        )
    return row


def _shown(row: Any, name: str) -> str:
    """A value as people read it: the label of a choice, the name of another row."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    # A browser ends lines with two characters: that alone changes nothing.
    return "" if value is None else str(value).replace("\r\n", "\n")
