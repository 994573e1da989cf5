import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone, translation

from apps.models import Application
from contacts.models import Handover
from tickets.models import Ticket
from ui import symbols
from ui.runway import Axis
from ui.states import STATES, State, state_of

AT = datetime(2026, 11, 24, 10, 6, tzinfo=UTC)
SPRITE = Path(settings.BASE_DIR, "static/portal/icons.svg").read_text()


@pytest.fixture(autouse=True)
def amsterdam():
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        yield


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_a_shape_of_the_sprite_and_a_word(code):
    state = STATES[code]

    name = f"i-{state.icon}" if state.icon else f"g-{state.glyph}"
    assert f'id="{name}"' in SPRITE
    assert str(state.word)
    assert state.tone in {"", "ok", "warn", "danger", "info", "plain"}


@pytest.mark.parametrize(
    ("prefix", "choices"),
    [
        ("ticket", Ticket.State),
        ("application", Application.State),
        ("hosting", Application.Hosting),
        ("handover", Handover.State),
    ],
)
def test_every_state_of_the_house_has_a_look(prefix, choices):
    for choice in choices:
        assert f"{prefix}.{choice.value}" in STATES


def test_a_badge_shows_shape_and_word():
    assert draw('{% badge "ticket.pending" %}') == (
        '<span class="pill pill-warn"><svg class="glyph" aria-hidden="true">'
        '<use href="/static/portal/icons.svg#g-you"/></svg>Waiting for you</span>'
    )


def test_a_state_at_rest_has_no_tone():
    assert draw('{% badge "ticket.solved" %}').startswith('<span class="pill"><svg')
    assert draw('{% state "ticket.solved" %}').startswith('<span class="state"><svg')


def test_a_thing_may_know_its_own_state():
    @dataclass
    class Thing:
        state_code: str = "ticket.new"

    assert state_of(Thing()) is STATES["ticket.new"]
    assert state_of(State("ok", "ok", "Fine")).word == "Fine"


def test_an_unknown_state_is_a_mistake_not_a_blank():
    with pytest.raises(KeyError):
        draw('{% badge "ticket.burning" %}')


def test_words_are_escaped():
    assert "<b>" not in draw("{% badge 'ticket.new' word=w %}", w="<b>x</b>")
    assert "<b>" not in draw("{% pill w %}", w="<b>x</b>")
    row = (
        "{% runway_axis at as axis %}"
        "{% runway_row axis title=w sub=w ends_on=d url=w %}"
    )
    assert "<i>" not in draw(row, w="<i>x</i>", d=date(2027, 1, 1), at=AT)


def test_the_words_speak_the_readers_language():
    with translation.override("de"):
        german = draw("{{ at|moment }}", at=AT)

    assert german.startswith("Di., 24. Nov.")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marit de Boer", "MB"),
        ("Stella", "S"),
        ("Anna-Lena von der Heide", "AH"),
        ("  ", "?"),
        ("", "?"),
        ("(test) Ömer Ünal", "ÖÜ"),
    ],
)
def test_initials_are_the_first_and_the_last_word(name, letters):
    assert symbols.initials(name) == letters


def test_priorities_are_spoken():
    assert draw("{% priority 1 %}") == (
        '<span class="prio prio-1">P1'
        '<span class="visually-hidden"> Critical</span></span>'
    )


def test_a_stamp_is_short_and_keeps_the_whole_moment():
    html = draw("{{ at|stamp }}", at=AT - timedelta(days=4))

    assert 'datetime="2026-11-20T10:06Z"' in html
    assert 'title="Fri 20 Nov 2026, 11:06 CET"' in html


def test_nothing_to_say_about_no_moment():
    assert draw("{{ at|moment }}{{ at|stamp }}", at=None) == ""


def test_a_key_stands_in_groups_of_six():
    html = draw("{% key_block key %}", key="ABCDEF GHIJKL\nMNO")

    assert ">ABCDEF GHIJKL MNO</code>" in html
    assert 'id="key"' in html


@pytest.mark.parametrize(
    ("level", "kind", "role"),
    [
        (constants.SUCCESS, "alert-success", "status"),
        (constants.WARNING, "alert-warning", "status"),
        (constants.ERROR, "alert-danger", "alert"),
        (constants.INFO, "alert-info", "status"),
        (constants.DEBUG, "alert-info", "status"),
    ],
)
def test_a_message_is_told_as_loud_as_it_is(level, kind, role):
    html = draw("{% notice message %}", message=Message(level, "<i>Done</i>"))

    assert html.startswith(f'<div class="alert {kind}" role="{role}">')
    assert "&lt;i&gt;Done" in html


