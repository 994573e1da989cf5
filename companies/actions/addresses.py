"""What happens when somebody wants another e-mail address, and gets it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies import audit, emails
from companies.actions.belonging import join_by_address
from companies.models import User
from companies.verbs import Verb


@transaction.atomic
def ask_address(person: User, new: str, *, at: datetime) -> None:
    """Somebody wants another address: it gets the link, and nothing changes yet.

    An address that is taken gets none, and whoever asked is not told [CO-06].
    """
    new = new.strip().lower()
    if new == person.email:
        raise ValidationError(_("This is your address already."))
    if not User.objects.filter(email=new).exists():
        emails.new_address(person, new, at=at)


@transaction.atomic
def change_address(person: User, new: str, *, at: datetime) -> None:
    """The new address is confirmed: sign-in and letters go there from now on.

    The old one is told, so that a stranger's change does not stay hidden.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    old, person.email = person.email, new
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        raise ValidationError(_("This e-mail address is taken.")) from None
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.filter(email=new).delete()
    EmailAddress.objects.create(user=person, email=new, verified=True, primary=True)
    join_by_address(person, at=at)
    audit.record(
        company=person.company,
        by=person,
        verb=Verb.ADDRESS_CHANGED,
        thing=person,
        old=old,
        new=new,
        at=at,
    )
    emails.address_changed(person, old=old, at=at)
