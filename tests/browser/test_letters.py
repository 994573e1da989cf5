"""Every letter in a real browser: as read on a phone, in the dark, by ear."""

import pytest

from outbox.preview import in_scheme
from portal.letters import SAMPLES
from tests.browser.conftest import findings, picture, sideways
from tests.house.test_letters import AT
from tickets.prose import prose

# A letter is shown inside the page of a mail reader, which has the landmarks.
OF_THE_MAIL_READER = ["region", "landmark-one-main"]


@pytest.fixture(scope="module")
def reader(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_letter_is_read_by_everybody(reader, slug):
    """Roles, contrast and language, in light and dark, as wide as a desk allows."""
    letter = SAMPLES[slug].render("en", AT)

    reader.set_viewport_size({"width": 640, "height": 900})
    for scheme in ("light", "dark"):
        reader.set_content(in_scheme(letter.html, scheme))
        assert findings(reader, OF_THE_MAIL_READER) == [], scheme
        assert sideways(reader) == []
        picture(reader, slug, width=640, scheme=scheme)


@pytest.mark.parametrize("language", ["en", "de", "nl", "fr"])
@pytest.mark.parametrize("slug", SAMPLES)
def test_a_letter_fits_on_a_phone(reader, slug, language):
    reader.set_viewport_size({"width": 360, "height": 800})
    reader.set_content(SAMPLES[slug].render(language, AT).html)

    assert sideways(reader) == []


def test_what_somebody_wrote_fits_on_a_phone(reader, monkeypatch):
    """One long word, and code in lines as long."""
    sample = SAMPLES["tickets-replied"]
    facts = sample.facts(AT)
    long = "x" * 120
    said = {**facts, "prose": prose(f"{long}\n\n```\n{long}\n```\n\n* {long}")}
    monkeypatch.setitem(sample.__dict__, "facts", lambda at: said)

    reader.set_viewport_size({"width": 360, "height": 800})
    reader.set_content(sample.render("en", AT).html)

    assert sideways(reader) == []
    assert reader.locator(".quote pre").bounding_box()["width"] < 300
