"""Who was told what about an application, when, and whether it arrived.

Letters as the outbox has them, and beside them what people read in the portal alone,
having switched its e-mail off. No words of a letter are shown here, to nobody: some let
their reader in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.models import Application
from companies import past as past_notices
from companies.models import Notice, User
from contacts.past import admins_of, customers_of, is_a_customers
from contacts.rights import may_manage_contacts
from outbox import past as past_letters
from outbox.models import Attempt, Message
from ui import times

CHUNK = 500
LOOKS = {
    Message.State.WAITING: "mail.waiting",
    Message.State.SENDING: "mail.sending",
    Message.State.SENT: "mail.sent",
    Message.State.BOUNCED: "mail.bounced",
    Message.State.FAILED: "mail.failed",
    Message.State.CANCELLED: "mail.cancelled",
    Message.State.FOLDED: "mail.folded",
}
OUTCOMES = {
    "sent": gettext_lazy("Sent"),
    "folded": gettext_lazy("In a digest"),
    "waiting": gettext_lazy("Waiting"),
    "lost": gettext_lazy("Not delivered"),
    "cancelled": gettext_lazy("Not sent"),
    "portal": gettext_lazy("In the portal only"),
}


class PastFilter(forms.Form):
    """The filter bar; what makes no sense is left out."""

    q = forms.CharField(max_length=100, required=False)
    who = forms.CharField(max_length=100, required=False)
    outcome = forms.ChoiceField(choices=list(OUTCOMES.items()), required=False)

    outcomes = list(OUTCOMES.items())

    def chosen(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    @property
    def is_narrow(self) -> bool:
        return any(self.chosen(name) for name in self.fields)


@dataclass(frozen=True)
class Line:
    """One thing that one person was told, as the page and the file show it."""

    row: Message | Notice
    subject: str
    at: datetime
    name: str
    address: str
    why: str
    look: str
    detail: str

    @property
    def desk_id(self) -> Any:
        """The letter's key at the desk; a notice has none."""
        return self.row.pk if isinstance(self.row, Message) else None


class Past:
    """What one reader may know of what was told about one application.

    Contacts, admins of the company and staff read all of it, anybody else on the team
    what they were told themselves. What the vendor's own people are told, or were while
    they worked there, stays with them. Who is company admin is said to nobody who must
    not know [CO-06].
    """

    def __init__(
        self, application: Application, reader: User, bar: PastFilter, at: datetime
    ) -> None:
        self.application = application
        self.reader = reader
        self.bar = bar
        self.at = at

    @cached_property
    def sees_all(self) -> bool:
        return may_manage_contacts(self.reader, self.application)

    @cached_property
    def admins(self) -> dict[str, bool]:
        """Addresses of admins whom the reader must not know as such; on the team?"""
        return {} if self.reader.sees_roles else admins_of(self.application)

    @cached_property
    def unnamed(self) -> set[str]:
        """Those of them whom the reader does not know from the team either."""
        return {email for email, is_on_team in self.admins.items() if not is_on_team}

    def parts(self) -> list[QuerySet]:
        """Letters, then notices without one; none of a sort that is not asked for."""
        outcome = self.bar.chosen("outcome")
        letters, notices = self._letters(), self._notices()
        if outcome == "portal":
            return [letters.none(), notices]
        if outcome:
            words = {
                "sent": letters.sent,
                "folded": letters.folded,
                "waiting": letters.waiting,
                "lost": letters.lost,
                "cancelled": letters.cancelled,
            }
            return [words[outcome](), notices.none()]
        return [letters, notices]

    def _letters(self) -> QuerySet:
        letters = past_letters.letters_about(self.application.pk)
        if not self.sees_all:
            letters = letters.to_address(self.reader.email)
        elif not self.reader.is_staff:
            letters = letters.filter(is_a_customers("recipient", self.application))
        letters = past_letters.to_somebody(
            letters, self.bar.chosen("who"), unnamed=self.unnamed
        )
        return past_letters.saying(letters, self.bar.chosen("q"), unnamed=self.unnamed)

    def _notices(self) -> QuerySet:
        notices = past_notices.notices_about(self.application.pk)
        if not self.sees_all:
            notices = notices.filter(person=self.reader)
        elif not self.reader.is_staff:
            notices = notices.filter(person__in=customers_of(self.application))
        notices = past_notices.to_somebody(
            notices, self.bar.chosen("who"), unnamed=self.unnamed
        )
        return past_notices.saying(notices, self.bar.chosen("q"), unnamed=self.unnamed)

    def line(self, row: Message | Notice) -> Line:
        is_letter = isinstance(row, Message)
        address = row.recipient if is_letter else row.person.email
        name = row.recipient_name if is_letter else row.person.name
        why = row.audience if is_letter and address not in self.admins else ""
        if address in self.unnamed:
            name, address = _("A company admin"), ""
        return Line(
            row=row,
            subject=row.subject if is_letter else row.title,
            at=row.created_at,
            name=name or address,
            address=address if name else "",
            why=why,
            look=LOOKS.get(row.state, "mail.waiting") if is_letter else "mail.portal",
            detail=outcome_of(row, self.at)
            if is_letter
            else _("e-mail is switched off"),
        )

    def rows(self) -> Iterator[list[Any]]:
        """For a file: the head, then the letters, then the notices, bit by bit."""
        yield [
            _("When"),
            _("What"),
            _("Who"),
            _("E-mail"),
            _("Why"),
            _("Outcome"),
            _("Details"),
        ]
        for part in self.parts():
            for row in part.order_by("-created_at", "-pk").iterator(chunk_size=CHUNK):
                line = self.line(row)
                yield [
                    line.at.isoformat(timespec="seconds"),
                    line.subject,
                    line.name,
                    line.address,
                    line.why,
                    word_of(line),
                    line.detail,
                ]


def word_of(line: Line) -> str | Promise:
    return OUTCOMES[
        {
            "mail.sent": "sent",
            "mail.folded": "folded",
            "mail.bounced": "lost",
            "mail.failed": "lost",
            "mail.cancelled": "cancelled",
            "mail.portal": "portal",
        }.get(line.look, "waiting")
    ]


def outcome_of(letter: Message, now: datetime) -> str:
    """What became of a letter, in a sentence for whoever asks whether it arrived."""
    said = {"words": letter.last_words}
    if letter.state == Message.State.SENT:
        if letter.last_outcome == Attempt.Outcome.DELAYED:
            return _("held up on the way; the mail server says: %(words)s") % said
        at = times.moment(letter.sent_at)
        return _("taken by the mail server on %(at)s") % {"at": at}
    if letter.state == Message.State.FAILED:
        return _("the mail server says: %(words)s") % said
    if letter.state == Message.State.BOUNCED:
        return _("it came back, for the server of its reader says: %(words)s") % said
    if letter.state == Message.State.SENDING:
        return _("on its way to the mail server")
    if letter.state == Message.State.WAITING:
        return _waiting(letter, now)
    if letter.last_outcome in Attempt.Outcome.values:
        return Attempt.Outcome(letter.last_outcome).label
    return letter.get_state_display()


def _waiting(letter: Message, now: datetime) -> str:
    words = {"at": times.moment(letter.due_at), "words": letter.last_words}
    if letter.tries and letter.due_at <= now:
        return _("is tried again now; the mail server says: %(words)s") % words
    if letter.tries:
        return _("next try on %(at)s; the mail server says: %(words)s") % words
    if letter.due_at <= now:
        return _("goes out as soon as a worker takes it")
    return _("goes out on %(at)s") % words
