"""The letters that keep every application's contact reachable, and to whom they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies import notices
from companies.models import User
from companies.topics import Topic
from contacts import still_links
from contacts.audience import Reader, Role, are_heard, commercial_readers
from contacts.models import Concern, Review, TechnicalContact, mail_comes_back

AS_CONTACT = _("You get this because you are a technical contact.")
AS_ADMIN = _("You get this because you are a company admin.")
AS_VENDOR = _("You get this because you look after this customer.")
AS_DESK = _("You get this because you are the support desk.")


def still_contact(
    reviews: Sequence[Review], *, occasion: str = "asked", by: User | None = None
) -> None:
    """To one person: all the applications they are asked about, and one link.

    `by` asks besides the quarterly question, and the letter says so.
    """
    first = reviews[0]
    if not first.user.is_active:
        return
    applications = [review.application for review in reviews]
    path = still_links.path_of(first.round)
    notices.tell(
        first.user,
        topic=Topic.CONTACT,
        key=f"still-contact:{first.round}:{occasion}",
        template="contacts/emails/still_contact",
        context={
            **_about(applications),
            "path": path,
            "asked_at": first.asked_at,
            "is_reminder": occasion == "reminder",
            "asked_by": by,
            "silent_days": settings.STILL_CONTACT_SILENT_DAYS,
        },
        link=path,
        audience=AS_CONTACT,
        about=applications[0].pk,
        thing=first,
    )


def contact_raised(contacts: Sequence[TechnicalContact], concern: Concern) -> None:
    """To the company's admins; without any, to whoever stands in for them."""
    _tell(
        contacts,
        concern,
        "contact_raised",
        raised_readers(contacts[0].application, contacts[0].user),
    )


def contact_escalated(contacts: Sequence[TechnicalContact], concern: Concern) -> None:
    """To the account executive and to the support desk: nobody has mended it."""
    application = contacts[0].application
    before = raised_readers(application, contacts[0].user)
    _tell(
        contacts,
        concern,
        "contact_escalated",
        escalation_readers(application),
        admins_know=any(_is_admin(reader) for reader in before),
    )


def raised_readers(application: Application, person: User) -> list[Reader | None]:
    """The admins besides the person it is about; None is the support desk.

    Where mail to each of these admins comes back, the vendor hears of it with them.
    """
    admins = User.objects.admins_of(application.company).exclude(pk=person.pk)
    admins = admins.annotate(mail_comes_back=mail_comes_back())
    found = [
        Reader(admin, Role.COMPANY_ADMIN) for admin in admins.order_by("name", "id")
    ]
    if are_heard(found):
        return found
    return found + (commercial_readers(application.company) or [None])


def escalation_readers(application: Application) -> list[Reader | None]:
    """Who looks after the customer, and the support desk besides."""
    return [*commercial_readers(application.company), None]


def _tell(
    contacts: Sequence[TechnicalContact],
    concern: Concern,
    template: str,
    readers: Sequence[Reader | None],
    **facts: Any,
) -> None:
    first = contacts[0]
    applications = [contact.application for contact in contacts]
    context = {
        **_about(applications),
        "person": first.user,
        "contact": first,
        "kind": concern.kind,
        "words": first.bounce_words or "",
        "raised_at": concern.raised_at,
        "escalation_days": settings.CONTACT_ESCALATION_DAYS,
        **facts,
    }
    notices.tell_many(
        notices.tiding(
            reader.user if reader else None,
            topic=Topic.REACH,
            key=f"concern:{concern.pk}:{template}",
            template=f"contacts/emails/{template}",
            context={**context, "is_vendor": _is_vendor(reader)},
            link=first.user.get_absolute_url(),
            audience=_why(reader),
            about=first.application_id,
            thing=concern,
            **({} if reader else {"to": settings.SUPPORT_EMAIL}),
        )
        for reader in readers
    )


def _about(applications: Sequence[Application]) -> dict[str, Any]:
    return {
        "applications": applications,
        "application": applications[0],
        "count": len(applications),
        "company_name": applications[0].company.name,
    }


def _is_vendor(reader: Reader | None) -> bool:
    return reader is None or reader.user.is_staff


def _is_admin(reader: Reader | None) -> bool:
    return reader is not None and reader.role == Role.COMPANY_ADMIN


def _why(reader: Reader | None) -> Any:
    if reader is None:
        return AS_DESK
    return AS_ADMIN if _is_admin(reader) else AS_VENDOR
