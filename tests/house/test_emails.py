"""Every letter of every package keeps to the one base: whole, plain and safe."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

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
