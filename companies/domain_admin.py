"""Claimed mail domains at the support desk: who claims what, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from companies import actions
from companies.domain_forms import DecisionForm
from companies.models import ClaimedDomain, User
from ui.admin import VerbAdmin
from ui.states import state_of


@admin.register(ClaimedDomain)
class ClaimedDomainAdmin(VerbAdmin):
    """A claim is decided on its own page, beside the people whom it concerns."""

    form = DecisionForm
    list_display = ["name", "company", "shown_state", "claimed_by", "claimed_at"]
    list_filter = ["state"]
    list_select_related = ["company", "claimed_by"]
    search_fields = ["name", "company__name"]
    show_full_result_count = False

    FACTS = ["name", "company", "state", "claimed_by", "address", "claimed_at"]
    PEOPLE = ["newcomers", "elsewhere"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A company claims; the vendor only decides."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: ClaimedDomain | None = None
    ) -> bool:
        return obj is None or obj.is_standing

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        facts = [*self.FACTS, "decided_at", "reason"]
        shown = [
            (_("The claim"), {"fields": facts}),
            (_("People with an address there"), {"fields": self.PEOPLE}),
        ]
        decision = (_("Decision"), {"fields": ["decision", "why"]})
        return [*shown, decision] if obj.is_standing else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.FACTS, *self.PEOPLE, "decided_at", "reason"]

    def save_model(
        self, request: HttpRequest, obj: ClaimedDomain, form: Form, change: bool
    ) -> None:
        who_and_when = {"by": request.user, "at": timezone.now()}
        decision, why = form.cleaned_data["decision"], form.cleaned_data["why"]
        if decision == "confirm":
            moved, elsewhere = actions.confirm_domain(obj, **who_and_when)
            self._say_who(request, moved, elsewhere)
        elif decision == "refuse":
            actions.refuse_domain(obj, reason=why, **who_and_when)
        else:
            actions.remove_domain(obj, reason=why, **who_and_when)

    def _say_who(
        self, request: HttpRequest, moved: list[User], elsewhere: list[User]
    ) -> None:
        count = len(moved)
        words = ngettext(
            "%(count)d account without a company was moved in.",
            "%(count)d accounts without a company were moved in.",
            count,
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
        if elsewhere:
            names = ", ".join(_whose(person) for person in elsewhere)
            said = _t("Not moved, because they belong elsewhere: %(names)s.")
            self.message_user(request, said % {"names": names}, messages.WARNING)

    @display(
        description=_("state"),
        label={
            "domain.waiting": "info",
            "domain.confirmed": "success",
            "domain.refused": "danger",
        },
    )
    def shown_state(self, domain: ClaimedDomain) -> tuple[str, str]:
        return domain.state_code, str(state_of(domain).word)

    @display(description=_("address of that person"))
    def address(self, domain: ClaimedDomain) -> str:
        return domain.claimed_by.email

    @display(description=_("without a company, to be moved in"))
    def newcomers(self, domain: ClaimedDomain) -> str:
        return _listed(User.objects.at_domain(domain.name).to_be_moved())

    @display(description=_("of another company, not moved"))
    def elsewhere(self, domain: ClaimedDomain) -> str:
        people = User.objects.at_domain(domain.name).elsewhere_than(domain.company)
        return _listed(people)


def _listed(people: QuerySet[User]) -> str:
    return ", ".join(_whose(person) for person in people.with_company()) or _t("nobody")


def _whose(person: User) -> str:
    if person.company is None:
        return f"{person} <{person.email}>"
    return f"{person} <{person.email}> ({person.company})"
