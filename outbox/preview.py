"""A letter's HTML on an address of its own, where it can do nothing.

A letter needs inline styles, which no page of ours allows. So it is shown in a frame
from its own address with a policy of its own: no script, no loading, no forms, and
links open beside it. What lets its reader in is blotted out.
"""

import re

from django.http import HttpResponse

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    ]
)
# Naming only the target is no base address: the policy above still forbids that.
LINKS_OPEN_BESIDE = '<base target="_blank">'

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# A long piece of a path that is no id of a row, and the value of `?code=`.
TOKEN = re.compile(rf"(?<=\w/)(?!{UUID}(?![\w:-]))[\w:-]{{20,}}")
CODE = re.compile(r"[?&;]code=([\w-]+)")
BLOT = "•••"


def without_secrets(letter: str) -> str:
    """The letter as staff may read it: nobody is to come in as its reader.

    The secret of a link is its only copy; of a code it stands in the text as well.
    """
    for code in set(CODE.findall(letter)):
        letter = letter.replace(code, BLOT)
    return TOKEN.sub(BLOT, letter)


def lets_in(text: str, *, except_for: str) -> bool:
    """Whether a letter has a link or a code by which somebody gets in.

    The address for leaving its list is none: it opens nothing.
    """
    rest = text.replace(except_for, "") if except_for else text
    return without_secrets(rest) != rest


def in_scheme(html: str, scheme: str) -> str:
    """As it looks on a light or a dark ground, whichever the browser prefers."""
    applies = "all" if scheme == "dark" else "not all"
    html = html.replace("(prefers-color-scheme: dark)", applies, 1)
    return html.replace('content="light dark"', f'content="{scheme}"')


def html_response(html: str) -> HttpResponse:
    """The answer for the frame."""
    framed = html.replace("<head>", f"<head>{LINKS_OPEN_BESIDE}", 1)
    response = HttpResponse(framed, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
