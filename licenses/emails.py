"""The letters about licenses: who is told, and which facts they need to act.

No letter holds a key: it links to the page that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from apps.models import Application
from companies.models import Company, User
from companies.notices import Tiding, Topic, tell, tell_many, tiding
from contacts import audience
from contacts.audience import Reader, Role
from licenses.models import License, LicenseKey
from licenses.reminders import Step, first_reminder_on, next_reminder_on
from outbox.models import Message

SUPPORT = "support"


@dataclass(frozen=True)
class Ending:
    """Licenses of one application that end the same day, at one step of the ladder."""

    licenses: Sequence[License]
    due_on: date
    step: Step
    rungs: Sequence[Step]
    today: date

    @property
    def application(self) -> Application:
        return self.licenses[0].application

    @property
    def days_left(self) -> int:
        return (self.due_on - self.today).days

    @property
    def is_planned(self) -> bool:
        """Nobody is asked to renew these."""
        return self.licenses[0].is_to_end

    @property
    def key(self) -> str:
        """Which licenses, which end, which step; the letterbox adds the person."""
        numbers = "+".join(str(license.number) for license in self.licenses)
        return f"license-renewal:{self.due_on}:{self.step.days}:{numbers}"


def renewed(license: License, *, old_end: date, by: User | None) -> None:
    """To who can make the new key; for Cloud to the account executive alone."""
    application = license.application
    context = {
        **_facts(application),
        "license": license,
        "old_end": old_end,
        "in_use_until": license.runs_until,
        **new_keys([license]),
    }
    _post(
        readers_of([application])[application.pk],
        without=by,
        topic=Topic.RENEWAL,
        key=f"license-renewed:{license.number}:{license.ends_on}",
        template="licenses/emails/renewed",
        context=context,
        thing=license,
        link=license.get_absolute_url(),
    )


def suspended(license: License, *, by: User | None) -> None:
    """The license stops, and what that means for the app."""
    _stopped(license, "suspended", license.suspended_at, by=by)


def revoked(license: License, *, by: User | None) -> None:
    """The license is over for good."""
    _stopped(license, "revoked", license.revoked_at, by=by)


def reinstated(license: License, *, since: datetime, by: User | None) -> None:
    """The license that was suspended runs again."""
    _stopped(license, "reinstated", since, by=by)


def _stopped(license: License, what: str, moment: datetime, *, by: User | None) -> None:
    application = license.application
    _post(
        readers_of([application])[application.pk],
        without=by,
        topic=Topic.RENEWAL,
        key=f"license-{what}:{license.number}:{moment:%Y-%m-%dT%H:%M:%S.%f}",
        template=f"licenses/emails/{what}",
        context={
            **_facts(application),
            "license": license,
            "reason": license.revocation_reason or license.suspension_reason,
            "since": moment,
        },
        thing=license,
        link=license.get_absolute_url(),
        priority=Message.Priority.URGENT,
    )


def key_activated(key: LicenseKey, *, by: User | None) -> None:
    """To the application's other technical contacts: nothing is left for them to do."""
    application = key.license.application
    _post(
        readers_of([application])[application.pk],
        without=by,
        topic=Topic.LICENSE,
        key=f"license-key-activated:{key.pk}",
        template="licenses/emails/key_activated",
        context={**_facts(application), "key": key, "license": key.license, "by": by},
        thing=key,
        link=key.license.get_absolute_url(),
    )


def key_link(key: LicenseKey, *, to: User, by: User, at: datetime) -> bool:
    """To a contact at the server: the steps, and where the key is. Once a day.

    Somebody stands there and waits for it: it comes at any hour.
    """
    application = key.license.application
    reader = Reader(to, Role.CONTACT)
    return tell(
        to,
        topic=Topic.CONTACT,
        key=f"license-key-link:{key.pk}:{application.company.today(at)}",
        template="licenses/emails/key_link",
        context={
            **_facts(application),
            **reader_facts(reader, [reader]),
            "key": key,
            "license": key.license,
            "by": by,
        },
        audience=told_as(reader, application),
        reply_to=by.email,
        about=application.pk,
        thing=key,
        link=key.get_absolute_url(),
        priority=Message.Priority.URGENT,
        at=at,
    )


def renewal_reminders(ending: Ending, readers: Sequence[Reader]) -> Iterator[Tiding]:
    """One for each reader [LI-03]; for the support desk when there is none."""
    facts = {**_facts(ending.application), **reminder_facts(ending)}
    for reader in readers or [None]:
        yield tiding(
            reader.user if reader else None,
            topic=Topic.RENEWAL,
            key=ending.key,
            to=reader.user.email if reader else settings.SUPPORT_EMAIL,
            template=f"licenses/emails/{_reminder(ending)}",
            context={**facts, **reader_facts(reader, readers)},
            audience=told_as(reader, ending.application),
            reply_to=settings.SUPPORT_EMAIL,
            about=ending.application.pk,
            thing=ending.licenses[0],
            link=_page(reader, facts),
            priority=Message.Priority.BULK,
        )


