"""The letters about an application itself: who gets them and which facts they bear."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Membership
from companies.models import User
from companies.notices import Topic, tell, tell_many, tiding


def application_ordered(application: Application) -> None:
    """To the customer's account executive, else to the support desk."""
    executive = application.company.account_executive
    reader = executive if executive and executive.is_active else None
    tell_many(
        [
            tiding(
                reader,
                topic=Topic.COMPANY,
                to=reader.email if reader else settings.SUPPORT_EMAIL,
                key=f"application:{application.pk}:ordered",
                template="applications/emails/ordered",
                context={
                    "application": application,
                    "company_name": application.company.name,
                    "environments": list(
                        application.environments.order_by("created_at")
                    ),
                },
                audience=_("You get this because you look after this customer."),
                about=application.pk,
                thing=application,
                link=application.get_absolute_url(),
            )
        ]
    )


def joined_team(membership: Membership, *, by: User | None) -> None:
    """To whoever is on a team from now on, unless they did it themselves."""
    application, person = membership.application, membership.user
    if person == by:
        return
    tell(
        person,
        topic=Topic.COMPANY,
        key=f"membership:{application.pk}:{membership.pk}:joined",
        template="applications/emails/joined",
        context={
            "application": application,
            "company_name": application.company.name,
            "membership": membership,
            "by": by,
        },
        audience=_("You get this because you are on the team of this app."),
        about=application.pk,
        link=application.get_absolute_url(),
    )
