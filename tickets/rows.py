"""A table of tickets: everything of a row as words, drawn before the template.

A list is fifty rows of a dozen cells: what a template would look up, escape and format
one by one is most of the page's time, so states, priorities and kinds are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from companies.models import User
from companies.statements import KeptCounts
from tickets import clocks, faces
from tickets.models import Ticket
from tickets.models.ticket import needs_call
from ui import symbols
from ui.counting import in_figures
from ui.templatetags.ui import stamp
from ui.words import inside

counts = KeptCounts(lambda reader: Ticket.objects.visible_to(reader).by_tab())


def drawn(tickets: Iterable[Any], reader: User, at: datetime) -> list[tuple[Any, ...]]:
    """The cells of each row, in the order of `tickets/_table.html`."""
    calendar = clocks.business_hours()
    states = _states(reader)
    priorities = {rank: symbols.priority(rank) for rank in (1, 2, 3, 4)}
    kinds = {kind.value: inside(kind.label) for kind in Ticket.Kind}
    call = _call(reader)
    unclocked = format_html('<span class="muted">{}</span>', _("nothing promised"))
    return [
        (
            row.number,
            row.subject,
            kinds[row.kind],
            priorities[row.priority],
            call if needs_call(row) else "",
            row.application__name or "–",
            _small(row.company__name) if reader.is_staff else "",
            states[row.state],
            faces.ring(row, at, calendar) or unclocked,
            row.opened_by__name,
            stamp(row.last_message_at),
            row.last_message_by__name,
        )
        for row in tickets
    ]


def in_words(counts: dict[str, int]) -> dict[str, str]:
    """The figures beside the tabs."""
    return {tab: in_figures(count) for tab, count in counts.items()}


def _states(reader: User) -> dict[str, SafeString]:
    return {
        state.value: symbols.pill(faces.state_for(reader, state))
        for state in Ticket.State
    }


def _call(reader: User) -> SafeString:
    """What stands beside a critical ticket without a phone call [TI-03]."""
    words = _("no call logged") if reader.is_staff else _("call us as well")
    return format_html(', <b class="is-danger">{}</b>', words)


def _small(words: str) -> SafeString:
    return format_html("<small>{}</small>", words)
