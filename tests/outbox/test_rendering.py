"""Final words: what the templates of every letter can rely on."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from outbox import bars
from outbox.rendering import Reader, _tidy, render


@pytest.fixture
def rendered(letter):
    fields = letter()
    return render(fields["template"], fields["context"], fields["reader"])


def test_parts_within_parts_are_escaped_once(letter):
    html = rendered_for(letter, context={"server": "R&D <1>"}).html

    assert '<b class="ink" style="color:#14191e;">R&amp;D &lt;1&gt;</b>' in html


def rendered_for(letter, **changes):
    fields = letter(**changes)
    return render(fields["template"], fields["context"], fields["reader"])


def test_a_letter_is_small_and_complete(rendered):
    assert len(rendered.html.encode()) < 30_000
    assert rendered.html.count("<h1") == 1
    assert '<meta name="color-scheme" content="light dark">' in rendered.html
    assert "prefers-color-scheme: dark" in rendered.html


def test_html_loads_nothing_from_anywhere(rendered):
    for loader in ("<img", "<link", "<script", "@import", "url("):
        assert loader not in rendered.html


def test_every_link_is_absolute(rendered):
    for attribute in rendered.html.split('href="')[1:]:
        assert attribute.startswith(("http://", "https://", "mailto:", "tel:"))


def test_the_text_reads_as_text(rendered):
    assert rendered.text == (
        "Hello Jonas,\n"
        "\n"
        "Depot Control ends Saturday 21 November 2026, 10:30. What is missing is a"
        " new\nkey.\n"
        "\n"
        "  Server          rtm-app-01\n"
        "  Renewed until   6 Dec 2027\n"
        "\n"
        "Generate the keys:\n"
        "http://testserver/licenses/keys/\n"
        "\n"
        "-- \n"
        "You get this because you are .\n"
        "\n"
        "Aldwick\n"
    )


def test_the_brand_is_a_setting(settings, letter):
    settings.VENDOR_NAME = "Northwind"
    settings.VENDOR_MARK = "N"
    settings.VENDOR_ACCENT = "#0b6e4f"

    html = rendered_for(letter).html

    assert ">N</td>" in html
    assert ">Northwind</b>" in html
    assert 'bgcolor="#0b6e4f"' in html
    assert "#1f53c4" not in html
    assert "#2f66e0" not in html


def test_the_company_is_named_beside_the_vendor(letter):
    words = rendered_for(letter, context={"company_name": "Havenstad & Sons"})

    assert "Aldwick</b> for Havenstad &amp; Sons</td>" in words.html
    assert words.text.endswith("Aldwick, for Havenstad & Sons\n")


def test_an_unknown_language_falls_back_to_the_vendors(letter):
    words = rendered_for(letter, reader=Reader(name="Jonas", language=""))

    assert '<html lang="en">' in words.html


def test_a_long_subject_is_cut():
    words = render(
        "sample/emails/notice",
        {
            "thing": "x" * 300,
            "at": datetime(2026, 11, 21, tzinfo=UTC),
            "words": "",
            "server": "",
            "start": date(2026, 11, 1),
            "now": date(2026, 11, 2),
            "end": date(2026, 11, 3),
        },
        None,
    )

    assert len(words.subject) == 250
    assert words.subject.endswith("…")


def test_prose_is_folded_and_an_address_is_not():
    prose = "word " * 30
    address = "http://testserver/" + "x" * 90

    lines = _tidy(f"{prose}\n{address}\n").splitlines()

    assert max(len(line) for line in lines[:2]) <= 78
    assert lines[-1] == address


def test_a_fact_is_folded_below_its_value():
    lines = _tidy(f"So:\n  Server          {'word ' * 20}\n").splitlines()[1:]

    assert [line[:22] for line in lines] == [
        "  Server          word",
        " " * 18 + "word",
    ]
    assert max(len(line) for line in lines) <= 78


def test_a_long_name_of_a_fact_does_not_touch_its_value():
    text = Template(
        '{% load mail %}{% line "Wiederherstellung" %}morgen{% endline %}'
    ).render(Context())

    assert text == "  Wiederherstellung morgen"


def test_a_list_item_is_folded_below_its_own_text():
    lines = _tidy(f"So:\n  - Reminders: {'word ' * 20}\n").splitlines()[1:]

    assert [line[:6] for line in lines] == ["  - Re", "    wo"]
    assert max(len(line) for line in lines) <= 78


def test_blank_lines_come_one_at_a_time_and_the_signature_keeps_its_space():
    assert _tidy("a  \n\n\n\nb\n--\nwhy") == "a\n\nb\n-- \nwhy\n"


def test_a_quote_keeps_its_line_breaks_and_nothing_else():
    template = Template(
        "{% load mail %}{% quote %}{{ words|linebreaksbr }}{% endquote %}"
    )

    html = template.render(Context({"words": "one\n<b>two</b>"}))

    assert "one<br>&lt;b&gt;two&lt;/b&gt;</td>" in html


def test_a_tone_colours_the_word_that_counts():
    template = Template('{% load mail %}{% strong left tone="warn" %}')

    assert template.render(Context({"left": "15 <days>"})) == (
        '<span class="warn" style="color:#7a4f00;">15 &lt;days&gt;</span>'
    )


def test_a_second_button_stands_beside_the_first():
    template = Template(
        '{% include "emails/_button.html" with action_url="http://a.example/"'
        ' action_label="Do" second_url="http://b.example/" second_label="Not yet" %}'
    )

    html = template.render(Context({"vendor": {"accent": "#1f53c4"}}))

    assert html.count("<a ") == 2
    assert html.index("Do</a>") < html.index("Not yet</a>")


def test_the_runway_of_the_design():
    bar = bars.countdown(
        start=date(2026, 9, 7),
        now=date(2026, 11, 21),
        end=date(2026, 12, 6),
        words=["7 Sep, first reminder", "today", "6 Dec"],
    )

    assert [(s.tone, s.width) for s in bar.segments] == [
        ("track", "83%"),
        ("now", "2"),
        ("danger", ""),
    ]
    assert [(c.text, c.width) for c in bar.captions] == [
        ("7 Sep, first reminder", "55%"),
        ("today", "31%"),
        ("6 Dec", ""),
    ]


def test_the_window_of_the_design():
    hour = datetime(2026, 11, 28, 21, 0, tzinfo=UTC).replace
    bar = bars.window(
        start=hour(),
        end=hour(day=29, hour=1),
        hurts=(hour(minute=40), hour(minute=52)),
        words=["22:00", "22:40 restart", "02:00"],
    )

    assert [(s.tone, s.width) for s in bar.segments] == [
        ("warn", "17%"),
        ("danger", "5%"),
        ("track", ""),
    ]


@pytest.mark.parametrize(
    ("now", "done"),
    [(date(2026, 9, 1), 0), (date(2026, 9, 17), 11), (date(2027, 1, 1), 100)],
)
def test_the_line_stays_on_the_bar(now, done):
    bar = bars.countdown(
        start=date(2026, 9, 7),
        now=now,
        end=date(2026, 12, 6),
        words=["7 Sep", "today", "6 Dec"],
    )

    assert bars.share(date(2026, 9, 7), now, date(2026, 12, 6)) == done
    assert "now" in [segment.tone for segment in bar.segments]
    assert "today" in [caption.text for caption in bar.captions]


def test_a_window_without_an_outage_is_one_piece():
    start = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
    bar = bars.window(
        start=start, end=start.replace(hour=23), hurts=None, words=["21", "", "23"]
    )

    assert [(s.tone, s.width) for s in bar.segments] == [("warn", "")]


def test_a_window_says_its_hours_in_the_readers_zone(settings):
    settings.TIME_ZONE = "Europe/Amsterdam"
    start = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
    template = Template('{% load mail %}{% planned start end hurts "restart" %}')

    html = template.render(
        Context(
            {
                "start": start,
                "end": start.replace(day=29, hour=1),
                "hurts": (start.replace(minute=40), start.replace(minute=52)),
            }
        )
    )

    assert [word in html for word in ("22:00<", "22:40 restart<", "02:00<")] == [
        True,
        True,
        True,
    ]


def test_the_gist_is_plain_text_in_one_line(letter):
    """What an inbox shows below the subject; markup in a name is a name."""
    found = rendered_for(letter, context={"words": "R&D <b>7</b>\n  is missing."})

    assert found.gist == "R&D <b>7</b> is missing."
