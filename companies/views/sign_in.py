"""How a company's people sign in: its mail domains, and single sign-on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import actions, mail_domains
from companies.access import company_admin
from companies.domain_forms import ClaimForm
from companies.models import ClaimedDomain
from companies.views.sign_on_settings import sign_on_of


@company_admin
def sign_in(request: HttpRequest) -> HttpResponse:
    """The domains that are the company's, and the claim of another one [CO-07]."""
    own = mail_domains.domain_of(request.user.email)
    form = ClaimForm(request.POST or None, initial={"name": own})
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim_domain(
                form.cleaned_data["name"], by=request.user, at=timezone.now()
            )
        except ValidationError as refusal:
            form.add_error("name", refusal)
        else:
            messages.success(request, _("Claimed. We check it and write to you."))
            return redirect("companies:sign_in")
    domains = list(ClaimedDomain.objects.visible_to(request.user))
    is_claimed = any(one.name == own and one.is_standing for one in domains)
    context = {
        "form": form,
        "domains": domains,
        "is_claimed": is_claimed,
        "has_domain": any(one.is_confirmed for one in domains),
        "sign_on": sign_on_of(request.user),
    }
    return render(request, "companies/sign_in.html", context)
