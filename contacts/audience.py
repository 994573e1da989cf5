"""Who is told about an application: nobody reachable must never mean nobody told."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies.models import Company, User
from contacts.models import TechnicalContact, mail_comes_back


class Role(models.TextChoices):
    """Why somebody is told."""

    CONTACT = "contact", _("technical contact")
    COMPANY_ADMIN = "company_admin", _("company admin")
    ACCOUNT_EXECUTIVE = "account_executive", _("account executive")
    SUCCESS_MANAGER = "success_manager", _("customer success manager")


@dataclass(frozen=True)
class Reader:
    """One person to be told about one application, and in which role."""

    user: User
    role: Role


def technical_readers(
    applications: Iterable[Application],
) -> dict[uuid.UUID, list[Reader]]:
    """Per application: its active technical contacts.

    Where none can be reached, the company's admins stand in, then the vendor's
    commercial contact; a contact whose mail came back is still tried beside them, for
    it may arrive again, and so is an admin whose mail did. An empty list is left for
    the support desk. Two queries whatever the number of applications, given
    `select_related` on the company and its commercial contacts.
    """
    applications = list(applications)
    readers: dict[uuid.UUID, list[Reader]] = defaultdict(list)
    contacts = TechnicalContact.objects.reachable().filter(application__in=applications)
    reached = set()
    for contact in contacts.with_bounce().order_by("appointed_at", "id"):
        readers[contact.application_id].append(Reader(contact.user, Role.CONTACT))
        if contact.bounced_at is None:
            reached.add(contact.application_id)
    silent = [app for app in applications if app.pk not in reached]
    admins = _admins_by_company({app.company_id for app in silent})
    for application in silent:
        known = readers[application.pk]
        people = {reader.user for reader in known}
        stand_ins = admins.get(application.company_id, [])
        fresh = [reader for reader in stand_ins if reader.user not in people]
        known += fresh
        if not are_heard(fresh):
            known += commercial_readers(application.company)
    return dict(readers)


def are_heard(admins: Iterable[Reader]) -> bool:
    """Whether mail to one of them at least does not come back."""
    return any(not reader.user.mail_comes_back for reader in admins)


def commercial_readers(company: Company) -> list[Reader]:
    """The vendor's people who look after a customer: one is enough, first come first.

    The account executive, else the customer success manager, else nobody.
    """
    candidates = [
        (company.account_executive, Role.ACCOUNT_EXECUTIVE),
        (company.customer_success_manager, Role.SUCCESS_MANAGER),
    ]
    found = [Reader(user, role) for user, role in candidates if user and user.is_active]
    return found[:1]


def _admins_by_company(company_ids: set[uuid.UUID]) -> dict[uuid.UUID, list[Reader]]:
    admins: dict[uuid.UUID, list[Reader]] = defaultdict(list)
    if company_ids:
        people = User.objects.active().filter(
            company__in=company_ids, is_company_admin=True
        )
        people = people.annotate(mail_comes_back=mail_comes_back())
        for person in people.order_by("name", "id"):
            admins[person.company_id].append(Reader(person, Role.COMPANY_ADMIN))
    return admins
