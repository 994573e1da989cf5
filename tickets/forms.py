"""What we accept about tickets: a new one, a reply, an answer, a filter."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.models import Application, Environment
from companies.models import User
from tickets.models import Priority, Ticket, TicketMessage
from tickets.opening import Offer
from ui.forms import Arranged

MAX_FILES = 10
MAX_BYTES = 20 * 1024 * 1024
# Programs that a double click runs; logs, images and archives are welcome [E31].
REFUSED_SUFFIXES = {
    *(".exe", ".com", ".scr", ".bat", ".cmd", ".msi", ".ps1", ".vbs", ".js", ".jse"),
    *(".wsf", ".hta", ".lnk", ".cpl", ".pif"),
}
KINDS = [
    (
        Ticket.Kind.INCIDENT,
        gettext_lazy("Something worked and now does not"),
    ),
    (Ticket.Kind.QUESTION, gettext_lazy("How something works, or should")),
    (Ticket.Kind.CHANGE, gettext_lazy("Set, move or resize something for us")),
]
IMPACTS = [
    (Ticket.Impact.EVERYONE, gettext_lazy("the app is down or useless")),
    (Ticket.Impact.MANY, gettext_lazy("a department or a site")),
    (Ticket.Impact.A_FEW, gettext_lazy("some people, some of the time")),
]
URGENCIES = [
    (Ticket.Urgency.STOPPED, gettext_lazy("and there is no way around it")),
    (Ticket.Urgency.HAMPERED, gettext_lazy("there is a way around it")),
    (Ticket.Urgency.CAN_WAIT, gettext_lazy("for the next working day")),
]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each of a sane size and kind [TI-19]."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        words = {
            "label": gettext_lazy("Files"),
            "help_text": gettext_lazy(
                "Logs, images or PDF, up to 20 MB each, 10 at most. No passwords, no"
                " personal or card data."
            ),
            "required": False,
        }
        super().__init__(**words | options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(file) for file in uploads if file]
        if len(files) > MAX_FILES:
            raise ValidationError(
                _("Send %(count)d files at most. Put more into one archive."),
                params={"count": MAX_FILES},
            )
        for file in files:
            _refuse_bad_file(file)
        return files


def _refuse_bad_file(file: UploadedFile) -> None:
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("%(name)s is larger than 20 MB. Send an excerpt or an archive."),
            params={"name": file.name},
        )
    if PurePath(file.name).suffix.lower() in REFUSED_SUFFIXES:
        raise ValidationError(
            _("%(name)s is a program, which we do not take. Send logs or images."),
            params={"name": file.name},
        )


class TokenForm(forms.Form):
    """Carries a token made with the form: sent twice, it counts once."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_token"].initial = uuid.uuid4


def text_field(rows: int = 4, **options: Any) -> forms.CharField:
    limit = TicketMessage._meta.get_field("text").max_length
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(widget=widget, max_length=limit, **options)


