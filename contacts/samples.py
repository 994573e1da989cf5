"""Letters about technical contacts and rights, with made-up facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from apps.samples import DEPOT, ON_CLOUD, TRACK
from companies.made_up import ACME, ALICE, BOB, PRIYA
from companies.models import User
from companies.topics import Topic
from contacts import duties, emails, reach_emails, still_links
from contacts.models import Handover, Right, TechnicalContact
from outbox.samples import Sample

Words = str | Promise

BOTH_SIDES = _("the technical contacts and the company's admins")
GIVER = _("the technical contact who gives the role away")


def _facts(application: Application, person: User, **facts: Any) -> dict[str, Any]:
    return {
        "application": application,
        "company_name": application.company.name,
        "person": person,
        **facts,
    }


def _duties(application: Application) -> dict[str, Any]:
    return {
        "receives": duties.receives(application, is_you=True),
        "does": duties.does(application),
    }


def _contact(at: datetime) -> TechnicalContact:
    return TechnicalContact(
        pk=UUID(int=40),
        application=DEPOT,
        user=PRIYA,
        hosting=DEPOT.hosting,
        appointed_at=at,
        appointed_by=ALICE,
        reason="Bob moves to another project.",
    )


def _handover(at: datetime) -> Handover:
    return Handover(
        pk=UUID(int=41),
        application=DEPOT,
        from_user=BOB,
        to_user=PRIYA,
        offered_by=ALICE,
        message="Bob moves to another project. Would you?",
        answer="Not before spring.",
        offered_at=at - timedelta(days=1),
        lapses_at=at + timedelta(days=6),
    )


def _letter(
    name: str,
    when: Words,
    to: Words,
    why: Words,
    facts: Any,
    *,
    person: User = BOB,
    topic: Topic = Topic.CONTACT,
) -> Sample:
    return Sample(
        template=f"contacts/emails/{name}",
        topic=topic.label,
        when=when,
        to=to,
        why=why,
        name=person.name,
        facts=facts,
    )


def _concern(at: datetime, **facts: Any) -> dict[str, Any]:
    return _facts(
        DEPOT,
        PRIYA,
        applications=[DEPOT],
        contact=_contact(at),
        count=1,
        escalation_days=settings.CONTACT_ESCALATION_DAYS,
        kind="bounced",
        raised_at=at,
        words="550 5.1.1 no such person",
        **facts,
    )


def _still(at: datetime) -> dict[str, Any]:
    return {
        "application": DEPOT,
        "applications": [DEPOT, TRACK],
        "company_name": ACME.name,
        "count": 2,
        "asked_at": at,
        "asked_by": None,
        "is_reminder": False,
        "path": still_links.path_of(UUID(int=42)),
        "silent_days": settings.STILL_CONTACT_SILENT_DAYS,
    }


ROLE = [
    _letter(
        "order_signed",
        _("The order of an app is signed."),
        _("the company's admins"),
        emails.AS_ADMIN,
        lambda at: _facts(DEPOT, ALICE, contact=BOB),
        person=ALICE,
        topic=Topic.COMPANY,
    ),
    _letter(
        "delivered",
        _("An app is delivered."),
        BOTH_SIDES,
        emails.AS_CONTACT,
        lambda at: _facts(DEPOT, BOB),
    ),
    _letter(
        "appointed",
        _("Somebody becomes technical contact."),
        _("the new technical contact"),
        emails.AS_CONTACT,
        lambda at: _facts(
            DEPOT, PRIYA, contact=_contact(at), former=BOB, **_duties(DEPOT)
        ),
        person=PRIYA,
    ),
    _letter(
        "dismissed",
        _("Somebody is technical contact no longer."),
        _("the former technical contact"),
        emails.AS_FORMER,
        lambda at: _facts(
            DEPOT, BOB, by=ALICE.name, successor=PRIYA, reason="He moves to Lyon."
        ),
    ),
    _letter(
        "changed",
        _("The technical contacts of an app have changed."),
        _("the company's admins"),
        emails.AS_ADMIN,
        lambda at: _facts(
            DEPOT, ALICE, by=BOB.name, joined=PRIYA, left=BOB, reason="He moves."
        ),
        person=ALICE,
        topic=Topic.COMPANY,
    ),
    _letter(
        "hosting_changed",
        _("An app changes between On-Premises and Cloud."),
        BOTH_SIDES,
        emails.AS_CONTACT,
        lambda at: _facts(
            TRACK, BOB, contacts=[BOB.name], leaves=False, stays=True, **_duties(TRACK)
        ),
    ),
    _letter(
        "offboarded",
        _("An app is off-boarded."),
        BOTH_SIDES,
        emails.AS_CONTACT,
        lambda at: _facts(DEPOT, BOB),
    ),
]

HANDOVERS = [
    _letter(
        "handover_offered",
        _("A handover is offered."),
        _("the person who is asked to take over"),
        emails.AS_INVITED,
        lambda at: _facts(DEPOT, PRIYA, handover=_handover(at), **_duties(DEPOT)),
        person=PRIYA,
    ),
    _letter(
        "handover_arranged",
        _("An admin offers the role of a technical contact to somebody else."),
        GIVER,
        emails.AS_CONTACT,
        lambda at: _facts(DEPOT, BOB, handover=_handover(at)),
    ),
    _letter(
        "handover_reminder",
        _("A handover waits for its answer."),
        _("the person who is asked to take over"),
        emails.AS_INVITED,
        lambda at: _facts(DEPOT, PRIYA, handover=_handover(at)),
        person=PRIYA,
    ),
    _letter(
        "handover_accepted",
        _("A handover is accepted."),
        GIVER,
        emails.AS_FORMER,
        lambda at: _facts(DEPOT, BOB, handover=_handover(at)),
    ),
    _letter(
        "handover_declined",
        _("A handover is declined."),
        GIVER,
        emails.AS_GIVER,
        lambda at: _facts(DEPOT, BOB, handover=_handover(at)),
    ),
    _letter(
        "handover_lapsed",
        _("A handover was not answered in time."),
        GIVER,
        emails.AS_GIVER,
        lambda at: _facts(DEPOT, BOB, handover=_handover(at)),
    ),
    _letter(
        "handover_cancelled",
        _("A handover is withdrawn."),
        _("the person who was asked to take over"),
        emails.AS_INVITED,
        lambda at: _facts(DEPOT, PRIYA, by=ALICE.name, handover=_handover(at)),
        person=PRIYA,
    ),
]

RIGHTS = [
    _letter(
        "rights_changed",
        _("Somebody's rights on an environment are others now."),
        _("the person whose rights they are"),
        emails.AS_MEMBER,
        lambda at: _facts(
            TRACK,
            PRIYA,
            by=BOB.name,
            environment=ON_CLOUD,
            given=[Right.BACKUPS.label],
            taken=[Right.MONITORING.label],
            now=[Right.BACKUPS.label],
        ),
        person=PRIYA,
        topic=Topic.COMPANY,
    ),
    _letter(
        "rights_ended",
        _("Somebody's rights end, with the team or with the Cloud."),
        _("the person whose rights they were"),
        emails.AS_MEMBER,
        lambda at: _facts(TRACK, PRIYA, by=BOB.name, environments=[ON_CLOUD.name]),
        person=PRIYA,
        topic=Topic.COMPANY,
    ),
]

REACH = [
    _letter(
        "still_contact",
        _("Every quarter: is the technical contact still the right one?"),
        _("each technical contact"),
        reach_emails.AS_CONTACT,
        _still,
    ),
    _letter(
        "contact_raised",
        _("A technical contact cannot be reached."),
        _("the company's admins, else who looks after the customer"),
        reach_emails.AS_ADMIN,
        lambda at: _concern(at, is_vendor=False),
        person=ALICE,
        topic=Topic.REACH,
    ),
    _letter(
        "contact_escalated",
        _("Nobody has mended it for a while."),
        _("the account executive and the support desk"),
        reach_emails.AS_DESK,
        lambda at: _concern(at, is_vendor=True, admins_know=True),
        person=User(),
        topic=Topic.REACH,
    ),
]

SAMPLES = [*ROLE, *HANDOVERS, *RIGHTS, *REACH]
