"""The thread of a ticket as its page shows it, drawn post by post.

A thread is as long as it gets: what is the same in every post is rendered once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from companies.models import User
from tickets.sentences import Line
from tickets.threads import Post
from ui.shapes import shape_of
from ui.symbols import icon
from ui.templatetags.ui import avatar, stamp

NOTHING = SafeString()


def drawn(entries: Iterable[Post | Line]) -> SafeString:
    """Every message and, between them, what happened."""
    message = shape_of(
        "tickets/_post.html",
        *("number", "kind", "avatar", "author", "meta", "stamp", "html", "files"),
    )
    event = shape_of("tickets/_event.html", "icon", "sentence", "stamp")
    faces = cache(_face)
    return SafeString(
        "".join(
            message(number, *faces(post.message.author), *_said(post))
            if isinstance(post, Post)
            else event(icon(post.icon), post.sentence, stamp(post.at))
            for number, post in enumerate(entries, start=1)
        )
    )


def _face(author: User) -> tuple[SafeString | str, ...]:
    """The ground, the picture and the name of whoever wrote."""
    kind = " msg-vendor" if author.is_staff else ""
    return kind, avatar(author, "lg", vendor=author.is_staff), str(author)


def _said(post: Post) -> tuple[SafeString | str, ...]:
    """For whom they wrote, when, what, and the files."""
    files = NOTHING
    if post.files:
        files = render_to_string("tickets/_files.html", {"files": post.files})
    return _house(post), stamp(post.at), post.html, files


def _house(post: Post) -> SafeString | str:
    author = post.message.author
    if author.is_staff:
        house = _("%(house)s Support") % {"house": settings.VENDOR_NAME}
    else:
        house = author.company.name if author.company else ""
    if not post.message.is_internal:
        return house
    return format_html("{}, <strong>{}</strong>", house, _("internal note"))
