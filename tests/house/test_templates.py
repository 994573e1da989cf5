"""What no template may do: carry style or script, trust HTML, speak one language."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

ROOT = Path(settings.BASE_DIR, "templates")
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
LETTERS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.txt"))
# Mail needs its style in the tags: mail programs drop stylesheets.
GALLERY = "components/gallery"  # made-up data that only tests render
PAGES = [name for name in TEMPLATES if "emails/" not in name]
SPOKEN = [name for name in PAGES if not name.startswith(GALLERY)]
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.S)
BLOCKTRANS = re.compile(
    r"\{%\s*blocktranslate.*?%\}.*?\{%\s*endblocktranslate\s*%\}", re.S
)
# Blocks that hold class names, and names that are the same in every language.
CLASSES = re.compile(r"\{% block (?:page|gate)_class %\}.*?\{% endblock %\}")
NAMES = {"UTC", "SLA"}
URL = re.compile(r"\{%\s*url\s+['\"]([\w:-]+)['\"]([^%]*)%\}")


def source(name):
    return COMMENT.sub("", (ROOT / name).read_text())


def test_there_is_something_to_check():
    assert "base.html" in PAGES
    assert len(PAGES) > 20


@pytest.mark.parametrize("name", TEMPLATES + LETTERS)
def test_each_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_no_style_and_no_script_in_a_page(name):
    text = source(name)

    assert not re.search(r"\sstyle\s*=", text), "geometry goes into SVG attributes"
    assert "<style" not in text
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), "handlers go into enhance.js"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_trusts_html_on_its_own(name):
    text = source(name)

    assert not re.search(r"\|\s*safe\b", text)
    assert "autoescape off" not in text


@pytest.mark.parametrize("name", SPOKEN)
def test_every_word_is_translatable(name):
    text = CLASSES.sub("", source(name))
    words = TAG.sub(" ", BLOCKTRANS.sub(" ", text))
    words = re.sub(r"<[^>]*>", " ", words)
    spoken = re.findall(r"[A-Za-z]{2,}", re.sub(r"&\w+;", " ", words))

    assert set(spoken) <= NAMES


@pytest.mark.parametrize("name", SPOKEN)
def test_spoken_attributes_are_translatable(name):
    text = BLOCKTRANS.sub("", source(name))

    spoken = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', text)
    assert [one for one in spoken if re.search("[A-Za-z]{2}", TAG.sub("", one))] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_link_leads_somewhere(name):
    for url, rest in URL.findall(source(name)):
        if " as " in f"{rest} ":
            continue
        assert is_known(url), f"{name} links to {url}"


def is_known(name):
    try:
        reverse(name)
    except NoReverseMatch as error:
        # A name that exists but wants arguments says so.
        return "with no arguments" in str(error) and "pattern(s) tried" in str(error)
    return True
