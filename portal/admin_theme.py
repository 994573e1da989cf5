"""How the support desk looks: the portal's accent and ground on Unfold's pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _


def vendor(request: HttpRequest) -> str:
    return settings.VENDOR_NAME


def mark(request: HttpRequest) -> str:
    return reverse("mark")


def stylesheet(request: HttpRequest) -> str:
    return static("portal/desk.css")


def primary(request: HttpRequest) -> dict[str, str]:
    """The accent in eleven steps: drawn by hand for ours, mixed for a vendor's own."""
    accent = settings.VENDOR_ACCENT.lower()
    if accent == OUR_ACCENT:
        return dict(PRIMARY)
    return {
        step: f"color-mix(in oklab, {accent} {share}%, {other})"
        for step, (share, other) in MIXED.items()
    }


OUR_ACCENT = "#1f53c4"
PRIMARY = {
    "50": "oklch(96.3% .014 264)",
    "100": "oklch(92.4% .031 265)",
    "200": "oklch(86% .057 265)",
    "300": "oklch(76.5% .097 265)",
    "400": "oklch(64.3% .147 265)",
    "500": "oklch(55.2% .18 265)",
    "600": "oklch(48.1% .185 263)",
    "700": "oklch(41.9% .154 263)",
    "800": "oklch(37.1% .123 263)",
    "900": "oklch(33.4% .101 263)",
    "950": "oklch(25.4% .07 266)",
}
# How much of the accent, and what fills it up.
MIXED = {
    "50": (8, "white"),
    "100": (15, "white"),
    "200": (30, "white"),
    "300": (50, "white"),
    "400": (75, "white"),
    "500": (90, "white"),
    "600": (100, "white"),
    "700": (85, "black"),
    "800": (70, "black"),
    "900": (55, "black"),
    "950": (40, "black"),
}
# The neutral ground of theme.css.
BASE = {
    "50": "#f6f7f8",
    "100": "#eef1f3",
    "200": "#e4e8eb",
    "300": "#cbd2d8",
    "400": "#8f99a3",
    "500": "#626c76",
    "600": "#46505a",
    "700": "#3a424a",
    "800": "#262c32",
    "900": "#14191e",
    "950": "#0b0d0f",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Support desk"),
    "SITE_HEADER": vendor,
    "SITE_SUBHEADER": _("Support desk"),
    "SITE_ICON": mark,
    "SITE_FAVICONS": [{"rel": "icon", "href": mark, "type": "image/svg+xml"}],
    "SITE_URL": "/",
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": primary, "base": BASE},
    "STYLES": [stylesheet],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "ACCOUNT": {
        "navigation": [
            {"title": _("Your account"), "link": reverse_lazy("companies:account")},
        ]
    },
    "SIDEBAR": {"navigation": "portal.admin_site.navigation"},
}
