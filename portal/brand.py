"""The vendor's own accent as a small stylesheet of its own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from companies.access import public
from ui import brand


def _accent(request: HttpRequest) -> str:
    return f'"{settings.VENDOR_ACCENT.lower()}"'


@public("a stylesheet, also of the sign-in page")
@require_safe
@cache_control(public=True, max_age=3600)
@etag(_accent)
def stylesheet(request: HttpRequest) -> HttpResponse:
    css = brand.stylesheet(settings.VENDOR_ACCENT)
    return HttpResponse(css, content_type="text/css; charset=utf-8")
