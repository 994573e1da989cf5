"""Every letter of every package keeps to the one base: whole, plain and safe."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.test import Client

from companies.models import User

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LETTERS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix(".subject.txt")
    for path in TEMPLATES.glob("*/emails/*.subject.txt")
)
BODIES = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("*/emails/*.body.*")
)


def lineage(name):
    """The template and all it extends, the base last."""
    template = get_template(name).template
    yield template
    for node in template.nodelist.get_nodes_by_type(ExtendsNode):
        yield from lineage(node.parent_name.resolve({}))


def blocks(template):
    return {node.name: node for node in template.nodelist.get_nodes_by_type(BlockNode)}


def test_there_are_letters():
    assert LETTERS


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_has_its_three_parts(letter):
    for part in ("subject.txt", "body.txt", "body.html"):
        assert (TEMPLATES / f"{letter}.{part}").is_file()


@pytest.mark.parametrize("body", BODIES)
def test_a_body_belongs_to_a_letter(body):
    assert re.sub(r"\.body\.(txt|html)$", "", body) in LETTERS


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_stands_on_the_one_base(letter):
    for suffix in ("txt", "html"):
        *_, base = lineage(f"{letter}.body.{suffix}")
        assert base.name == f"emails/base.{suffix}"


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_says_its_gist_before_it_is_opened(letter):
    *own, _base = lineage(f"{letter}.body.html")

    assert any("preheader" in blocks(template) for template in own)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_loads_and_runs_nothing(letter):
    for template in lineage(f"{letter}.body.html"):
        for word in ("<img", "<script", "<link", "@import", "url(", "|safe"):
            assert word not in template.source
        assert not re.search(r"\son\w+=", template.source)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_opens_no_address_of_its_own_invention(letter):
    """Links are made of PUBLIC_URL or come from the row, never typed in."""
    for suffix in ("txt", "html"):
        for template in lineage(f"{letter}.body.{suffix}"):
            assert "http://" not in template.source
            assert "https://" not in template.source


# The same letters as they lie in the outbox after a year at Acme


@pytest.fixture
def letters(db, told):
    return told.letters


@pytest.fixture
def written(request, letters):
    """The letters of one template."""
    return [letter for letter in letters if letter.template == request.param]


each_letter = pytest.mark.parametrize("written", LETTERS, indirect=True)


@each_letter
def test_the_story_tells_it(written):
    assert written


@each_letter
def test_a_subject_is_one_short_line_about_something(written):
    for letter in written:
        assert 10 < len(letter.subject) <= 100
        assert "\n" not in letter.subject


@each_letter
def test_a_letter_is_small_and_shows_no_picture(written):
    for letter in written:
        assert 1000 < len(letter.html.encode()) < 30_000
        assert not re.search(r"<img|<script|<iframe|<link|background=", letter.html)
        assert "url(" not in letter.html


@each_letter
def test_a_text_can_be_read_in_a_terminal(written):
    for letter in written:
        long = [line for line in letter.text.splitlines() if len(line) > 80]
        assert [line for line in long if "://" not in line] == []
        assert "\n\n\n" not in letter.text


@each_letter
def test_no_letter_shows_how_it_was_made(written):
    """Neither markup nor escapes in a text, nor what Python calls a thing."""
    for letter in written:
        for said in (letter.subject, letter.text, letter.html):
            assert not re.search(r"\{\{|\{%|\bNone\b|<User|<[A-Z]\w+: ", said)
        assert not re.search(r"&(?:amp|lt|gt|quot|#\w+);", letter.text + letter.subject)
        assert "&amp;amp;" not in letter.html
        assert "Acme & Sons" not in letter.html


@each_letter
def test_a_letter_greets_its_reader_and_says_why_it_comes(written):
    for letter in written:
        greeting = (
            f"Hello {letter.recipient_name.split()[0]},"
            if (letter.recipient_name)
            else "Hello,"
        )
        assert letter.text.startswith(f"{greeting}\n\n")
        assert greeting in letter.html
        why = letter.text.partition("\n-- \n")[2]
        assert why.startswith("You get this because ")
        assert "You get this because" in letter.html
        assert re.search(r"[a-z] [a-z]", letter.audience), "words, not a code"


@each_letter
def test_a_sentence_starts_with_a_capital(written):
    for letter in written:
        first = letter.text.split("\n\n")[1]
        assert first[0].isupper() or not first[0].isalpha(), first


@each_letter
def test_every_link_is_whole_and_stands_in_both_bodies(written):
    for letter in written:
        links = set(re.findall(r'href="([^"]+)"', letter.html))
        for link in links:
            assert link.startswith(("http://testserver/", "mailto:", "tel:")), link
            if link.startswith("http"):
                assert unescape(link) in letter.text


@each_letter
def test_every_link_opens_for_whoever_reads_it(written):
    """Once: the link in a letter about a password is spent by following it.

    An invitation that is over by now says so [410].
    """
    for letter in written:
        client = Client()
        if reader := User.objects.filter(email=letter.recipient).first():
            client.force_login(reader)
        for path in set(re.findall(r"http://testserver(/[^\s]*)", letter.text)):
            assert client.get(path, follow=True).status_code in {200, 410}, path


def test_no_letter_says_a_license_key(told, letters):
    said = re.sub(r"\s", "", "".join(row.text + row.html for row in letters))

    assert len(told.key_text) > 100
    assert told.key_text[:40] not in said
    assert told.key_text[-40:] not in said


def test_nobody_is_told_twice_of_the_same(letters):
    told = Counter((row.recipient, row.subject, row.text) for row in letters)

    assert [what for what, times in told.items() if times > 1] == []
