"""What happens when a company claims a mail domain, and when support decides.

The portal looks nothing up on the network: a person at the vendor checks whose the
domain is.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies import audit, domain_emails, mail_domains
from companies.actions.belonging import join_company
from companies.actions.guards import locked
from companies.models import ClaimedDomain, SignOn, User
from companies.verbs import Verb

State = ClaimedDomain.State


@transaction.atomic
def claim_domain(name: str, *, by: User, at: datetime) -> ClaimedDomain:
    """A company admin says that a domain is the company's; support is asked [CO-07].

    Refused at once: a domain of everybody, one at which the admin has no confirmed
    address, and one that is claimed already.
    """
    admin = locked(by)
    if not (admin.is_active and admin.is_company_admin):
        raise PermissionDenied
    name = mail_domains.normalise(name)
    _refuse_what_cannot_be_theirs(name, admin)
    try:
        with transaction.atomic():
            domain = ClaimedDomain.objects.create(
                name=name, company=admin.company, claimed_by=admin, claimed_at=at
            )
    except IntegrityError:
        raise ValidationError(_taken(name, admin)) from None
    ClaimedDomain.objects.filter(
        company=admin.company, name=name, state=State.REFUSED
    ).delete()
    audit.record(
        company=admin.company, by=admin, verb=Verb.DOMAIN_CLAIMED, thing=name, at=at
    )
    domain_emails.domain_claimed(domain)
    return domain


@transaction.atomic
def confirm_domain(
    domain: ClaimedDomain, *, by: User, at: datetime
) -> tuple[list[User], list[User]]:
    """Support has found that the domain is the company's: from now on for good.

    People with an address there and no company become the company's and are told.
    Whoever belongs to another company stays there: they are given back second, for
    support to speak with.
    """
    domain = _waiting(domain)
    domain.state, domain.decided_at = State.CONFIRMED, at
    domain.save(update_fields=["state", "decided_at"])
    audit.record(
        company=domain.company,
        by=by,
        verb=Verb.DOMAIN_CONFIRMED,
        thing=domain.name,
        at=at,
    )
    people = User.objects.at_domain(domain.name)
    moved = list(people.to_be_moved())
    for person in moved:
        join_company(person, domain.company, by=by, at=at)
        domain_emails.joined(person, domain.company, at=at)
    domain_emails.domain_decided(domain, verb=Verb.DOMAIN_CONFIRMED, at=at)
    return moved, list(people.elsewhere_than(domain.company))


@transaction.atomic
def refuse_domain(
    domain: ClaimedDomain, *, reason: str, by: User, at: datetime
) -> None:
    """Support could not find that it is the company's; the admins read why."""
    domain = _waiting(domain)
    domain.state, domain.decided_at = State.REFUSED, at
    domain.reason = _given(reason)
    domain.save(update_fields=["state", "decided_at", "reason"])
    _tell(domain, Verb.DOMAIN_REFUSED, by=by, at=at)


@transaction.atomic
def remove_domain(
    domain: ClaimedDomain, *, reason: str, by: User, at: datetime
) -> None:
    """Support takes a confirmed domain away, for instance after it was sold.

    Nobody leaves the company by it; new people no longer join by themselves.
    """
    domain = ClaimedDomain.objects.select_for_update().get(pk=domain.pk)
    if not domain.is_confirmed:
        raise ValidationError(_("Only a confirmed domain can be removed."))
    others = domain.company.domains.confirmed().exclude(pk=domain.pk)
    is_on = SignOn.objects.on().filter(company=domain.company).exists()
    if is_on and not others.exists():
        raise ValidationError(_("Switch single sign-on off first."))
    domain.reason = _given(reason)
    _tell(domain, Verb.DOMAIN_REMOVED, by=by, at=at)
    domain.delete()


def _tell(domain: ClaimedDomain, verb: Verb, *, by: User, at: datetime) -> None:
    audit.record(
        company=domain.company,
        by=by,
        verb=verb,
        thing=domain.name,
        new=domain.reason,
        at=at,
    )
    domain_emails.domain_decided(domain, verb=verb, at=at)


def _refuse_what_cannot_be_theirs(name: str, admin: User) -> None:
    words = {"domain": name, "address": admin.email}
    if mail_domains.is_public(name):
        raise ValidationError(
            _(
                "Anybody can have an address at %(domain)s, so no company can claim"
                " it. Claim the domain of your work e-mail."
            )
            % words
        )
    if not admin.has_account or mail_domains.domain_of(admin.email) != name:
        raise ValidationError(
            _(
                "You can claim only the domain of your own confirmed address,"
                " %(address)s. For %(domain)s, a company admin with an address there"
                " must do it."
            )
            % words
        )
    if ClaimedDomain.objects.standing().filter(name=name).exists():
        raise ValidationError(_taken(name, admin))


def _taken(name: str, admin: User) -> str:
    if admin.company.domains.standing().filter(name=name).exists():
        return _("Your company has claimed this domain already.")
    return _(
        "Another company has claimed this domain. If it is yours, write to our support"
        " desk: we look into it."
    )


def _waiting(domain: ClaimedDomain) -> ClaimedDomain:
    domain = ClaimedDomain.objects.select_for_update().get(pk=domain.pk)
    if not domain.is_waiting:
        raise ValidationError(_("This claim has been decided already."))
    return domain


def _given(reason: str) -> str:
    if not reason.strip():
        raise ValidationError(_("Say why: the company's admins read it."))
    return reason.strip()
