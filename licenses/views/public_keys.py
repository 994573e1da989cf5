"""Pages of the public keys: for everybody, since with them nothing can be signed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.access import public
from licenses import recipes, signers
from licenses.models import SigningKey


@dataclass(frozen=True)
class Published:
    """One public key as people and programs want it."""

    key: SigningKey

    @property
    def pem(self) -> str:
        return recipes.pem_of(self.key.public_key)

    @property
    def pem_name(self) -> str:
        return recipes.pem_name(self.key.public_key)


@public("the vendor's public keys, which every app holds anyway")
@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:
    active, retired = None, []
    for key in signers.tried():
        if key.is_active:
            active = Published(key)
        else:
            retired.append(Published(key))
    context = {"active": active, "retired": retired, "file": recipes.FILE}
    if active:
        context["openssl"] = recipes.openssl_lines(active.key.public_key)
        context["python"] = recipes.python_lines(active.key.public_key)
    signed_in = request.user.is_authenticated
    page = "public_keys.html" if signed_in else "public_keys_bare.html"
    return render(request, f"licenses/{page}", context)


@public("the vendor's public key, which every app holds anyway")
@require_safe
def public_key_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """As the line of OpenSSL on the page names it."""
    for key in signers.tried():
        if key.pk == pk:
            published = Published(key)
            disposition = f'attachment; filename="{published.pem_name}"'
            return HttpResponse(
                published.pem,
                content_type="application/x-pem-file",
                headers={"Content-Disposition": disposition},
            )
    raise Http404
