"""What people fill in about their notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import User
from companies.models.notice import Choices
from companies.topics import RULES, Channel, Topic
from ui.forms import Arranged


@dataclass(frozen=True)
class Cell:
    """One way of being told of one topic, as a box to tick."""

    name: str
    channel: Channel
    is_on: bool
    is_locked: bool

    @property
    def label(self) -> str | Promise:
        return self.channel.label


@dataclass(frozen=True)
class Line:
    """One topic, and a box for each way."""

    topic: Topic
    covers: str | Promise
    why: str | Promise
    cells: list[Cell]

    @property
    def label(self) -> str | Promise:
        return self.topic.label


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class NoticeChoicesForm(forms.Form):
    """A box for each topic and way; what is locked is shown and never read."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        for topic, rule in RULES.items():
            for channel in Channel:
                if channel not in rule.locked:
                    self.fields[name_of(topic, channel)] = forms.BooleanField(
                        required=False
                    )

    @property
    def lines(self) -> Iterator[Line]:
        choices = Choices([self.person])
        for topic, rule in RULES.items():
            cells = [
                Cell(
                    name_of(topic, channel),
                    channel,
                    choices.want(self.person, topic, channel),
                    channel in rule.locked,
                )
                for channel in Channel
            ]
            yield Line(topic, rule.covers, rule.why, cells)

    @property
    def wanted(self) -> dict[tuple[Topic, Channel], bool]:
        return {
            (topic, channel): self.cleaned_data.get(name_of(topic, channel), False)
            for topic in RULES
            for channel in Channel
            if name_of(topic, channel) in self.fields
        }


class RhythmForm(Arranged, forms.Form):
    """When e-mail comes: at once or once a day, and between which hours never."""

    pace = forms.ChoiceField(
        label=_("What is not urgent comes"),
        choices=[("now", _("At once")), ("daily", _("Once a day, in one letter"))],
        widget=forms.RadioSelect,
    )
    daily_at = _clock(_("The letter of the day comes at"))
    quiet_from = _clock(_("No e-mail from"))
    quiet_until = _clock(_("Until"))

    @classmethod
    def of(cls, person: User, given: Any) -> RhythmForm:
        return cls(
            given,
            initial={
                "pace": "daily" if person.daily_at else "now",
                "daily_at": person.daily_at or time(9),
                "quiet_from": person.quiet_from,
                "quiet_until": person.quiet_until,
            },
        )

    @property
    def layout(self) -> Layout:
        return Layout(
            Field("pace", wrapper_class="choices"),
            Row(Column("daily_at"), Column()),
            Row(Column("quiet_from"), Column("quiet_until")),
        )

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours or none; a time for the letter of the day."""
        facts = super().clean() or {}
        if facts.get("pace") == "daily" and not facts.get("daily_at"):
            self._want("daily_at", _("Say at what time, for instance 09:00."))
        begin, end = facts.get("quiet_from"), facts.get("quiet_until")
        if begin and not end:
            self._want("quiet_until", _("Say until when, or leave both empty."))
        if end and not begin:
            self._want("quiet_from", _("Say from when, or leave both empty."))
        if begin and begin == end:
            self._want("quiet_until", _("Choose another end: this is no time at all."))
        return facts

    @property
    def rhythm(self) -> dict[str, time | None]:
        facts = self.cleaned_data
        daily_at = facts["daily_at"] if facts["pace"] == "daily" else None
        return {
            "daily_at": daily_at,
            "quiet_from": facts["quiet_from"],
            "quiet_until": facts["quiet_until"],
        }

    def _want(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)


class AllReadForm(forms.Form):
    """Which notices are to be read: those of a topic, seen until a moment."""

    topic = forms.ChoiceField(choices=Topic.choices, required=False)
    until = forms.DateTimeField()


def name_of(topic: Topic, channel: Channel) -> str:
    return f"{topic.value}-{channel.value}"
