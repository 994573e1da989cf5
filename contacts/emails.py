"""The letters about technical contacts: who gets them and which facts they bear.

Every change reaches the old and the new contact [TC-27] and the company's admins;
nobody gets two letters about one change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment, Membership
from companies.models import User
from companies.notices import Topic, tell
from contacts import duties
from contacts.models import Handover, Right, TechnicalContact

if TYPE_CHECKING:
    from contacts.actions.grants import Change

AS_CONTACT = _("You get this because you are a technical contact of this app.")
AS_FORMER = _("You get this because you were a technical contact of this app.")
AS_INVITED = _("You get this because you were asked to be its technical contact.")
AS_GIVER = _("You get this because you offered the role of technical contact.")
AS_MEMBER = _("You get this because it is about what you may do.")
AS_ADMIN = _("You get this because you are a company admin.")
BESIDE_THE_ROLE = [AS_ADMIN, AS_MEMBER]


def appointed(
    contact: TechnicalContact, *, former: User | None = None, again: int = 0
) -> None:
    """To the new contact: what comes to them from now on, and what they do.

    Who has no account may get it `again`, so many hours after the appointment.
    """
    application = contact.application
    _post(
        contact.user,
        application,
        key=key_of_appointment(contact, again=again),
        template="appointed",
        audience=AS_CONTACT,
        contact=contact,
        former=former,
        receives=duties.receives(application, is_you=True),
        does=duties.does(application),
    )


def key_of_appointment(contact: TechnicalContact, *, again: int = 0) -> str:
    key = f"contact:{contact.pk}:appointed"
    return f"{key}:{again}" if again else key


def dismissed(
    contact: TechnicalContact,
    *,
    by: User | None,
    successor: User | None = None,
    reason: str = "",
) -> None:
    """To the former contact: since when, by whom and why."""
    _post(
        contact.user,
        contact.application,
        key=f"contact:{contact.pk}:dismissed",
        template="dismissed",
        audience=AS_FORMER,
        by=_name(by),
        successor=successor,
        reason=reason.strip(),
    )


def admins_told_of_change(
    contact: TechnicalContact,
    *,
    by: User | None,
    joined: User | None = None,
    left: User | None = None,
    reason: str = "",
) -> None:
    """To the company's admins who do not know of it otherwise."""
    application = contact.application
    move = "joined" if joined else "left"
    for admin in admins(application, besides=[by, joined, left]):
        _post(
            admin,
            application,
            key=f"contact:{contact.pk}:{move}:admins",
            template="changed",
            audience=AS_ADMIN,
            by=_name(by),
            link=_contacts_page(application),
            joined=joined,
            left=left,
            reason=reason.strip(),
        )


def order_signed(contact: TechnicalContact, *, by: User | None) -> None:
    """To the company's admins: who answers for the app, and what is still missing."""
    for admin in admins(contact.application, besides=[by, contact.user]):
        _post(
            admin,
            contact.application,
            key=f"application:{contact.application_id}:signed",
            template="order_signed",
            audience=AS_ADMIN,
            contact=contact.user,
        )


def delivered(application: Application, *, by: User | None) -> None:
    """To its contacts and the company's admins."""
    _tell_everybody(
        application,
        f"application:{application.pk}:delivered",
        "delivered",
        besides=[by],
    )


def offboarded(application: Application, *, by: User | None) -> None:
    """To its contacts and the company's admins."""
    _tell_everybody(
        application,
        f"application:{application.pk}:offboarded",
        "offboarded",
        besides=[by],
    )


def hosting_changed(
    application: Application,
    *,
    staying: list[TechnicalContact],
    leaving: list[TechnicalContact],
    by: User | None,
    at: datetime,
) -> None:
    """To the contacts who stay, to those who do not, and to the company's admins."""
    key = f"application:{application.pk}:hosting:{at.isoformat()}"
    people = [(contact.user, AS_CONTACT, True) for contact in staying]
    people += [(contact.user, AS_FORMER, False) for contact in leaving]
    told = [person for person, _audience, _stays in people]
    people += [
        (admin, AS_ADMIN, False) for admin in admins(application, besides=[by, *told])
    ]
    for person, audience, stays in people:
        _post(
            person,
            application,
            key=key,
            template="hosting_changed",
            audience=audience,
            link=_contacts_page(application),
            stays=stays,
            leaves=audience is AS_FORMER,
            contacts=[str(contact.user) for contact in staying],
            receives=duties.receives(application, is_you=True),
            does=duties.does(application),
        )


def handover_offered(handover: Handover) -> None:
    """To the person invited; to the contact too when somebody else offers it."""
    _post_about(
        handover,
        handover.to_user,
        "handover_offered",
        AS_INVITED,
        link=handover.get_absolute_url(),
        receives=duties.receives(handover.application, is_you=True),
        does=duties.does(handover.application),
    )
    if handover.offered_by_id != handover.from_user_id:
        _post_about(handover, handover.from_user, "handover_arranged", AS_CONTACT)


