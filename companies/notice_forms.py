"""What people fill in about their notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise

from companies.models import User
from companies.models.notice import Choices
from companies.topics import RULES, Channel, Topic


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


class AllReadForm(forms.Form):
    """Which notices are to be read: those of a topic, seen until a moment."""

    topic = forms.ChoiceField(choices=Topic.choices, required=False)
    until = forms.DateTimeField()


def name_of(topic: Topic, channel: Channel) -> str:
    return f"{topic.value}-{channel.value}"