def cards(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Radio labels with a second line."""
    return [
        (choice.value, format_html("{}<small>{}</small>", choice.label, more))
        for choice, more in choices
    ]


class ApplicationField(forms.ModelChoiceField):
    """One of my apps; or, said expressly, none of them [TI-13]."""

    GENERAL = "general"

    def offer(self, applications: Any, *, general: bool) -> None:
        self.queryset = applications
        rows = list(applications)
        self.choices = [
            *([] if len(rows) == 1 and not general else [("", _("Choose the app"))]),
            *((row.pk, f"{row.name} ({row.get_hosting_display()})") for row in rows),
            *([(self.GENERAL, _("No app, a general matter"))] if general else []),
        ]

    def clean(self, value: Any) -> Application | None:
        general = any(choice == self.GENERAL for choice, _label in self.choices)
        return None if general and value == self.GENERAL else super().clean(value)


class NewTicketForm(Arranged, TokenForm):
    """A new ticket, on an app one may see, or on a general matter [TI-12, TI-13]."""

    asked_by = forms.EmailField(
        label=gettext_lazy("Who asks"),
        help_text=gettext_lazy("The address with which the customer signs in."),
    )
    has_called = forms.BooleanField(
        label=gettext_lazy("They are on the phone"), required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        widget=forms.RadioSelect,
        initial=Ticket.Kind.INCIDENT,
    )
    application = ApplicationField(None, label=gettext_lazy("App"))
    environment = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Environment"),
        required=False,
        empty_label=gettext_lazy("All, or none of them"),
    )
    subject = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=160,
        help_text=gettext_lazy("What you see, not what you think causes it."),
    )
    text = text_field(
        rows=7,
        label=gettext_lazy("What happens"),
        help_text=gettext_lazy(
            "When it started, the exact error, what you did and expected. Do not paste"
            " passwords."
        ),
    )
    files = FilesField()
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Who is affected?"),
        widget=forms.RadioSelect,
        coerce=int,
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How urgent is it?"),
        widget=forms.RadioSelect,
        coerce=int,
    )
    followers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Keep informed"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, offer: Offer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer = offer
        self.fields["kind"].choices = cards(KINDS)
        self.fields["impact"].choices = cards(IMPACTS)
        self.fields["urgency"].choices = cards(URGENCIES)
        self.fields["application"].offer(
            offer.applications, general=offer.allows_general
        )
        self.fields["application"].initial = offer.chosen or offer.general_choice
        self.fields["environment"].queryset = offer.environments
        self.fields["environment"].choices = _by_application(
            self.fields["environment"].empty_label, offer.environments
        )
        self.fields["followers"].choices = [(one.pk, str(one)) for one in offer.team]
        if not offer.team:
            del self.fields["followers"]
        if not offer.is_for_customer:
            del self.fields["asked_by"], self.fields["has_called"]

    @property
    def layout(self) -> Layout:
        followers = ["followers"] if "followers" in self.fields else []
        customer = ["asked_by", "has_called"] if self.offer.is_for_customer else []
        return Layout(
            "form_token",
            *customer,
            Field("kind", wrapper_class="choices"),
            Row(
                Column(Field("application"), css_class="col-md-8"),
                Column(Field("environment"), css_class="col-md-4"),
            ),
            "subject",
            "text",
            "files",
            Row(
                Column(Field("impact", wrapper_class="choices choices-stack")),
                Column(Field("urgency", wrapper_class="choices choices-stack")),
            ),
            *followers,
        )

    def clean_followers(self) -> list[User]:
        chosen = set(self.cleaned_data["followers"])
        return [person for person in self.offer.team if str(person.pk) in chosen]

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        application = facts.get("application")
        environment = facts.get("environment")
        if environment and environment.application != application:
            self.add_error(
                "environment",
                _("%(environment)s is not an environment of the app you chose.")
                % {"environment": environment},
            )
        return facts


def _by_application(
    empty: Any, environments: Iterable[Environment]
) -> list[tuple[Any, Any]]:
    """Environments under the names of their apps."""
    groups: dict[str, list[tuple[Any, str]]] = {}
    for environment in environments:
        group = groups.setdefault(environment.application.name, [])
        group.append((environment.pk, environment.name))
    return [("", empty), *groups.items()]


class ReplyForm(Arranged, TokenForm):
    """What a customer adds to the thread."""

    text = text_field(label=gettext_lazy("Your reply"))
    files = FilesField(label=gettext_lazy("Attach files"))


class FollowerForm(Arranged, forms.Form):
    """Whom to keep informed, by the address they sign in with."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))


class TicketFilter(forms.Form):
    """The address of the list: what is not understood is left out."""

    STATES = ("open", "waiting", "solved", "all")

    state = forms.ChoiceField(
        choices=[(state, state) for state in STATES], required=False
    )
    q = forms.CharField(max_length=100, required=False)
    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("Any kind")), *Ticket.Kind.choices], required=False
    )
    priority = forms.TypedChoiceField(
        choices=[("", gettext_lazy("Any priority")), *Priority.choices],
        required=False,
        coerce=int,
        empty_value=None,
    )
    application = forms.UUIDField(required=False)
