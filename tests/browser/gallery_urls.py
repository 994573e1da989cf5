"""The portal's addresses and one more: every part of the kit on one page."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.shortcuts import redirect, render
from django.urls import include, path

from companies.access import public
from portal.context import Place
from ui.forms import Arranged
from ui.pages import Page
from ui.states import STATES

AT = datetime(2026, 11, 24, 11, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))


class InviteForm(Arranged, forms.Form):
    email = forms.EmailField(
        label="E-mail",
        help_text="We send the invitation there.",
        error_messages={"invalid": "Write the address in full."},
    )
    role = forms.ChoiceField(
        label="They may",
        choices=[("m", "See apps and open tickets"), ("a", "Administer the company")],
        widget=forms.RadioSelect,
    )
    app = forms.ChoiceField(label="App", choices=[("d", "Driver App")], required=False)
    limit = forms.IntegerField(label="Alert above", initial=90, required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    tell = forms.BooleanField(label="Mail me when they accept", required=False)

    @property
    def layout(self):
        return Layout(
            "email", "role", Row(Column("app"), Column("limit")), "note", "tell"
        )


@public("only in tests")
def gallery(request):
    form = InviteForm(request.POST or None)
    if request.GET.get("messages"):
        messages.success(request, "Aiko Tanaka is now the contact for Driver App.")
        messages.warning(request, "Platform 10 is supported until 31 March 2027.")
        messages.error(request, "The key was not generated.")
        messages.info(request, "Maintenance on Saturday restarts this app once.")
    context = {
        "nav": NAV,
        "shared_nav": SHARED,
        "form": form,
        "at": AT,
        "states": sorted(STATES),
        "clocks": CLOCKS,
        "licenses": LICENSES,
        "pauses": [(AT - timedelta(hours=1), AT - timedelta(minutes=30))],
        "events": EVENTS,
        "pager": Page(list(range(25)), 51, 154, "?before=x", "?after=y"),
        "key": "ALDW01K7QF2M9TXR4CH3VZ8N6JWP5DYB2G7L4SMQ9ERC8X3TN5KH6VE2D471",
        "month": date(2026, 11, 28),
    }
    return render(request, "components/gallery.html", context)


@public("only in tests")
def confirm(request):
    if request.method == "POST":
        messages.success(request, "Driver App is stopped.")
        return redirect("gallery")
    context = {"cancel": "/gallery/"}
    return render(request, "components/gallery_confirm.html", context)


@public("only in tests")
def broken(request):
    raise RuntimeError("on purpose")


@public("only in tests")
def forbidden(request):
    raise PermissionDenied


@public("only in tests")
def nonsense(request):
    raise SuspiciousOperation


def ago(**span):
    return AT - timedelta(**span)


def ahead(**span):
    return AT + timedelta(**span)


NAV = [
    Place("Overview", "/gallery/", "house", current=True),
    Place("Apps", "/gallery/?2", "box", count=9),
    Place("Licenses", "/gallery/?3", "key-round"),
    Place("Tickets", "/gallery/?4", "life-buoy", count=6),
    Place("Alerts", "/gallery/?5", "bell", count=2, loud="firing"),
    Place("Maintenance", "/gallery/?6", "calendar-clock"),
    Place("People", "/gallery/?7", "users", count=14),
]
SHARED = [
    Place("Ideas", "/gallery/?8", "lightbulb"),
    Place("Platform status", "/gallery/?9", "activity"),
]
CLOCKS = [
    {"started": ago(hours=1), "due": ahead(hours=7)},
    {"started": ago(hours=2), "due": ahead(minutes=38)},
    {"started": ago(hours=2), "due": ago(minutes=12)},
    {"started": ago(hours=2), "due": ahead(hours=5), "waits_for": "waits for you"},
    {"started": ago(hours=2), "due": ago(hours=1), "met_at": ago(minutes=106)},
]
LICENSES = [
    {"title": "Healthy", "sub": "more than 90 days", "ends_on": date(2027, 6, 30)},
    {"title": "Renew", "sub": "90 days or fewer", "ends_on": date(2027, 1, 31)},
    {"title": "Soon", "sub": "30 days or fewer", "ends_on": date(2026, 12, 18)},
    {
        "title": "Renewed",
        "sub": "key not activated",
        "ends_on": date(2026, 12, 6),
        "renewed_until": date(2027, 12, 6),
    },
    {"title": "Expired", "sub": "grace until 20 Dec", "ends_on": date(2026, 11, 20)},
    {"title": "Renewed for you", "sub": "Cloud", "ends_on": None},
]
EVENTS = [
    {
        "tone": "ok",
        "glyph": "check",
        "sentence": "Willem Fraser renewed LIC-20417 until 6 Dec 2027",
        "at": ago(days=6),
    },
    {"tone": "", "glyph": "ring", "sentence": "Marit added Lotte", "at": ago(days=22)},
]

urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("gallery/stop/", confirm, name="gallery_confirm"),
    path("gallery/500/", broken),
    path("gallery/403/", forbidden),
    path("gallery/400/", nonsense),
    path("", include("portal.urls")),
]
