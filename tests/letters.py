"""Letters kept word by word, in files that people read and agreed on.

A letter that changes is to be read again and its file renewed with RENEW_LETTERS=1.
"""

import os
import re
from contextlib import contextmanager
from html.parser import HTMLParser

from django.utils.translation import trans_real

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SIGNED = re.compile(r"(/(?:unsubscribe|still)/)[^/\s>]+")


class Visible(HTMLParser):
    """What a reader of the HTML sees: words and where links lead."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        if tag in {"style", "title"} or "aria-hidden" in dict(attributes):
            self.hidden += 1
        if tag == "a":
            self.words.append(f"<{dict(attributes)['href']}>")
        if tag in {"tr", "h1", "p", "div"}:
            self.words.append("\n")

    def handle_endtag(self, tag):
        # Nothing stands inside the one hidden `div`, and none is open before it.
        self.hidden -= tag in {"style", "title"} or (tag == "div" and self.hidden > 0)

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)

    def __str__(self):
        lines = " ".join(self.words).split("\n")
        spaced = (re.sub(r"\s+([,.?])", r"\1", " ".join(x.split())) for x in lines)
        return "\n".join(line for line in spaced if line)


def visible(html):
    parser = Visible()
    parser.feed(html)
    return str(parser)


def same_as_kept(path, letter, *chance):
    """The letter in both forms, beside the file that was read and agreed on.

    `chance` are pairs of what is another each time and what stands for it.
    """
    shown = f"Subject: {letter.subject}\n\n{letter.text}\n=== HTML\n\n"
    shown += visible(letter.html) + "\n"
    for pattern, words in [(ID, "<id>"), (SIGNED, r"\1<signed>"), *chance]:
        shown = pattern.sub(words, shown)
    if os.environ.get("RENEW_LETTERS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)
    return path.is_file() and shown == path.read_text()


class Listening:
    """Stands behind a language and hears what it has no words for."""

    def __init__(self, behind):
        self.behind, self.heard = behind, set()

    def gettext(self, message):
        self.heard.add(message)
        return self.behind.gettext(message)

    def ngettext(self, one, many, number):
        self.heard.add(one)
        return self.behind.ngettext(one, many, number)


@contextmanager
def untranslated(language):
    """Yields the words that are asked for meanwhile and stand in no catalogue."""
    spoken = trans_real.translation(language)
    behind = spoken._fallback
    spoken._fallback = listening = Listening(behind)
    try:
        yield listening.heard
    finally:
        spoken._fallback = behind
