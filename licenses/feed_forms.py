"""What somebody wants in the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import User
from ui.forms import Arranged

MINE, COMPANY = "mine", "company"


class FeedForm(Arranged, forms.Form):
    """Whose licenses, for those who have a choice; and whether maintenance goes along.

    Vendor staff plan maintenance elsewhere and get the licenses alone.
    """

    which = forms.ChoiceField(
        label=gettext_lazy("Which licenses"), widget=forms.RadioSelect, initial=MINE
    )
    with_maintenance = forms.BooleanField(
        label=gettext_lazy("With planned maintenance of Cloud apps"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        all_of_it = _("All licenses of %(company)s") % {"company": user.company}
        self.fields["which"].choices = [
            (MINE, _("Those of the apps I may see")),
            (COMPANY, all_of_it),
        ]
        if not (user.is_company_admin and user.company):
            del self.fields["which"]
        if user.is_staff:
            del self.fields["with_maintenance"]

    @property
    def wish(self) -> dict[str, Any]:
        """In the words of the verb."""
        is_all = self.cleaned_data.get("which") == COMPANY
        return {
            "company": self.user.company if is_all else None,
            "with_maintenance": self.cleaned_data.get("with_maintenance", False),
        }
