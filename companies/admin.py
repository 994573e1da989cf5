"""Companies, people, service levels and activity for the vendor's support staff."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelectWidget

from companies import actions, emails, zones
from companies.domain_admin import ClaimedDomainAdmin
from companies.invitation_admin import InvitationAdmin
from companies.models import (
    ActivityEntry,
    Company,
    SecurityContact,
    ServiceLevel,
    User,
)
from companies.reading import Kind, verbs_of
from companies.sign_on_admin import SignOnAdmin
from companies.step_up import require_second_factor
from ui.admin import Ledger, VerbAdmin
from ui.states import state_of

# Registered where it is written; Django looks only here.
__all__ = ["ClaimedDomainAdmin", "InvitationAdmin", "SignOnAdmin"]


class InZone:
    """A time zone is chosen from the places of the world. Put before an admin class."""

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "time_zone":
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=zones.by_area())
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(ModelAdmin):
    list_display = ["name", "support_hours", "availability", "maintenance_notice_days"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A level that a customer has or had stays, since old figures refer to it."""
        return False


@admin.register(Company)
class CompanyAdmin(InZone, VerbAdmin):
    list_display = [
        "name",
        "service_level",
        "account_executive",
        "customer_success_manager",
        "people_count",
    ]
    list_filter = ["service_level"]
    list_select_related = [
        "service_level",
        "account_executive",
        "customer_success_manager",
    ]
    search_fields = ["name"]
    autocomplete_fields = ["account_executive", "customer_success_manager", "contact"]
    readonly_fields = ["security_contact"]
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Company | None = None) -> list[str]:
        facts = ["name", "service_level", "account_executive"]
        facts += ["customer_success_manager", "address", "time_zone"]
        # Only somebody of the company can be its contact, so first it has people.
        return [*facts, "contact", "security_contact"] if obj else facts

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        return super().get_queryset(request).with_people_count()

    def save_model(
        self, request: HttpRequest, obj: Company, form: Form, change: bool
    ) -> None:
        who_and_when = {"by": request.user, "at": timezone.now()}
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            actions.change_company(obj, **changes, **who_and_when)
        else:
            row = actions.register_company(**form.cleaned_data, **who_and_when)
            self.adopt(obj, row)

    @display(description=_("security contact"), empty_value=_("nobody"))
    def security_contact(self, company: Company) -> str | None:
        """To be read only: the company names it, and the mailbox confirms [CO-16]."""
        contact = SecurityContact.objects.of(company).confirmed().first()
        return f"{contact.name}, {contact.email}" if contact else None

    @display(description=_("people"), ordering="people_count")
    def people_count(self, company: Company) -> int:
        return company.people_count


