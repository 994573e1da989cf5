"""What support does on the page of a ticket: each form calls one verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import User
from tickets import actions
from tickets.forms import FilesField, TokenForm, text_field
from tickets.models import ReadyAnswer, Ticket

State = Ticket.State


class DeskForm(forms.Form):
    """One thing to do with a ticket; `done` says it was done."""

    done: str | Promise = ""
    use_required_attribute = False

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, label_suffix="", **options)
        self.ticket = ticket

    def carry_out(self, by: User, at: datetime) -> None:
        raise NotImplementedError


class AnswerForm(DeskForm, TokenForm):
    """A public answer or an internal note, and where the ticket goes from here."""

    done = gettext_lazy("Done.")
    STATES = [
        ("", gettext_lazy("stays as it is")),
        (State.OPEN, State.OPEN.label),
        (State.PENDING, gettext_lazy("Waiting for the customer")),
        (State.ON_HOLD, State.ON_HOLD.label),
        (State.SOLVED, State.SOLVED.label),
        (State.CLOSED, State.CLOSED.label),
    ]

    text = text_field(label=gettext_lazy("Text"), required=False, rows=7)
    files = FilesField(label=gettext_lazy("Files"))
    is_internal = forms.TypedChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[
            ("", gettext_lazy("Answer: the customer gets it by e-mail")),
            ("note", gettext_lazy("Internal note: support only")),
        ],
        widget=forms.RadioSelect,
        coerce=bool,
        required=False,
        empty_value=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("The ticket then"), choices=STATES, required=False
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        text, state = facts.get("text"), facts.get("state")
        if not text and (facts.get("files") or not state or facts.get("is_internal")):
            self.add_error("text", _("Write an answer or a note."))
        elif not text and state == State.PENDING:
            self.add_error("text", _("Say what you need to know from the customer."))
        elif state and facts.get("is_internal"):
            self.add_error("state", _("A note moves nothing. Send it, then move."))
        return facts

    def carry_out(self, by: User, at: datetime) -> None:
        facts = dict(self.cleaned_data)
        is_internal, state = facts.pop("is_internal"), facts.pop("state")
        if is_internal:
            actions.note(ticket=self.ticket, by=by, at=at, **facts)
        elif facts["text"]:
            if state == State.CLOSED:
                raise ValidationError(_("Answer first, and close once it is solved."))
            actions.answer(ticket=self.ticket, by=by, at=at, state=state, **facts)
        else:
            MOVES[state](ticket=self.ticket, by=by, at=at)


MOVES: dict[str, Callable[..., Ticket]] = {
    State.OPEN: actions.resume,
    State.ON_HOLD: actions.put_on_hold,
    State.SOLVED: actions.solve,
    State.CLOSED: actions.close,
}


class PriorityForm(DeskForm):
    """What support makes of impact and urgency; the priority follows [TI-21]."""

    done = gettext_lazy("The priority is checked.")

    impact = forms.TypedChoiceField(
        label=gettext_lazy("Who is affected"),
        choices=Ticket.Impact.choices,
        coerce=int,
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How urgent"), choices=Ticket.Urgency.choices, coerce=int
    )
    has_workaround = forms.BooleanField(
        label=gettext_lazy("A workaround is given"),
        help_text=gettext_lazy("Caps the priority at medium."),
        required=False,
    )

    def carry_out(self, by: User, at: datetime) -> None:
        actions.judge_priority(ticket=self.ticket, by=by, at=at, **self.cleaned_data)


class OwnerForm(DeskForm):
    """Who of support looks after the ticket."""

    done = gettext_lazy("The ticket has a new owner.")

    owner = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Who looks after it"),
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = User.objects.vendor_staff()

    def carry_out(self, by: User, at: datetime) -> None:
        owner = self.cleaned_data["owner"]
        actions.assign(ticket=self.ticket, owner=owner, by=by, at=at)


class TakeForm(DeskForm):
    done = gettext_lazy("The ticket is yours.")

    def carry_out(self, by: User, at: datetime) -> None:
        actions.take(ticket=self.ticket, by=by, at=at)


class SolveForm(DeskForm):
    done = gettext_lazy("The ticket is solved.")

    def carry_out(self, by: User, at: datetime) -> None:
        actions.solve(ticket=self.ticket, by=by, at=at)


class CallForm(DeskForm):
    done = gettext_lazy("The call is logged.")

    def carry_out(self, by: User, at: datetime) -> None:
        actions.log_call(ticket=self.ticket, by=by, at=at)


FORMS: dict[str, type[DeskForm]] = {
    "answer": AnswerForm,
    "priority": PriorityForm,
    "owner": OwnerForm,
    "take": TakeForm,
    "solve": SolveForm,
    "call": CallForm,
}


def begun(ticket: Ticket, ready: list[ReadyAnswer], asked: Mapping[str, str]) -> str:
    """The ready answer that was chosen, with what is known of the ticket."""
    chosen = [answer for answer in ready if str(answer.pk) == asked.get("ready")]
    if not chosen:
        return ""
    return chosen[0].filled(
        name=str(ticket.opened_by),
        app=str(ticket.application or ticket.company),
        ticket=f"#{ticket.pk}",
    )


def forms_of(ticket: Ticket, text: str = "") -> dict[str, DeskForm]:
    """All of them, unbound, as the page shows them; an answer begins with `text`."""
    now = {
        "text": text,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "has_workaround": ticket.has_workaround,
        "owner": ticket.owner,
    }
    return {
        name: form(ticket=ticket, initial=now, prefix=name)
        for name, form in FORMS.items()
    }


def posted_form(ticket: Ticket, data: Any, files: Any) -> tuple[str, DeskForm] | None:
    """The one that was sent, named by its button."""
    name = data.get("do", "")
    if name not in FORMS:
        return None
    return name, FORMS[name](data, files, ticket=ticket, prefix=name)
