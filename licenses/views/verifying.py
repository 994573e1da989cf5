"""The page that says of a key or a file whether it is genuine. It keeps nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)

from companies.access import member
from licenses.verify_forms import VerifyForm
from licenses.verifying import examine


@member
@never_cache
@sensitive_post_parameters("text")
@sensitive_variables("form", "context", "finding")
def verify(request: HttpRequest) -> HttpResponse:
    """The answer stands above an empty form: no key is shown again."""
    is_asked = request.method == "POST"
    form = VerifyForm(request.POST, request.FILES) if is_asked else VerifyForm()
    context = {"form": form}
    if is_asked and form.is_valid():
        at = timezone.now()
        finding = examine(form.cleaned_data["shown"], by=request.user)
        license = finding.license
        context = {
            "form": VerifyForm(),
            "finding": finding,
            "notes": finding.notes(at),
            "standing": license and license.standing(license.company.today(at)),
        }
    return render(request, "licenses/verify.html", context)