@admin.register(User)
class PersonAdmin(InZone, VerbAdmin):
    list_display = ["name", "email", "company", "shown_role", "shown_state"]
    list_display_links = ["name", "email"]
    list_filter = ["is_active", "is_staff", "is_company_admin"]
    list_select_related = ["company"]
    search_fields = ["name", "email", "company__name"]
    autocomplete_fields = ["company"]
    show_full_result_count = False
    actions = [
        "send_letter_again",
        "sign_out",
        "reset_second_factor",
        "reopen_accounts",
        "forget_sign_on",
    ]

    ABOUT = ["name", "job_title", "phone", "language", "time_zone"]
    SEATS = ["company", "is_company_admin", "is_staff"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list:
        seats = self.SEATS if obj is None else [*self.SEATS, "is_active"]
        facts = [] if obj is None else ["registered_at", "last_login", "created_at"]
        return [
            (None, {"fields": ["email", *self.ABOUT]}),
            (_("Role"), {"fields": [*seats, *facts]}),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str]:
        if obj is None:
            return []
        fixed = ["email", "is_staff", "is_active"]
        fixed += ["registered_at", "last_login", "created_at"]
        return [*fixed, "company"] if obj.is_staff or obj.company_id else fixed

    def get_form(
        self, request: HttpRequest, obj: User | None = None, **kwargs: Any
    ) -> type[Form]:
        form = super().get_form(request, obj, **kwargs)
        form.base_fields["name"].required = True
        return form

    def save_model(
        self, request: HttpRequest, obj: User, form: Form, change: bool
    ) -> None:
        if {"is_company_admin", "is_staff"} & set(form.changed_data):
            require_second_factor(request)
        who_and_when = {"by": request.user, "at": timezone.now()}
        if not change:
            row = actions.add_person(**form.cleaned_data, **who_and_when)
            self.adopt(obj, row)
            return
        about = {
            name: form.cleaned_data[name]
            for name in form.changed_data
            if name in self.ABOUT
        }
        actions.change_account(obj, **about, **who_and_when)
        if "company" in form.changed_data:
            actions.join_company(obj, form.cleaned_data["company"], **who_and_when)
        if "is_company_admin" in form.changed_data:
            is_named = form.cleaned_data["is_company_admin"]
            verb = actions.name_admin if is_named else actions.unname_admin
            verb(obj, **who_and_when)

    @display(description=_("role"))
    def shown_role(self, person: User) -> str:
        return person.role

    @display(
        description=_("account"),
        label={
            "person.active": "success",
            "person.invited": "info",
            "person.deactivated": "default",
        },
    )
    def shown_state(self, person: User) -> tuple[str, str]:
        return person.state_code, str(state_of(person).word)

    @admin.action(description=_("Send the letter to choose a password again"))
    def send_letter_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        def send(person: User) -> None:
            if not person.is_active:
                raise ValidationError(_("This account is closed."))
            emails.welcome(person, at=timezone.now())

        self.attempt(request, queryset, send, _letters_sent)

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        verb = partial(actions.end_sessions, by=request.user, at=timezone.now())
        self.attempt(request, queryset, verb, _people_changed)

    @admin.action(description=_("Switch off the second factor"))
    def reset_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> None:
        require_second_factor(request)
        verb = partial(actions.reset_second_factor, by=request.user, at=timezone.now())
        self.attempt(request, queryset, verb, _people_changed)

    @admin.action(description=_("Reactivate"))
    def reopen_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        require_second_factor(request)
        verb = partial(actions.reopen_account, by=request.user, at=timezone.now())
        self.attempt(request, queryset, verb, _people_changed)

    @admin.action(description=_("Forget by what name single sign-on knows them"))
    def forget_sign_on(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        verb = partial(actions.forget_sign_on, by=request.user, at=timezone.now())
        self.attempt(request, queryset, verb, _people_changed)


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return Kind.choices

    def queryset(
        self, request: HttpRequest, entries: QuerySet[ActivityEntry]
    ) -> QuerySet[ActivityEntry]:
        kind = self.value()
        return entries.filter(verb__in=verbs_of(kind)) if kind else entries


@admin.register(ActivityEntry)
class ActivityAdmin(Ledger, ModelAdmin):
    list_display = ["at", "actor", "shown_deed", "company"]
    list_display_links = None
    list_filter = [KindFilter]
    list_select_related = ["company"]
    search_fields = ["actor", "thing", "old", "new", "company__name"]
    paginator = InfinitePaginator
    show_full_result_count = False
    date_hierarchy = "at"
    fields = ["at", "actor", "shown_deed", "thing", "old", "new", "company", "app"]

    @display(description=_("app"))
    def app(self, entry: ActivityEntry) -> str:
        """A link: the log keeps no more of the app than its id."""
        if entry.about is None:
            return "-"
        page = reverse("admin:applications_application_change", args=[entry.about])
        return format_html(
            '<a class="desk-link" href="{}">{}</a>', page, _("open the app")
        )

    @display(description=_("what"))
    def shown_deed(self, entry: ActivityEntry) -> str:
        return entry.sentence


def _people_changed(count: int) -> str:
    words = ngettext("%(count)d account changed.", "%(count)d accounts changed.", count)
    return words % {"count": count}


def _letters_sent(count: int) -> str:
    words = ngettext("%(count)d letter is sent.", "%(count)d letters are sent.", count)
    return words % {"count": count}
