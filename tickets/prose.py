"""What people type, as HTML that can do no harm [E31].

Plain text with its line breaks, fenced and quoted code, lists and links. Everything
else stays text; the second sieve lets nothing pass that the first would not make.
"""

import re
from functools import lru_cache

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

RULES = ["fence", "list", "newline", "backticks", "link", "autolink", "web_address"]
TAGS = {"p", "br", "pre", "code", "a", "ul", "ol", "li"}
ATTRIBUTES = {"*": set(), "a": {"href"}, "pre": {"tabindex"}}
SCHEMES = {"http", "https", "mailto", "tel"}
ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]}'’]")
# Text without any of these is text only: most of what people write.
MARKS = re.compile(r"[`~<\[]|://|^ {0,3}(?:[-+*]|\d+[.)])\s", re.MULTILINE)


def prose(text: str) -> SafeString:
    """Safe HTML of what somebody wrote."""
    text = text.replace("\x00", "").strip()
    if not MARKS.search(text):
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 escaped there
    html = _parser().render(text).replace("<pre>", '<pre tabindex="0">')
    return mark_safe(  # noqa: S308 sieved
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="nofollow noopener noreferrer",
        )
    )


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True})
    parser.core.ruler.push("web_address", _link_addresses)
    return parser.enable(RULES)


def _link_addresses(state: StateCore) -> None:
    """Links bare web addresses in text, but not inside links or code."""
    for block in state.tokens:
        if block.type != "inline":
            continue
        inside, found = 0, []
        for token in block.children or []:
            inside += token.nesting if token.tag == "a" else 0
            plain = token.type == "text" and not inside
            found += _split(token) if plain else [token]
        block.children = found


def _split(token: Token) -> list[Token]:
    pieces, reached = [], 0
    for address in ADDRESS.finditer(token.content):
        pieces.append(_text(token, token.content[reached : address.start()]))
        opening = Token("link_open", "a", 1, attrs={"href": address[0]})
        pieces += [opening, _text(token, address[0]), Token("link_close", "a", -1)]
        reached = address.end()
    return [*pieces, _text(token, token.content[reached:])] if pieces else [token]


def _text(like: Token, content: str) -> Token:
    return like.copy(content=content)
