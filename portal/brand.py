"""The vendor's own accent and mark, as a stylesheet and a picture for the tab."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from companies.access import public
from ui import brand

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">'
    '<rect width="28" height="28" rx="7" fill="{}"/><text x="14" y="19" fill="#fff"'
    ' font-family="sans-serif" font-size="14" font-weight="600"'
    ' text-anchor="middle">{}</text></svg>'
)


def _version(request: HttpRequest) -> str:
    return f'"{quote(settings.VENDOR_ACCENT.lower() + settings.VENDOR_MARK)}"'


@public("a stylesheet, also of the sign-in page")
@require_safe
@cache_control(public=True, max_age=3600)
@etag(_version)
def stylesheet(request: HttpRequest) -> HttpResponse:
    css = brand.stylesheet(settings.VENDOR_ACCENT)
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@public("the icon of the browser's tab, also on the sign-in page")
@require_safe
@cache_control(public=True, max_age=3600)
@etag(_version)
def mark(request: HttpRequest) -> HttpResponse:
    drawn = format_html(MARK, settings.VENDOR_ACCENT, settings.VENDOR_MARK)
    return HttpResponse(drawn, content_type="image/svg+xml")