def test_a_clock_takes_plain_values():
    html = draw(
        "{% clock started=a due=b at=at %}",
        at=AT,
        a=AT - timedelta(minutes=46),
        b=AT + timedelta(minutes=14),
    )

    assert 'class="clock clock-warn"' in html
    assert 'stroke-dasharray="23 100"' in html
    assert "<b>14 min left</b><small>due 11:20</small>" in html


def test_an_sla_bar_hatches_its_pauses():
    html = draw(
        "{% sla_bar 'Resolution' started=a due=b at=at pauses=pauses %}",
        at=AT,
        a=AT - timedelta(hours=2),
        b=AT + timedelta(hours=2),
        pauses=[(AT - timedelta(hours=1), AT)],
    )

    assert '<rect fill="url(#hatch-neutral)" x="25%" y="4" width="25%"' in html
    assert '<line class="rw-now" x1="50%" x2="50%"' in html
    assert 'aria-label="Resolution: 2 h left, due 13:06"' in html


def test_a_promise_kept_has_no_line_for_now():
    html = draw(
        "{% sla_bar 'First response' started=a due=at at=at met_at=m %}",
        at=AT,
        a=AT - timedelta(minutes=30),
        m=AT - timedelta(minutes=16),
    )

    assert 'class="sla sla-ok"' in html
    assert 'width="46.67%"' in html
    assert "rw-now" not in html


def test_what_the_vendor_renews_needs_nothing():
    html = draw(
        "{% runway_axis at as axis %}{% runway_row axis title='4 Cloud apps' %}", at=AT
    )

    assert 'aria-label="4 Cloud apps: nothing to do"' in html
    assert 'class="rw-bar-ok" x="6.43%" y="50%" width="93.57%" height="4"' in html


def test_geometry_stays_in_attributes_and_in_english_numbers():
    with translation.override("de"):
        html = draw(
            "{% runway_axis at as axis %}{% runway_head axis %}"
            "{% runway_row axis title='a' ends_on=d %}{% meter 'm' 1 3 '1' limit=85 %}",
            at=AT,
            d=date(2027, 3, 31),
        )

    assert "style=" not in html
    assert not re.search(r'="\d+,\d', html)


@pytest.mark.parametrize(("width", "phone"), [(450, False), (210, True)])
@pytest.mark.parametrize("language", ["en", "de", "nl", "fr"])
@pytest.mark.parametrize("day", [1, 9, 16, 24, 30])
def test_no_month_runs_into_the_word_for_today(day, language, width, phone):
    """French writes "aujourd'hui"; on a phone the months beside it are not shown."""
    at = datetime(2026, 11, day, 11, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))
    axis = Axis(at, months=12, back=2)
    with translation.override(language):
        html = draw("{% runway_head axis %}", axis=axis)
        half = len(translation.gettext("today")) * 3.25
    middle = axis.now / 100 * width
    texts = re.findall(r'<text class="rw-tick( rw-tick-near)?" x="([^%]+)%"', html)
    shown = [float(x) for near, x in texts if not (near and phone)]

    assert len(shown) >= 6
    for x in shown:
        begin = x / 100 * width + 4
        assert begin + 24 < middle - half or begin > middle + half


def test_a_form_carries_the_other_filters_but_no_page():
    query = QueryDict("q=x&state=open&state=pending&after=abc")

    assert draw("{% hidden_inputs query 'q' %}", query=query) == (
        '<input type="hidden" name="state" value="open">'
        '<input type="hidden" name="state" value="pending">'
    )


def test_many_runway_rows_are_drawn_as_one_by_one():
    ladder = SimpleNamespace(renew=90, soon=30, now=15)
    rows = [
        SimpleNamespace(
            title=f"<{days}>",
            sub="3 users",
            url="/x/",
            ends_on=AT.date() + timedelta(days) if days else None,
            renewed_until=None,
            grace_days=30,
        )
        for days in (-10, 10, 0, 60)
    ]
    one = (
        "{% runway_axis at as axis %}{% for row in rows %}{% runway_row axis"
        " title=row.title sub=row.sub url=row.url ends_on=row.ends_on grace_days=30"
        " renew=90 soon=30 now=15 %}{% if not forloop.last %}\n{% endif %}{% endfor %}"
    )
    many = "{% runway_axis at as axis %}{% runway_rows axis rows ladder %}"

    drawn = draw(many, at=AT, rows=rows, ladder=ladder)

    assert drawn == draw(one, at=AT, rows=rows)
    assert "&lt;10&gt;" in drawn
    assert drawn.count('class="rw-row"') == 4
