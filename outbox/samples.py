"""What a letter looks like before anybody has got it: the same words, made-up facts.

Each package declares one sample for each of its letters; nothing is read from the
database and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from outbox.rendering import Reader, Rendered, render


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One letter: what it is about, when it is written, to whom, with which facts.

    `facts` gets the moment of writing, so that its days never lie in the past. `name`
    greets the reader; `why` is the sentence below the letter where that is not `to`.
    """

    template: str
    topic: str | Promise
    when: str | Promise
    to: str | Promise
    facts: Callable[[datetime], Mapping[str, Any]]
    why: str | Promise = ""
    name: str = "Bob Weber"

    @property
    def slug(self) -> str:
        """As an address: "tickets-opened_customer"."""
        return self.template.replace("/emails/", "-")

    def render(self, language: str, at: datetime) -> Rendered:
        """As somebody of this language reads it, where the vendor is."""
        reader = Reader(
            name=self.name,
            email=f"{(self.name or 'support').split()[0].casefold()}@acme.example",
            language=language,
            time_zone=settings.TIME_ZONE,
        )
        facts = {"audience": self.why or self.to, **self.facts(at)}
        return render(self.template, facts, reader)
