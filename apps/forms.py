"""What people write about an application: an order, its description, its places."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Field, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment, Membership
from companies.models import Company, User
from ui.forms import Arranged

Purpose = Environment.Purpose
PEOPLE_OFFERED = 50
# Where an address field proposes the company's people: <datalist id="people">.
PEOPLE_LIST = "people"


def email_input() -> forms.EmailInput:
    return forms.EmailInput(attrs={"list": PEOPLE_LIST, "autocomplete": "off"})


class CompanySearch(forms.Form):
    """Part of a company's name, for staff who order for somebody else."""

    q = forms.CharField(label=_("Company"), max_length=120, required=False)


class SomebodyNamed(forms.Form):
    """A person by address; two more facts about somebody who is new here."""

    name_field = "name"
    email_field = "email"

    is_colleague = forms.BooleanField(
        label=_("Belongs to the company"),
        required=False,
        help_text=_("Only for somebody who is new here. Outsiders see this app alone."),
    )

    @property
    def named(self) -> dict[str, str]:
        """The address and the name, as `person_at` asks for them."""
        return {
            "email": self.cleaned_data[self.email_field],
            "name": self.cleaned_data[self.name_field],
        }

    def company_of_newcomer(self, company: Company) -> Company | None:
        return company if self.cleaned_data.get("is_colleague") else None


class ContactNamed(SomebodyNamed):
    """Who becomes technical contact: a known address, or a name with a new one."""

    name_field = "contact_name"
    email_field = "contact_email"

    contact_email = forms.EmailField(
        label=_("E-mail of the technical contact"),
        widget=email_input(),
        help_text=_(
            "Answers for the app on the technical level. Appointed when the order is"
            " signed; needs an account before the app is delivered."
        ),
    )
    contact_name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Only for somebody who is new here."),
    )


class OrderForm(Arranged, ContactNamed, forms.ModelForm):
    """A new application: what it is, where it runs, who answers for it."""

    ENVIRONMENTS = [
        (Purpose.PRODUCTION.value, _("Production")),
        (Purpose.ACCEPTANCE.value, _("Acceptance")),
        (Purpose.TEST.value, _("Test")),
    ]

    environments = forms.MultipleChoiceField(
        label=_("Environments"),
        choices=ENVIRONMENTS,
        widget=forms.CheckboxSelectMultiple,
        initial=[Purpose.PRODUCTION.value],
        help_text=_("Each has a license of its own. You can add more later."),
    )
    hosting = forms.ChoiceField(
        label=_("Hosting"),
        choices=Application.Hosting.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "On-Premises runs on your own servers and may have several technical"
            " contacts. Cloud is run by us and has exactly one."
        ),
    )

    class Meta:
        model = Application
        fields = ["name", "description", "hosting", "location"]

    def __init__(self, *args: Any, user: User, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.company_id == company.pk:
            self.fields["contact_email"].initial = user.email

    @property
    def layout(self) -> Layout:
        return Layout(
            Fieldset(
                _("The app"),
                Row(Column("name"), Column("description")),
                Field("hosting", wrapper_class="choices"),
                Row(Column("location"), Column("environments")),
            ),
            Fieldset(
                _("Who answers for it"),
                Row(Column("contact_email"), Column("contact_name")),
                "is_colleague",
            ),
        )

    @property
    def order(self) -> dict[str, Any]:
        """What the verb asks for, besides the company and the contact."""
        wanted = self.cleaned_data
        return {
            "name": wanted["name"],
            "description": wanted["description"],
            "hosting": wanted["hosting"],
            "location": wanted["location"],
            "environments": {purpose: purpose for purpose in wanted["environments"]},
        }


class ContactForm(Arranged, ContactNamed):
    """Another technical contact for an order that is not signed yet."""

    @property
    def layout(self) -> Layout:
        return Layout("contact_email", "contact_name", "is_colleague")


class DescriptionForm(Arranged, forms.ModelForm):
    class Meta:
        model = Application
        fields = ["name", "description", "location"]


class EnvironmentForm(Arranged, forms.ModelForm):
    url = forms.URLField(
        label=_("Address"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    class Meta:
        model = Environment
        fields = ["name", "purpose", "url", "platform_version"]
        help_texts = {
            "name": _("Two or more letters, digits or hyphens, as in production."),
            "platform_version": _("As in 11.6.2; it decides how long we support it."),
        }

    @property
    def moves_production(self) -> bool:
        """Whether a place becomes production by it, or ceases to be; once cleaned."""
        purposes = {self.initial.get("purpose"), self.cleaned_data["purpose"]}
        return len(purposes) > 1 and Environment.Purpose.PRODUCTION in purposes

    @property
    def layout(self) -> Layout:
        return Layout(
            Row(Column("name"), Column("purpose")),
            Row(Column("url"), Column("platform_version")),
        )


class JoinForm(Arranged, SomebodyNamed, forms.ModelForm):
    """A colleague by e-mail address, known or new.

    Only who governs the company (`governs`) says who belongs to it.
    """

    email = forms.EmailField(
        label=_("E-mail"),
        widget=email_input(),
        help_text=_("We write to them. People of other companies may join too."),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Only for somebody who is new here."),
    )

    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, *args: Any, governs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not governs:
            del self.fields["is_colleague"]

    @property
    def layout(self) -> Layout:
        return Layout("email", "role", "name", *{"is_colleague"} & {*self.fields})


class RoleForm(Arranged, forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["role"]