def handover_reminder(handover: Handover) -> None:
    """To the person invited, once more."""
    _post_about(
        handover,
        handover.to_user,
        "handover_reminder",
        AS_INVITED,
        link=handover.get_absolute_url(),
        occasion=f"reminder:{handover.reminded_at:%Y-%m-%dT%H:%M}",
    )


def handover_accepted(handover: Handover) -> None:
    """To the former contact; the new one has the letter of the appointment."""
    _post_about(handover, handover.from_user, "handover_accepted", AS_FORMER)


def handover_declined(handover: Handover) -> None:
    """To the contact, and to whoever offered in their place."""
    for person in givers(handover):
        _post_about(handover, person, "handover_declined", AS_GIVER)


def handover_lapsed(handover: Handover) -> None:
    """To the contact, and to whoever offered in their place."""
    for person in givers(handover):
        _post_about(handover, person, "handover_lapsed", AS_GIVER)


def handovers_withdrawn(handovers: Iterable[Handover], *, by: User | None) -> None:
    """To whoever was invited: nothing to answer any more."""
    for handover in handovers:
        if handover.to_user != by:
            _post_about(
                handover,
                handover.to_user,
                "handover_cancelled",
                AS_INVITED,
                link=handover.application.get_absolute_url(),
                by=_name(by),
            )


def rights_changed(
    membership: Membership,
    environment: Environment,
    change: Change,
    *,
    now: Collection[Right],
    by: User | None,
    at: datetime,
) -> None:
    """To the person whose rights on one environment are others now, once per save."""
    if membership.user == by:
        return
    _post(
        membership.user,
        membership.application,
        key=f"rights:{environment.pk}:{membership.pk}:{at.isoformat()}",
        template="rights_changed",
        audience=AS_MEMBER,
        environment=environment,
        by=_name(by),
        given=_labels(change.given),
        taken=_labels(change.taken),
        now=_labels(now),
    )


def rights_ended(
    membership: Membership,
    environments: Iterable[Environment],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """To a person who loses all that was given, with the team or with the Cloud."""
    if membership.user == by:
        return
    _post(
        membership.user,
        membership.application,
        key=f"rights:{membership.pk}:ended:{at.isoformat()}",
        template="rights_ended",
        audience=AS_MEMBER,
        environments=[environment.name for environment in environments],
        by=_name(by),
        link=reverse("home"),
    )


def _labels(rights: Collection[Right]) -> list[Any]:
    """In the order of the page; put into the reader's language by the letter."""
    return [right.label for right in Right if right in rights]


@dataclass(frozen=True)
class Everybody:
    """Whom an application concerns: its contacts, and the admins besides."""

    contacts: list[User]
    admins: list[User]


def everybody(
    application: Application, *, besides: Collection[User | None] = ()
) -> Everybody:
    contacts = [
        contact.user
        for contact in TechnicalContact.objects.reachable_for(application)
        if contact.user not in besides
    ]
    return Everybody(contacts, admins(application, besides=[*besides, *contacts]))


def _tell_everybody(
    application: Application, key: str, template: str, *, besides: list[User | None]
) -> None:
    found = everybody(application, besides=besides)
    people = [(person, AS_CONTACT) for person in found.contacts]
    people += [(admin, AS_ADMIN) for admin in found.admins]
    for person, audience in people:
        _post(person, application, key=key, template=template, audience=audience)


def _post_about(
    handover: Handover,
    person: User,
    template: str,
    audience: Any,
    *,
    occasion: str = "",
    link: str = "",
    **facts: Any,
) -> None:
    _post(
        person,
        handover.application,
        key=f"handover:{handover.pk}:{occasion or template}",
        template=template,
        audience=audience,
        handover=handover,
        thing=handover,
        link=link or _contacts_page(handover.application),
        **facts,
    )


def _post(
    person: User,
    application: Application,
    *,
    key: str,
    template: str,
    audience: Any,
    thing: Any = None,
    link: str = "",
    **facts: Any,
) -> None:
    if not person.is_active:
        return
    tell(
        person,
        topic=Topic.COMPANY if audience in BESIDE_THE_ROLE else Topic.CONTACT,
        key=key,
        template=f"contacts/emails/{template}",
        context={
            "application": application,
            "company_name": application.company.name,
            "person": person,
            **facts,
        },
        audience=audience,
        about=application.pk,
        thing=thing or application,
        link=link or application.get_absolute_url(),
    )


def _contacts_page(application: Application) -> str:
    return reverse("contacts:for_application", args=[application.pk])


def admins(application: Application, *, besides: Iterable[User | None]) -> list[User]:
    """The company's admins who do not know of it otherwise."""
    known = {person.pk for person in besides if person}
    return list(User.objects.admins_of(application.company).exclude(pk__in=known))


def givers(handover: Handover) -> list[User]:
    if handover.offered_by_id == handover.from_user_id:
        return [handover.from_user]
    return [handover.from_user, handover.offered_by]


def _name(by: User | None) -> str:
    return str(by or settings.VENDOR_NAME)
