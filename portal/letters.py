"""The desk's preview of every letter: when it is written, to whom, how it looks.

Shown with made-up facts; nothing is read about a customer and nothing is sent. The
letter itself stands in a frame of its own, as in the trial's mailbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps import samples as apps_samples
from companies import samples as companies_samples
from companies.access import staff
from companies.made_up import STELLA
from contacts import samples as contacts_samples
from licenses import samples as licenses_samples
from operations import samples as operations_samples
from outbox.preview import html_response, in_scheme
from outbox.samples import Sample
from tickets import samples as tickets_samples

TEST = Sample(
    template="outbox/emails/test",
    topic=_("Support desk"),
    when=_("Somebody at the desk asks whether mail arrives."),
    to=_("whoever asked for a test letter"),
    name=STELLA.name,
    facts=lambda at: {"at": at},
)
SAMPLES: dict[str, Sample] = {
    sample.slug: sample
    for package in (
        companies_samples,
        apps_samples,
        contacts_samples,
        licenses_samples,
        operations_samples,
        tickets_samples,
    )
    for sample in package.SAMPLES
} | {TEST.slug: TEST}


@dataclass(frozen=True)
class Look:
    """How the letter is looked at: in which language, on which ground, how wide."""

    LANGUAGES: ClassVar = dict(settings.LANGUAGES)
    SCHEMES: ClassVar = {"light": _("Light"), "dark": _("Dark")}
    # As wide as the letter with the ground beside it, and as a phone.
    WIDTHS: ClassVar = {"640": _("600 pixels"), "375": _("Phone")}

    language: str
    scheme: str
    width: str

    @classmethod
    def wanted(cls, request: HttpRequest) -> Look:
        """What the address asks for; whatever it does not offer is the first."""

        def one_of(name: str, choices: Mapping[str, Any]) -> str:
            value = request.GET.get(name, "")
            return value if value in choices else next(iter(choices))

        return cls(
            one_of("language", cls.LANGUAGES),
            one_of("scheme", cls.SCHEMES),
            one_of("width", cls.WIDTHS),
        )

    @property
    def query(self) -> str:
        return urlencode({"language": self.language, "scheme": self.scheme})


@staff
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    topics: dict[str, list[Sample]] = {}
    for sample in SAMPLES.values():
        topics.setdefault(str(sample.topic), []).append(sample)
    return render(request, "letters/list.html", {"topics": topics})


@staff
@require_safe
@csp_update({"frame-src": [SELF]})
def letter_detail(request: HttpRequest, slug: str) -> HttpResponse:
    sample, look = _sample(slug), Look.wanted(request)
    before, after = _neighbours(slug)
    return render(
        request,
        "letters/detail.html",
        {
            "sample": sample,
            "look": look,
            "letter": sample.render(look.language, timezone.now()),
            "before": before,
            "after": after,
        },
    )


@staff
@require_safe
def letter_html(request: HttpRequest, slug: str) -> HttpResponse:
    look = Look.wanted(request)
    letter = _sample(slug).render(look.language, timezone.now())
    return html_response(in_scheme(letter.html, look.scheme))


def _sample(slug: str) -> Sample:
    if slug not in SAMPLES:
        raise Http404
    return SAMPLES[slug]


def _neighbours(slug: str) -> tuple[Sample | None, Sample | None]:
    """The letters before and after this one in the list."""
    slugs = list(SAMPLES)
    place = slugs.index(slug)
    before = SAMPLES[slugs[place - 1]] if place else None
    return before, SAMPLES[slugs[place + 1]] if place + 1 < len(slugs) else None
