"""The promises of the theme, recomputed from the stylesheet itself (WCAG 2)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ui.brand import CANVAS, DEFAULT_ACCENT, contrast

CSS = Path(settings.BASE_DIR, "static/portal/theme.css").read_text()
PAIR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in reversed(PAIR.findall(CSS))}

TEXT, MARK = 4.5, 3.0
PROMISES = [
    *[("canvas", ink, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent-ink")],
    *[("chrome", ink, TEXT) for ink in ("ink", "ink-2", "ink-3")],
    *[("sunken", ink, TEXT) for ink in ("ink", "ink-2", "ink-3")],
    *[("hover", ink, TEXT) for ink in ("ink", "ink-2", "ink-3")],
    *[("raised", ink, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent-ink")],
    ("accent", "on-accent", TEXT),
    ("accent-hover", "on-accent", TEXT),
    ("accent-soft", "accent-ink", TEXT),
    ("danger-fill", "on-danger", TEXT),
    ("danger-hover", "on-danger", TEXT),
    *[("canvas", f"{tone}-ink", TEXT) for tone in ("ok", "warn", "danger", "neutral")],
    *[
        (f"{tone}-soft", f"{tone}-ink", 5.9)
        for tone in ("ok", "warn", "danger", "neutral")
    ],
    *[("canvas", f"{tone}-fill", MARK) for tone in ("ok", "warn", "danger", "neutral")],
    *[("canvas", mark, MARK) for mark in ("line-field", "bar", "focus", "series-1")],
    ("raised", "line-field", MARK),
]


@pytest.mark.parametrize(("ground", "figure", "least"), PROMISES)
def test_each_pair_can_be_read_in_both_schemes(ground, figure, least):
    for scheme in (0, 1):
        found = contrast(TOKENS[ground][scheme], TOKENS[figure][scheme])
        assert found >= least, (ground, figure, round(found, 2))


def test_the_brand_knows_the_colours_of_the_theme():
    assert TOKENS["canvas"] == CANVAS
    assert TOKENS["accent"][0] == DEFAULT_ACCENT


def test_the_layers_come_in_their_order():
    assert re.findall(r"^@layer (\w+) \{", CSS, re.M) == [
        "reset",
        "tokens",
        "base",
        "layout",
        "forms",
        "components",
        "utilities",
    ]


def test_the_theme_fetches_nothing():
    assert "url(" not in re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    assert "@import" not in CSS
