"""Letters about an application itself, with made-up facts; and two applications."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment, Membership
from companies.made_up import ACME, ALICE, BOB, WILLEM
from companies.topics import Topic
from outbox.samples import Sample

DEPOT = Application(
    pk=UUID(int=30),
    company=ACME,
    name="Depot Control",
    description="Loading and parcels at the docks",
    hosting=Application.Hosting.ON_PREMISES,
    location="Rotterdam",
    named_contact=BOB,
    ordered_by=ALICE,
)
TRACK = Application(
    pk=UUID(int=31), company=ACME, name="Track & Trace", hosting="cloud"
)
PRODUCTION = Environment(pk=UUID(int=32), application=DEPOT, name="production")
ACCEPTANCE = Environment(pk=UUID(int=33), application=DEPOT, name="acceptance")
ON_CLOUD = Environment(pk=UUID(int=34), application=TRACK, name="production")

SAMPLES = [
    Sample(
        template="applications/emails/ordered",
        topic=Topic.COMPANY.label,
        when=_("A customer orders an app."),
        to=_("the account executive, else the support desk"),
        why=_("You get this because you look after this customer."),
        name=WILLEM.name,
        facts=lambda at: {
            "application": DEPOT,
            "company_name": ACME.name,
            "environments": [PRODUCTION, ACCEPTANCE],
        },
    ),
    Sample(
        template="applications/emails/joined",
        topic=Topic.COMPANY.label,
        when=_("Somebody is put on the team of an app."),
        to=_("the new member of the team"),
        why=_("You get this because you are on the team of this app."),
        facts=lambda at: {
            "application": DEPOT,
            "by": ALICE,
            "company_name": ACME.name,
            "membership": Membership(application=DEPOT, user=BOB),
        },
    ),
]
