"""What people choose about servers: which one moves, goes, or gets a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licenses import pictures, requests
from licenses.actions import usual_end
from licenses.models import License, Seat
from ui.forms import Arranged
from ui.times import day

LARGEST_UPLOAD = 5 * 1024 * 1024


class ServerChoice(forms.ModelChoiceField):
    """One of the servers that hold a license."""

    def label_from_instance(self, seat: Seat) -> str:
        if not seat.is_live:
            state = _("given back, its place is still taken")
        elif seat.is_waiting:
            state = _("key made, never activated")
        else:
            state = _("active since %(day)s") % {"day": day(seat.activated_at)}
        name = f"{seat.server_name}, {seat.server_id}" if seat.server_name else seat
        return format_html("{}<small>{}</small>", name, state)


class MoveForm(Arranged, forms.Form):
    """From which server a new one takes over."""

    server_id = forms.CharField(widget=forms.HiddenInput, max_length=128)
    server_name = forms.CharField(
        widget=forms.HiddenInput, max_length=80, required=False
    )
    replaces = ServerChoice(
        label=gettext_lazy("Which server does it take over from?"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the server that it takes over from."),
            "invalid_choice": gettext_lazy(
                "This server has given its place back. Choose another one."
            ),
        },
    )

    def __init__(self, *args: Any, servers: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = Seat.objects.filter(
            pk__in=[seat.pk for seat in servers]
        ).for_reading()
        if len(servers) == 1:
            self.initial["replaces"] = servers[0].pk

    @property
    def layout(self) -> Layout:
        choice = Field("replaces", wrapper_class="choices choices-stack")
        return Layout("server_id", "server_name", choice)


class DeactivateForm(Arranged, forms.Form):
    """Why a server gives its place back."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: the server is scrapped."),
    )

    def __init__(self, *args: Any, is_due: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_due
        self.fields["reason"].error_messages["required"] = _(
            "Say why: a key or file is out there that works without us."
        )


class FileForm(Arranged, forms.Form):
    """Which file a server without network gets, and until when it works."""

    kind = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[
            ("machine", gettext_lazy("Machine file: fits this server alone")),
            ("license", gettext_lazy("License file: names no server")),
        ],
        initial="machine",
        widget=forms.RadioSelect,
    )
    works_until = forms.DateField(
        label=gettext_lazy("Works until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Choose a day, for example 2027-01-05."),
        },
    )
    protection = forms.ChoiceField(
        label=gettext_lazy("Protection"),
        choices=[
            ("encrypted", gettext_lazy("Encrypted: opens with the license key")),
            ("plain", gettext_lazy("Plain: signed, and anybody can read it")),
        ],
        initial="encrypted",
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, license: License, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.license, self.at = license, at
        self.last_day = last_day_of(license, at)
        self.today = license.company.today(at)
        self.initial["works_until"] = self.last_day
        field = self.fields["works_until"]
        field.widget.attrs |= {
            "min": self.today.isoformat(),
            "max": self.last_day.isoformat(),
        }
        field.help_text = _(
            "Until the end of this day, at the latest %(day)s. A file cannot be "
            "called back."
        ) % {"day": day(self.last_day)}

    @property
    def layout(self) -> Layout:
        return Layout(
            Field("kind", wrapper_class="choices choices-stack"),
            "works_until",
            Field("protection", wrapper_class="choices choices-stack"),
        )

    def clean_works_until(self) -> date:
        chosen = self.cleaned_data["works_until"]
        if not self.today <= chosen <= self.last_day:
            raise ValidationError(
                _("Choose a day from %(first)s to %(last)s."),
                params={"first": day(self.today), "last": day(self.last_day)},
            )
        return chosen

    @property
    def expires_at(self) -> datetime:
        """The end of the chosen day, or of what is possible."""
        chosen = self.license.after_day(self.cleaned_data["works_until"])
        return min(chosen, usual_end(self.license, self.at))

    @property
    def is_encrypted(self) -> bool:
        return self.cleaned_data["protection"] == "encrypted"

    @property
    def is_for_server(self) -> bool:
        return self.cleaned_data["kind"] == "machine"


def last_day_of(license: License, at: datetime) -> date:
    """The last whole day on which a file that is made now works."""
    last = usual_end(license, at) - timedelta(microseconds=1)
    return license.company.today(last)


class RequestForm(Arranged, forms.Form):
    """What an app without network shows: pasted, as its file, or as a picture."""

    is_full = False  # all places of the license are taken

    request = forms.CharField(
        label=gettext_lazy("Activation request"),
        required=False,
        strip=True,
        help_text=gettext_lazy(
            "The license dialog of the app shows it as text and as a QR code. A "
            "telephone that scans the code gives you the text to paste."
        ),
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "class": "code-field",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or its file, or a picture of the QR code"),
        required=False,
        help_text=gettext_lazy("A text file, or a PNG, JPEG, WebP or GIF; up to 5 MB."),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".txt,.req,.json,image/png,image/jpeg,image/webp,image/gif"
            }
        ),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> str:
        """The text in it."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST_UPLOAD:
            raise ValidationError(_("This file is too large: up to 5 MB."))
        raw = file.read()
        try:
            return pictures.text_in(raw) if pictures.is_picture(raw) else raw.decode()
        except pictures.UnreadablePictureError as problem:
            raise ValidationError(str(problem)) from None
        except UnicodeDecodeError:
            raise ValidationError(
                _("This is neither a text file nor a picture. Choose another one.")
            ) from None

    def clean(self) -> dict[str, Any]:
        """`wish`: what the app asks for, out of the one field that is filled."""
        given = super().clean()
        text, upload = given.get("request", ""), given.get("file", "")
        if self.errors:
            return given
        if text and upload:
            self.add_error("file", _("Paste the request or choose its file, not both."))
            return given
        try:
            given["wish"] = requests.read(upload or text)
        except requests.UnreadableRequestError as problem:
            self.add_error("file" if upload else "request", str(problem))
        return given