def _reminder(ending: Ending) -> str:
    return "planned_end_reminder" if ending.is_planned else "renewal_reminder"


def readers_of(applications: Iterable[Application]) -> dict[Any, list[Reader]]:
    """Who is told about licenses [LI-03, LI-05].

    On-Premises the technical contacts or who stands in for them, for Cloud the
    vendor's own people. An empty list is left for the support desk.
    """
    applications = list(applications)
    readers = {
        app.pk: audience.commercial_readers(app.company)
        for app in applications
        if app.is_cloud
    }
    own = [app for app in applications if not app.is_cloud]
    return readers | audience.technical_readers(own) if own else readers


def _post(
    readers: Sequence[Reader],
    *,
    without: User | None,
    context: dict[str, Any],
    thing: Model,
    **letter: Any,
) -> None:
    """The same to each reader but the one who did it."""
    application: Application = context["application"]
    tell_many(
        tiding(
            reader.user,
            context={**context, **reader_facts(reader, readers)},
            audience=told_as(reader, application),
            reply_to=settings.SUPPORT_EMAIL,
            about=application.pk,
            thing=thing,
            **letter,
        )
        for reader in readers
        if reader.user != without
    )


def _facts(application: Application) -> dict[str, Any]:
    company: Company = application.company
    return {
        "application": application,
        "company_name": company.name,
        "executive": next(
            (reader.user for reader in audience.commercial_readers(company)), None
        ),
    }


def reader_facts(reader: Reader | None, readers: Sequence[Reader]) -> dict[str, Any]:
    """Why this person, and who else."""
    others = [str(other.user) for other in readers if reader and other != reader]
    return {
        "role": reader.role.value if reader else SUPPORT,
        "makes_keys": bool(reader) and reader.role == Role.CONTACT,
        "is_vendor": reader is None or reader.user.is_staff,
        "others": listed(others),
    }


def reminder_facts(ending: Ending) -> dict[str, Any]:
    licenses = ending.licenses
    renewed = [license for license in licenses if license.is_renewed_not_activated]
    return {
        "licenses": licenses,
        "count": len(licenses),
        "count_words": number_word(len(licenses)),
        "all_renewed": len(renewed) == len(licenses),
        "some_renewed": bool(renewed),
        "due_on": ending.due_on,
        "days_left": ending.days_left,
        "days_over": -ending.days_left,
        "has_ended": ending.days_left < 0,
        "today": ending.today,
        "first_on": first_reminder_on(ending.due_on, ending.rungs),
        "next_on": next_reminder_on(ending.due_on, ending.step, ending.rungs),
        "grace_days": settings.LICENSE_GRACE_DAYS,
        "grace_until": ending.due_on + timedelta(days=settings.LICENSE_GRACE_DAYS),
        "look_path": _look_path(ending),
        **new_keys(licenses),
        "desk_path": reverse("admin:licenses_license_change", args=[licenses[0].pk]),
        "kept_days": settings.LICENSE_KEPT_DAYS,
    }


def _page(reader: Reader | None, facts: dict[str, Any]) -> str:
    """Staff renew it in the support desk; who makes keys finds the way there."""
    is_staff = reader is not None and reader.user.is_staff
    return facts["desk_path"] if is_staff else facts["look_path"]


def _look_path(ending: Ending) -> str:
    if len(ending.licenses) == 1:
        return ending.licenses[0].get_absolute_url()
    return reverse("licenses:for_application", args=[ending.application.pk])


def new_keys(licenses: Sequence[License]) -> dict[str, Any]:
    """What waits to be activated, and where: the key itself, or the list of them."""
    keys = [key for one in licenses for key in one.keys.all() if key.is_waiting]
    first = licenses[0]
    path = reverse("licenses:for_application", args=[first.application.pk])
    if len(keys) == 1:
        path = keys[0].get_absolute_url()
    elif len(licenses) == 1:
        path = first.get_absolute_url()
        if not keys:
            path = reverse("licenses:generate", args=[first.pk])
    return {"new_keys": keys, "key_path": path}


def _told_as(reader: Reader | None, application: Application) -> str:
    """For the record: in which role somebody was told."""
    role = reader.role.label if reader else _("support desk")
    return _("%(role)s, %(application)s") % {"role": role, "application": application}


def _listed(names: list[str]) -> str:
    """Ben, Mara and Priya"""
    return get_text_list(names, _("and"))


def _number_word(number: int) -> str:
    """Small numbers are words in a headline."""
    words = [_("two"), _("three"), _("four"), _("five"), _("six"), _("seven")]
    return words[number - 2] if 2 <= number <= 7 else str(number)


# Said when the letter is rendered: only then the reader's language is on.
listed = lazy(_listed, str)
number_word = lazy(_number_word, str)
told_as = lazy(_told_as, str)
