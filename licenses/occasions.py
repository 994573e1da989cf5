"""Who would be told now about licenses, by the functions that its letters use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from companies.topics import Topic
from contacts import audience
from contacts.audience import Role
from contacts.occasions import Addressee, Occasion, of_readers
from licenses import emails, expansion_emails, offboarding_emails
from licenses.models import ExpansionRequest

LETTERS = {
    "renewal_reminder": ["renewal_reminder", "planned_end_reminder"],
    "renewed": ["renewed"],
    "suspended": ["suspended"],
    "reinstated": ["reinstated"],
    "revoked": ["revoked"],
    "key_activated": ["key_activated"],
    "end_planned": ["end_planned", "end_unplanned"],
    "environment_ended": ["environment_offboarded", "environment_brought_back"],
    "expansion_asked": ["expansion_asked"],
    "expansion_withdrawn": ["expansion_withdrawn"],
    "expansion_answered": ["expansion_answered"],
}
UNFORESEEN = {"key_link": "to the one contact whom a colleague picks at the server"}


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """Reminders and signatures; whoever activates a key knows of it [LI-03, LI-05]."""
    readers = emails.readers_of([application])[application.pk]
    renewal = of_readers(Topic.RENEWAL, readers)
    yield Occasion("renewal_reminder", _("Renewal reminder"), renewal)
    yield Occasion("renewed", _("The renewal is signed"), renewal)
    yield Occasion("suspended", _("A license is suspended"), renewal)
    yield Occasion("reinstated", _("A suspended license is valid again"), renewal)
    yield Occasion("revoked", _("A license is revoked"), renewal)
    if application.is_on_premises:
        told = of_readers(Topic.LICENSE, readers)
        yield Occasion("key_activated", _("A key is activated"), told)
    yield from _ends(application)
    yield from _expansions(application)


def _ends(application: Application) -> Iterator[Occasion]:
    """Both concern the same people; for the last environment the app's letter goes."""
    readers = list(offboarding_emails.readers(application))
    yield Occasion(
        "end_planned",
        _("The end of a license is planned, or runs on after all"),
        of_readers(Topic.RENEWAL, readers),
    )
    told = [
        addressee
        for reader in readers
        for addressee in of_readers(offboarding_emails.topic_of(reader), [reader])
    ]
    title = _("An environment is off-boarded, or brought back")
    yield Occasion("environment_ended", title, told)


def _expansions(application: Application) -> Iterator[Occasion]:
    """A wish for more goes to the vendor, its answer to whoever asked [LI-04]."""
    executive = audience.commercial_readers(application.company)
    title = _("More is asked for than a license covers")
    yield Occasion("expansion_asked", title, of_readers(Topic.EXPANSION, executive))
    wishes = ExpansionRequest.objects.open().of(application).with_people()
    for wish in wishes:
        facts = {"license": wish.license}
        askers = [expansion_emails.asker(wish)]
        yield Occasion(
            "expansion_answered",
            _("The wish for more of %(license)s is answered") % facts,
            [
                Addressee(one, _("asked for it"), Topic.EXPANSION)
                for one in askers
                if one
            ],
        )
        told = expansion_emails.vendor_reader(wish)
        role = Role.ACCOUNT_EXECUTIVE.label if told else _("support desk")
        yield Occasion(
            "expansion_withdrawn",
            _("The wish for more of %(license)s is taken back") % facts,
            [Addressee(told, role, Topic.EXPANSION)],
        )
