"""The portal in German, Dutch and French, on a phone: whole, and in one language.

Their words are longer than ours: nothing may go sideways, and no button spill over.
"""

import pytest
import translating
from django.core.cache import cache
from django.utils import timezone

from companies.models import User
from portal import demo
from tests.browser.conftest import SETTLED, sideways
from tests.browser.test_walk import ALICE, explore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What was said to people stays in the language in which it was said to them.
KEPT = {"companies:notices", "application_told"}
SPILLING = """() => [...document.querySelectorAll(".btn, .tabs a, .pill")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)
  .map((e) => e.textContent.trim().slice(0, 60))"""
SAID = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  while (words.nextNode()) said.push(words.currentNode.textContent.trim());
  return said;
}"""


def english(language):
    """Sentences without blanks that the language says in other words."""
    return {
        message.id
        for message in translating.read(language)
        if isinstance(message.id, str)
        and message.string not in ("", message.id)
        and len(message.id.split()) > 2
    }


@pytest.mark.parametrize("language", translating.LANGUAGES)
def test_a_phone_shows_every_page_whole_and_in_one_language(
    page, sign_in, transactional_db, settings, tmp_path, language
):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    demo.load(timezone.now())
    User.objects.filter(email=ALICE).update(language=language)
    alice = User.objects.get(email=ALICE)
    sign_in(alice)
    page.set_viewport_size({"width": 360, "height": 800})

    ours = english(language)
    pages, _ = explore(alice)
    faults = []
    for kind, addresses in pages.items():
        address = addresses[0]
        page.goto(address)
        page.evaluate(SETTLED)
        faults += [f"{address} sideways: {one}" for one in sideways(page)]
        faults += [f"{address} spills: {one}" for one in page.evaluate(SPILLING)]
        if kind not in KEPT:
            foreign = ours & set(page.evaluate(SAID))
            faults += [f"{address} says: {one}" for one in sorted(foreign)]

    assert len(pages) > 40
    assert not faults, "\n".join(faults)
