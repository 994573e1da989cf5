"""What a reader ends who calls a letter unwanted at their mail provider."""

from __future__ import annotations

from datetime import datetime

from companies.actions import switch_letters
from companies.unsubscribing import subscription_of


def leave(url: str, *, at: datetime) -> None:
    """As if the reader had opened the letter's `url` and switched its kind off.

    They see it among their choices, and may switch it on again. A lock holds.
    """
    found = subscription_of(url.rstrip("/").rpartition("/")[2])
    if found is not None:
        switch_letters(found.person, found.topic, is_on=False, at=at)
