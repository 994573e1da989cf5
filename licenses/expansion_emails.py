"""The letters about wishes for more: to the account executive, and the answer back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import User
from companies.notices import Topic, tell_many, tiding
from licenses.models import ExpansionRequest

AS_EXECUTIVE = _("You get this because you are the account executive of this customer.")
AS_DESK = _("You get this because this customer has no active account executive.")
AS_ASKER = _("You get this because you asked for it.")


def asked(request: ExpansionRequest) -> None:
    """To the account executive, else to support; an answer goes to whoever asked."""
    _tell_vendor(request, "expansion_asked", reply_to=request.asked_by.email)


def withdrawn(request: ExpansionRequest) -> None:
    """To whoever was to answer: nothing is left to do."""
    _tell_vendor(request, "expansion_withdrawn", reply_to=request.asked_by.email)


def answered(request: ExpansionRequest) -> None:
    """To whoever asked: it is being discussed, agreed or declined, by whom and why."""
    by = request.closed_by or request.taken_up_by
    _tell(
        request,
        asker(request),
        key=f"expansion:{request.pk}:{request.state}",
        template="licenses/emails/expansion_answered",
        audience=AS_ASKER,
        link=request.get_absolute_url(),
        reply_to=by.email if by else settings.SUPPORT_EMAIL,
        by=by,
    )


def asker(request: ExpansionRequest) -> User | None:
    """Who is to get the answer, while they are still here."""
    return request.asked_by if request.asked_by.is_active else None


def vendor_reader(request: ExpansionRequest) -> User | None:
    """Who is no longer active is not written to; None is the desk, which stands in."""
    executive = request.executive
    return executive if executive and executive.is_active else None


def _tell_vendor(request: ExpansionRequest, template: str, **letter: Any) -> None:
    reader = vendor_reader(request)
    _tell(
        request,
        reader,
        key=f"expansion:{request.pk}:{request.state}:vendor",
        template=f"licenses/emails/{template}",
        audience=AS_EXECUTIVE if reader else AS_DESK,
        link=desk_path(request),
        to=reader.email if reader else settings.SUPPORT_EMAIL,
        **letter,
    )


def _tell(
    request: ExpansionRequest,
    reader: User | None,
    *,
    link: str,
    by: User | None = None,
    **letter: Any,
) -> None:
    if reader is None and "to" not in letter:
        return
    application = request.license.application
    context = {
        "expansion": request,
        "license": request.license,
        "application": application,
        "company_name": application.company.name,
        "path": link,
        "by": by,
    }
    tell_many(
        [
            tiding(
                reader,
                topic=Topic.EXPANSION,
                context=context,
                about=application.pk,
                thing=request,
                link=link,
                **letter,
            )
        ]
    )


def desk_path(request: ExpansionRequest) -> str:
    return reverse("admin:licenses_expansionrequest_change", args=[request.pk])
