"""What people choose and say when the role of technical contact moves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Membership, MembershipQuerySet
from companies.models import User
from contacts.models import Handover, Review, TechnicalContact, candidates
from contacts.rights import is_contact
from ui.forms import Arranged

REASON_HELP = _("Both people and your company admins read it.")


class MemberChoice(forms.ModelChoiceField):
    """One of the team; who is of another company is shown with it."""

    def label_from_instance(self, membership: Membership) -> str:
        person, company = membership.user, membership.application.company
        if person.company_id == company.pk:
            return f"{person}, {person.email}"
        return f"{person}, {person.email} ({person.company or _('external')})"


class ChosenMember(forms.Form):
    """Somebody of the team who can take the role; `user` sees only visible rows."""

    member = MemberChoice(
        label=_("Who"), queryset=None, empty_label=_("Choose somebody of the team")
    )

    def __init__(
        self, *args: Any, user: User, application: Application, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = self.fitting(
            application, Membership.objects.visible_to(user)
        )

    def fitting(
        self, application: Application, team: MembershipQuerySet
    ) -> MembershipQuerySet:
        members = candidates(application, among=team)
        return members.select_related("application__company")

    @property
    def has_anybody(self) -> bool:
        return self.fields["member"].queryset.exists()

    @property
    def person(self) -> User:
        return self.cleaned_data["member"].user


class AppointForm(Arranged, ChosenMember):
    """Contacts choose their colleagues freely; everybody else says why."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The new contact and your company admins read it."),
    )

    def __init__(
        self, *args: Any, user: User, application: Application, **kwargs: Any
    ) -> None:
        super().__init__(*args, user=user, application=application, **kwargs)
        self.fields["reason"].required = not is_contact(user, application)


class ReplaceForm(Arranged, ChosenMember):
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=REASON_HELP)


class OfferForm(Arranged, ChosenMember):
    """To whom the role is offered; an account is needed to accept."""

    message = forms.CharField(
        label=_("Message"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they should know. They read it in the mail."),
    )

    def fitting(
        self, application: Application, team: MembershipQuerySet
    ) -> MembershipQuerySet:
        return super().fitting(application, team.with_account())


class DismissForm(Arranged, forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=REASON_HELP, required=False
    )


class DeclineForm(Arranged, forms.ModelForm):
    class Meta:
        model = Handover
        fields = ["answer"]
        labels = {"answer": _("Why not (if you like to say)")}


class HostingForm(Arranged, forms.Form):
    """Where an application moves to and, on the way to Cloud, who stays [E5]."""

    hosting = forms.ChoiceField(
        label=_("New hosting"), choices=Application.Hosting.choices
    )
    keep = forms.ModelChoiceField(
        label=_("Technical contact who stays"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
    )

    def __init__(
        self, *args: Any, user: User, application: Application, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        hosting = self.fields["hosting"]
        hosting.choices = [
            choice for choice in hosting.choices if choice[0] != application.hosting
        ]
        contacts = TechnicalContact.objects.visible_to(user).of(application)
        keep = self.fields["keep"]
        keep.queryset = contacts.with_people()
        keep.label_from_instance = lambda contact: str(contact.user)
        if application.is_cloud:
            del self.fields["keep"]

    @property
    def layout(self) -> Layout:
        fields = [Field(name) for name in self.fields if name != "keep"]
        if "keep" in self.fields:
            fields.append(Field("keep", wrapper_class="choices choices-stack"))
        return Layout(*fields)

    @property
    def kept(self) -> User | None:
        contact = self.cleaned_data.get("keep")
        return contact.user if contact else None


class OffboardForm(Arranged, forms.Form):
    """Typing the name shows that it is meant: nothing brings the environments back."""

    name = forms.CharField(
        label=_("Name of the app"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name != self.application.name:
            raise forms.ValidationError(_("This is not the name of the app."))
        return name


class StillForm(forms.Form):
    """Of which applications somebody says to be still the technical contact."""

    apps = forms.TypedMultipleChoiceField(
        label=_("I am still the technical contact of"),
        coerce=uuid.UUID,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        error_messages={"required": _("Choose at least one app.")},
    )

    def __init__(self, *args: Any, reviews: Sequence[Review], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.application_id), row.application.name) for row in reviews]
        self.fields["apps"].choices = choices
        self.initial["apps"] = [value for value, _name in choices]
