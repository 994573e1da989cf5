"""What people type can do no harm and keeps its shape [E31]."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.prose import prose

REL = 'rel="nofollow noopener noreferrer"'


def test_lines_and_paragraphs_stay():
    assert prose("one\ntwo\n\nthree") == "<p>one<br>two</p>\n\n<p>three</p>"


def test_fenced_code_is_kept_as_typed_and_can_be_reached_by_keyboard():
    html = prose("So:\n\n```\nif a < b:\n    go  on\n```")

    assert '<pre tabindex="0"><code>if a &lt; b:\n    go  on\n</code></pre>' in html


def test_backslashes_are_verbatim():
    assert r"C:\new\table\users.log" in prose(r"See `x` and C:\new\table\users.log")


def test_a_web_address_is_a_link_without_the_full_stop_behind_it():
    html = prose("See https://a.example/x?a=1&b=2. Then go.")

    link = f'<a href="https://a.example/x?a=1&amp;b=2" {REL}>'
    assert f"{link}https://a.example/x?a=1&amp;b=2</a>. Then go." in html


def test_an_address_in_code_is_no_link():
    assert "<a" not in prose("```\nhttps://a.example\n```")
    assert "<a" not in prose("`https://a.example`")


def test_lists_stay():
    assert "<li>one</li>" in prose("- one\n- two")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<javascript:alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "![x](https://a.example/pixel.png)",
        "```\n</code></pre><script>alert(1)</script>\n```",
        'https://a.example/"onmouseover="alert(1)',
        "<svg/onload=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt; [a](vbscript:x)",
    ],
)
def test_markup_is_text(text):
    assert_harmless(prose(text))


def assert_harmless(html):
    tags = re.findall(r"<([^>]*)>", html)
    assert all(
        re.fullmatch(
            r"/?(p|br|code|ul|ol|li|pre)|/a|/pre|pre tabindex=\"0\""
            r"|a href=\"(https?://|mailto:|tel:|/|#)[^\"<>]*\" "
            + re.escape(REL)
            + "|a "
            + re.escape(REL),
            tag,
        )
        or re.fullmatch(r"a href=\"[^\":<>]*\" " + re.escape(REL), tag)
        for tag in tags
    ), tags


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *["<", ">", '"', "'", "&", "`", "```\n", "\n", "[", "]", "(", ")", "!"],
                *["javascript:", "https://a.b/", "onload=x", "script", "a", " ", "- "],
                *["&#x3c;", "\x00", "~~~", "\\", "*", "\u202e"],
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_no_text_at_all_makes_other_markup(text):
    assert_harmless(prose(text))
