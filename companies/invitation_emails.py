"""The letters about invitations: to whoever is invited, and to whoever waits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies import notices
from companies.models import Invitation, User
from outbox import posting
from outbox.models import Message
from outbox.rendering import Reader, ReaderLike

AS_INVITED = _("whoever was invited at this address")
AS_INVITER = _("you invited somebody")
AS_ADMIN = _("you are a company admin")


def invitation(row: Invitation, *, token: str) -> None:
    """To the invited address: who asks, to what, and the link with the only token."""
    _post_link(row, "invitation", token, occasion=row.token_digest[:32])


def reminder(row: Invitation, *, token: str) -> None:
    """To the invited address, once, shortly before the end."""
    _post_link(row, "invitation_reminder", token, occasion=row.reminder_digest[:32])


def accepted(row: Invitation, person: User) -> None:
    """To whoever invited and to the company's admins, each once."""
    told = {row.invited_by.pk: (row.invited_by, AS_INVITER)}
    for admin in User.objects.admins_of(row.company):
        told.setdefault(admin.pk, (admin, AS_ADMIN))
    told.pop(person.pk, None)
    for reader, audience in told.values():
        if reader.is_active:
            path = person.get_absolute_url()
            _tell(row, reader, "accepted", audience, path, newcomer=person)


def lapsed(row: Invitation) -> None:
    """To whoever invited; to the company's admins where that person has gone."""
    if row.invited_by.runs(row.company):
        _tell(row, row.invited_by, "lapsed", AS_INVITER, reverse("companies:people"))
        return
    for admin in User.objects.admins_of(row.company):
        _tell(row, admin, "lapsed", AS_ADMIN, reverse("companies:people"))


def _post_link(row: Invitation, template: str, token: str, *, occasion: str) -> None:
    account = User.objects.filter(email=row.email).first()
    reader: ReaderLike = account or Reader(
        name=row.name, language=_language(row), time_zone=row.company.time_zone
    )
    posting.post(
        key=f"invitation:{row.pk}:{occasion}",
        to=row.email,
        reader=reader,
        template=f"companies/emails/{template}",
        context={
            "invitation": row,
            "company_name": row.company.name,
            "is_admin": row.role == Invitation.Role.ADMIN,
            "link": settings.PUBLIC_URL + reverse("companies:invitation", args=[token]),
        },
        audience=AS_INVITED,
        thing=row,
        reply_to=row.invited_by.email,
        priority=Message.Priority.URGENT,
        expires_at=row.lapses_at,
    )


def _tell(
    row: Invitation, person: User, outcome: str, audience: Any, path: str, **facts: Any
) -> None:
    notices.tell(
        person,
        topic=notices.Topic.COMPANY,
        key=f"invitation:{row.pk}:{outcome}",
        template=f"companies/emails/invitation_{outcome}",
        context={
            "invitation": row,
            "company_name": row.company.name,
            "is_inviter": person.pk == row.invited_by_id,
            "link": settings.PUBLIC_URL + path,
            **facts,
        },
        link=path,
        audience=audience,
        thing=row,
        at=row.closed_at,
    )


def _language(row: Invitation) -> str:
    """A colleague's language is the best guess; of the vendor's people ours is."""
    return "" if row.invited_by.is_staff else row.invited_by.language
