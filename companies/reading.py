"""Reading the activity log: what is looked for, how far back, as a file [CO-18]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import ActivityEntry, ActivityQuerySet
from companies.verbs import Verb

CHUNK = 1_000
# A day has a midnight in every zone and a day after it.
SANE_DAYS = [
    MinValueValidator(date(2000, 1, 1)),
    MaxValueValidator(date(2999, 12, 31)),
]


class Kind(models.TextChoices):
    """What an entry is about, for the filter."""

    ACCESS = "access", gettext_lazy("Team and rights")
    CONTACTS = "contacts", gettext_lazy("Technical contacts")
    APPLICATIONS = "applications", gettext_lazy("Apps and environments")
    LICENSES = "licenses", gettext_lazy("Licenses and keys")
    TICKETS = "tickets", gettext_lazy("Tickets")
    MAINTENANCE = "maintenance", gettext_lazy("Maintenance")
    ACCOUNTS = "accounts", gettext_lazy("Company and accounts")


# By the first word of the verb; a verb that is gone, in an old entry, is of accounts.
KINDS = {
    "account": Kind.ACCOUNTS,
    "address": Kind.ACCOUNTS,
    "admin": Kind.ACCOUNTS,
    "application": Kind.APPLICATIONS,
    "archive": Kind.ACCOUNTS,
    "calendar": Kind.ACCOUNTS,
    "company": Kind.ACCOUNTS,
    "contact": Kind.CONTACTS,
    "domain": Kind.ACCOUNTS,
    "end": Kind.LICENSES,
    "entitlements": Kind.LICENSES,
    "environment": Kind.APPLICATIONS,
    "expansion": Kind.LICENSES,
    "file": Kind.LICENSES,
    "handover": Kind.CONTACTS,
    "hosting": Kind.APPLICATIONS,
    "invitation": Kind.ACCOUNTS,
    "key": Kind.LICENSES,
    "level": Kind.ACCOUNTS,
    "license": Kind.LICENSES,
    "maintenance": Kind.MAINTENANCE,
    "order": Kind.APPLICATIONS,
    "passkey": Kind.ACCOUNTS,
    "password": Kind.ACCOUNTS,
    "person": Kind.ACCOUNTS,
    "policy": Kind.LICENSES,
    "recovery": Kind.ACCOUNTS,
    "renewal": Kind.LICENSES,
    "rights": Kind.ACCESS,
    "seat": Kind.LICENSES,
    "second": Kind.ACCOUNTS,
    "security": Kind.ACCOUNTS,
    "server": Kind.LICENSES,
    "session": Kind.ACCOUNTS,
    "sessions": Kind.ACCOUNTS,
    "sign": Kind.ACCOUNTS,
    "signing": Kind.LICENSES,
    "team": Kind.ACCESS,
    "ticket": Kind.TICKETS,
    "token": Kind.LICENSES,
}
# What did not come to be; everything else was done.
OUTCOMES = {
    Verb.RIGHTS_REFUSED: gettext_lazy("refused"),
    Verb.HANDOVER_DECLINED: gettext_lazy("declined"),
    Verb.HANDOVER_CANCELLED: gettext_lazy("withdrawn"),
    Verb.HANDOVER_LAPSED: gettext_lazy("lapsed"),
}


def kind_of(verb: str) -> Kind:
    return KINDS.get(verb.partition("_")[0], Kind.ACCOUNTS)


def verbs_of(kind: str) -> list[str]:
    return [verb for verb in Verb.values if kind_of(verb) == kind]


def outcome_of(entry: ActivityEntry) -> str:
    """What came of it, in a word."""
    return str(OUTCOMES.get(entry.verb) or _("done"))


class LogFilter(forms.Form):
    """The filter bar of the log; what makes no sense is left out."""

    q = forms.CharField(max_length=100, required=False)
    who = forms.CharField(max_length=100, required=False)
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    since = forms.DateField(required=False, validators=SANE_DAYS)
    until = forms.DateField(required=False, validators=SANE_DAYS)

    kinds = Kind.choices

    def chosen(self, name: str) -> Any:
        """What was asked for, or nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    @property
    def is_narrow(self) -> bool:
        return any(self.chosen(name) for name in self.fields)

    @property
    def looks_for_words(self) -> bool:
        return bool(self.chosen("q") or self.chosen("who"))

    def found_in(self, log: ActivityQuerySet) -> ActivityQuerySet:
        """The entries that the bar asks for, of all that are kept."""
        if kind := self.chosen("kind"):
            log = log.of_verbs(verbs_of(kind))
        if since := self.chosen("since"):
            log = log.since(_midnight(since))
        if until := self.chosen("until"):
            log = log.before(_midnight(until + timedelta(days=1)))
        return log.by(self.chosen("who")).saying(self.chosen("q"))

    def on_screen(self, log: ActivityQuerySet, at: datetime) -> ActivityQuerySet:
        """The same for a page: words are looked for among the latest days only.

        No index finds a word in the middle of a text, so the days bound what is read;
        the file has them all.
        """
        found = self.found_in(log)
        days = settings.ACTIVITY_SEARCHED_DAYS
        if self.looks_for_words and days:
            return found.since(at - timedelta(days=days))
        return found


def _midnight(day: date) -> datetime:
    """Where the day begins for the reader."""
    return timezone.make_aware(datetime.combine(day, time()))


def rows(log: ActivityQuerySet) -> Iterator[list[Any]]:
    """The head, then a line for each entry, the newest first, read bit by bit."""
    yield [
        _("When"),
        _("Who"),
        _("What"),
        _("Kind"),
        _("Thing"),
        _("Old value"),
        _("New value"),
        _("Outcome"),
        _("Company"),
        _("App"),
    ]
    found = log.select_related("company").order_by("-at", "-id")
    for entry in found.iterator(chunk_size=CHUNK):
        yield [
            entry.at.isoformat(timespec="seconds"),
            entry.actor,
            entry.sentence,
            kind_of(entry.verb).label,
            entry.thing,
            entry.old,
            entry.new,
            outcome_of(entry),
            entry.company.name if entry.company else "",
            entry.about or "",
        ]
