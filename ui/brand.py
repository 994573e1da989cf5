"""The vendor's brand: name, mark, and an accent with enough contrast."""

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEFAULT_ACCENT = "#1f53c4"
# The sprite's drawn mark is this vendor's; every other one shows its letters.
DRAWN = ("Aldwick", "A")
CANVAS = ("#ffffff", "#111417")
# As drawn for theme.css; for another accent they are mixed.
OUR_LETTERS = {
    "accent": "#1f53c4",
    "accent_dark": "#2f66e0",
    "link": "#1b4cb8",
    "link_dark": "#8fb2ff",
}
Rgb = tuple[int, int, int]


def vendor() -> dict[str, Any]:
    """What pages say about the vendor, also where no request is at hand."""
    return {
        "name": settings.VENDOR_NAME,
        "mark": settings.VENDOR_MARK,
        "support_email": settings.SUPPORT_EMAIL,
        "support_phones": settings.SUPPORT_PHONES,
    }


def has_drawing() -> bool:
    return (settings.VENDOR_NAME, settings.VENDOR_MARK) == DRAWN


def rgb(color: str) -> Rgb:
    """Red, green, blue of "#1f53c4"."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValueError(f"{color!r} is not a colour like #1f53c4")
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))  # type: ignore[return-value]


def luminance(color: str) -> float:
    """WCAG 2 relative luminance."""
    parts = [part / 255 for part in rgb(color)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, from 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def mix(color: str, other: str, share: float) -> str:
    """So much of the other colour mixed in."""
    pairs = zip(rgb(color), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(color: str, ground: str, other: str, ratio: float) -> str:
    """The colour, moved towards another until it stands out from its ground."""
    steps = (mix(color, other, share / 50) for share in range(51))
    return next(step for step in steps if contrast(step, ground) >= ratio)


def check_accent(accent: str) -> None:
    """Refuse, in one sentence, an accent that white words cannot be read on."""
    try:
        ratio = contrast("#ffffff", accent)
    except ValueError as error:
        raise ImproperlyConfigured(f"VENDOR_ACCENT: {error}.") from None
    if ratio < 4.5:
        raise ImproperlyConfigured(
            f"VENDOR_ACCENT {accent} is too light: white words on it have a contrast"
            f" of {ratio:.1f}, at least 4.5 is needed."
        )


def tokens(accent: str) -> dict[str, tuple[str, str]]:
    """The accent tokens of theme.css, as light and dark."""
    light, dark = CANVAS
    ink = readable(accent, dark, "#ffffff", 7.5)
    button = readable(accent, dark, "#ffffff", 2.2)
    button = button if contrast("#ffffff", button) >= 4.5 else accent
    return {
        "accent": (accent, button),
        "accent-hover": (mix(accent, "#000000", 0.18), mix(button, "#000000", 0.15)),
        "on-accent": ("#ffffff", "#ffffff"),
        "accent-ink": (readable(accent, light, "#000000", 5.5), ink),
        "accent-soft": (mix(accent, light, 0.92), mix(accent, dark, 0.78)),
        "accent-line": (mix(accent, light, 0.74), mix(accent, dark, 0.5)),
        "focus": (accent, ink),
    }


@lru_cache(maxsize=4)
def letter_colours(accent: str) -> dict[str, str]:
    """What a letter paints in the accent: the button, and links on both grounds."""
    if accent.lower() == DEFAULT_ACCENT:
        return OUR_LETTERS
    made = tokens(accent)
    return {
        "accent": made["accent"][0],
        "accent_dark": made["accent"][1],
        "link": made["accent-ink"][0],
        "link_dark": made["accent-ink"][1],
    }


@lru_cache(maxsize=4)
def stylesheet(accent: str) -> str:
    """The overrides as CSS; empty for the accent that theme.css already has."""
    if accent.lower() == DEFAULT_ACCENT:
        return ""
    lines = (
        f"  --{name}: light-dark({light}, {dark});"
        for name, (light, dark) in tokens(accent).items()
    )
    return "@layer tokens {\n:root {\n" + "\n".join(lines) + "\n}\n}\n"
