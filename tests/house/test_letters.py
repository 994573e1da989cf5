"""Every letter with the facts of its sample: word by word, in every language.

The files in `letters/` are what people read and agreed on; see `tests/letters.py`.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest
from translating import LANGUAGES

from portal.letters import SAMPLES
from tests.house.test_emails import LETTERS, TEMPLATES
from tests.letters import same_as_kept, untranslated, visible
from ui import brand

KEPT = Path(__file__).parent / "letters"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# What only the letterbox knows.
OF_EVERY_LETTER = {"audience", "choices_url", "unsubscribe_url"}

each_letter = pytest.mark.parametrize("slug", SAMPLES)
each_language = pytest.mark.parametrize("language", ["en", *LANGUAGES])


def abroad(slug):
    """The other language in which this letter is kept."""
    return LANGUAGES[crc32(slug.encode()) % len(LANGUAGES)]


def test_every_letter_has_a_sample():
    assert sorted(sample.template for sample in SAMPLES.values()) == LETTERS


@each_letter
def test_a_sample_knows_what_its_letter_knows(db, told, slug):
    sample = SAMPLES[slug]

    known = told.facts[sample.template] - OF_EVERY_LETTER
    assert set(sample.facts(AT)) == known


@each_letter
def test_a_letter_stays_as_it_was_read(slug):
    for language in ("en", abroad(slug)):
        letter = SAMPLES[slug].render(language, AT)
        assert same_as_kept(KEPT / language / f"{slug}.txt", letter), language


def test_no_letter_is_kept_that_is_gone():
    kept = {
        path.relative_to(KEPT).with_suffix("").as_posix()
        for path in KEPT.rglob("*.txt")
    }

    assert kept == {
        f"{language}/{slug}" for slug in SAMPLES for language in ("en", abroad(slug))
    }


@each_letter
@each_language
def test_a_letter_is_small_and_says_its_language(slug, language):
    letter = SAMPLES[slug].render(language, AT)

    assert len(letter.html.encode()) < 30_000
    assert f'<html lang="{language}">' in letter.html
    assert 10 < len(letter.subject) <= 110
    assert letter.gist


@each_letter
@each_language
def test_a_text_is_text_and_no_wider_than_a_terminal(slug, language):
    text = SAMPLES[slug].render(language, AT).text

    assert [
        line for line in text.splitlines() if len(line) > 78 and "://" not in line
    ] == []
    assert not re.search(
        r"</?[a-z]+[ >]|&(?:amp|lt|gt|quot|nbsp|#\w+);|\{[{%]|\bNone\b", text
    )
    assert "\n\n\n" not in text


@each_letter
def test_a_letter_has_the_customs_of_its_language(slug):
    """In French a blank stands before a colon, and no name that may begin with a
    vowel after "de"; in German a comma after the greeting would want the next word
    small, so it is no comma, and the next word is not."""
    french, german = (SAMPLES[slug].render(one, AT) for one in ("fr", "de"))

    assert re.findall(r".*[^\u00a0\u202f]:$", french.text, re.MULTILINE) == []
    assert re.findall(r"\b(?:[dD]|[qQ]u)e [AEIOUÉ]\w+", french.text) == []
    assert re.findall(r"^Guten Tag[^!]*$", german.text, re.MULTILINE) == []
    assert re.findall(r"Guten Tag[^!]*! [a-zäöü].*", visible(german.html)) == []


@each_letter
@each_language
def test_a_letter_asks_the_way_only_from_us_and_tells_nobody_who_reads(slug, language):
    """Absolute links, the same in both bodies; no picture, and no id in a query."""
    letter = SAMPLES[slug].render(language, AT)

    assert not re.search(r"<img|<script|<iframe|<link|background=|url\(", letter.html)
    numbers = re.sub(r"\s", "", letter.text)
    for link in re.findall(r"<((?:http|mailto|tel)[^>]*)>", visible(letter.html)):
        assert link.startswith(("http://testserver/", "mailto:", "tel:"))
        written = numbers if link.startswith("tel:") else letter.text
        assert link.removeprefix("mailto:").removeprefix("tel:") in written
        assert not re.search(r"[?&](?!code=|environment=)", link)
    for address in re.findall(r'href="([^"]*)"', letter.html):
        assert re.match(r"(http|mailto|tel):", address)


@pytest.mark.parametrize(
    "path",
    sorted(TEMPLATES.glob("*/emails/**/*.*")),
    ids=lambda path: f"{path.parent.parent.name}-{path.name}",
)
def test_a_day_is_written_as_the_reader_writes_it(path):
    """By the filters of `ui`; a pattern of its own would be English everywhere."""
    assert not re.search(r"""\|date:["'][^"']*[DlNMFjdY]""", path.read_text())


@each_letter
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_letter_is_translated(slug, language):
    with untranslated(language) as heard:
        SAMPLES[slug].render(language, AT)

    assert heard == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_year_is_translated(db, told, language):
    """Other words than those of the samples, and the same law."""
    assert told.missing[language] == set()


# The vendor's own name, mark and colours


@each_letter
@pytest.mark.parametrize("accent", ["#1f53c4", "#7b2d8e", "#0b6b3a", "#6a5000"])
def test_the_vendors_brand_reaches_every_letter(slug, accent, settings):
    settings.VENDOR_NAME, settings.VENDOR_MARK = "Nordwind & Co", "NW"
    settings.VENDOR_ACCENT = accent
    colours = brand.letter_colours(accent)

    letter = SAMPLES[slug].render("en", AT)

    assert "Nordwind &amp; Co" in letter.html
    assert ">NW</td>" in letter.html
    assert "Nordwind & Co" in letter.text
    assert "Aldwick" not in letter.text + letter.subject
    painted = set(re.findall(r"#[0-9a-f]{6}", letter.html))
    ours = set(brand.letter_colours("#1f53c4").values())
    assert painted & ours == (ours & painted if accent == "#1f53c4" else set())
    assert {colours["accent"], colours["accent_dark"], colours["link_dark"]} <= painted


@pytest.mark.parametrize(
    "accent", ["#1f53c4", "#7b2d8e", "#0b6b3a", "#6a5000", "#000000"]
)
def test_words_in_and_on_the_accent_can_be_read(accent):
    """White on the button, links on the card, in light and in the dark."""
    colours = brand.letter_colours(accent)

    assert brand.contrast("#ffffff", colours["accent"]) >= 4.5
    assert brand.contrast("#ffffff", colours["accent_dark"]) >= 4.5
    assert brand.contrast(colours["link"], "#ffffff") >= 4.5
    assert brand.contrast(colours["link_dark"], "#191d21") >= 4.5
