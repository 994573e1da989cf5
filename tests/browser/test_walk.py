"""A walk through the whole portal with the people of the demo portfolio.

Every page that links lead to is opened once in Chromium: nothing on the console, no
word of the policy, no finding of axe, nothing sideways on a phone, no dead link.
With SCREENSHOTS=folder each page is also kept as pictures for people to look at.
"""

import os
import re
from collections import defaultdict
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import expect

from companies.models import User
from portal import demo
from portal.context import PLACES
from tests.browser.conftest import SETTLED, findings, picture, sideways
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALICE, BOB, STELLA = "alice@acme.example", "bob@acme.example", "stella@aldwick.example"
# How many pages of one kind are opened; of all others one.
OPENED = {
    "application_detail": 3,
    "contacts:for_application": 2,
    "contacts:handover": 2,
    "licenses:detail": 3,
    "licenses:for_application": 2,
    "tickets:detail": 4,
}
SHORT = ("mailto:", "tel:")
# What a template says when it was handed nothing, or handed code.
LEFTOVERS = re.compile(
    r">\s*None\s*<|__proxy__|\{\{|\{%|<[A-Z]\w+: |Traceback|&amp;amp;"
)
# Kinds of pages that an earlier walk has shown to axe.
examined = set()


@pytest.fixture
def walker(transactional_db, settings, tmp_path):
    """Loads the demo and gives its people."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    demo.load(timezone.now())
    return lambda email: User.objects.get(email=email)


def kind_of(address):
    return resolve(urlsplit(address).path).view_name


def links_of(address, text):
    """Addresses of this portal that a page leads to; the desk has a walk of its own."""
    for link in re.findall(r'<a [^>]*?href="([^"]*)"', text):
        whole = urlsplit(urljoin(f"http://testserver{address}", unescape(link)))
        if whole.fragment and whole.path == urlsplit(address).path:
            assert f'id="{whole.fragment}"' in text, f"{address} leads to {link}"
        is_here = whole.netloc == "testserver" and not link.startswith(SHORT)
        if is_here and not whole.path.startswith(("/admin/", "/static/")):
            yield whole.path + (f"?{whole.query}" if whole.query else "")


def explore(person):
    """Follow every link from the overview: the pages of each kind, and dead links."""
    client = Client()
    client.force_login(person)
    pages, dead = defaultdict(list), []
    waiting, found = ["/"], {"/": "the address bar"}
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        content = answer.getvalue() if answer.streaming else answer.content
        if answer.status_code >= 400:
            dead.append(f"{address} ({answer.status_code}) from {found[address]}")
        kind = kind_of(address)
        is_page = answer.status_code == 200 and "html" in answer["Content-Type"]
        if is_page and len(pages[kind]) < OPENED.get(kind, 1):
            pages[kind].append(address)
            text = content.decode()
            assert not LEFTOVERS.search(text), (address, LEFTOVERS.search(text)[0])
            fresh = [one for one in links_of(address, text) if one not in found]
            found |= dict.fromkeys(fresh, address)
            waiting += dict.fromkeys(fresh)
    return pages, dead


def look_at(page, kind, address):
    """What the browser and axe say of one page, wide and light, narrow and dark.

    In between, where a table is neither wide nor a stack, nothing goes sideways.
    """
    page.faults.clear()
    answer = page.goto(address)
    said = [] if answer.ok else [f"answers {answer.status}"]
    if page.locator("h1").count() != 1:
        said.append("not one h1")
    is_new = kind not in examined
    for width, scheme in ((1440, "light"), (1000, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        said += [f"{width} px, sideways: {one}" for one in sideways(page)]
        shown = findings(page) if is_new and width != 1000 else []
        said += [f"{width} px, {one}" for one in shown]
    examined.add(kind)
    page.set_viewport_size({"width": 1440, "height": 900})
    return [f"{address}: {one}" for one in said + page.faults]


def keep_pictures(page, name):
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    os.makedirs(folder, exist_ok=True)
    for width, scheme in ((1440, "light"), (390, "light"), (1440, "dark")):
        picture(page, name, width=width, scheme=scheme, folder=folder)


@pytest.mark.parametrize("who", [ALICE, BOB, STELLA])
def test_every_page_in_reach_is_whole(page, sign_in, walker, who):
    person = walker(who)
    sign_in(person)

    pages, dead = explore(person)
    said = []
    for kind, addresses in pages.items():
        for number, address in enumerate(addresses):
            said += look_at(page, kind, address)
            words = f"{who.split('@')[0]}-{kind.replace(':', '-')}-{number}"
            keep_pictures(page, words)

    places = {place[1] for place in PLACES}
    assert places <= {kind for kind, addresses in pages.items() if addresses}
    assert not dead, "\n".join(dead)
    assert not said, "\n".join(said)


# Without a script


@pytest.fixture
def plain(chromium, live_server):
    """A window in which no script runs."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def test_the_portal_works_without_a_script(plain, walker):
    bob = walker(BOB)
    plain.goto("/tickets/new/")
    plain.get_by_label("Work e-mail").fill(BOB)
    plain.get_by_label("Password").fill(demo.cast.PASSWORD)
    plain.get_by_role("button", name="Sign in").click()

    ask_for_help(plain)
    search(plain, "Depot")
    narrow_the_list(plain)
    change_the_account(plain, bob)
    for place in PLACES:
        answer = plain.goto(reverse(place[1]))
        assert answer.ok
        expect(plain.locator("main h1")).to_be_visible()
    sign_out(plain)


def ask_for_help(plain):
    plain.get_by_label("In one line").fill("Labels print twice")
    plain.get_by_role("radio", name="Question").check()
    plain.get_by_role("combobox", name="App").select_option(
        label="Depot Control (On-Premises)"
    )
    plain.get_by_role("radio", name="A few").check()
    plain.get_by_role("radio", name="It can wait").check()
    plain.get_by_label("What happens").fill("Since this morning, on every printer.")
    plain.get_by_role("button", name="Send ticket").click()
    expect(plain.locator("h1")).to_contain_text("Labels print twice")
    plain.get_by_role("textbox").fill("Only on the small ones.")
    plain.get_by_role("button", name="Send reply").click()
    expect(plain.locator("main")).to_contain_text("Only on the small ones.")
    assert Ticket.objects.filter(subject="Labels print twice").count() == 1


def search(plain, words):
    plain.get_by_role("searchbox").fill(words)
    plain.get_by_role("searchbox").press("Enter")
    expect(plain.locator("main")).to_contain_text("Depot Control")


def narrow_the_list(plain):
    plain.goto("/applications/")
    plain.get_by_role("main").get_by_role("searchbox").fill("depot")
    plain.get_by_role("main").get_by_role("searchbox").press("Enter")
    expect(plain.locator("tbody tr")).to_have_count(1)


def change_the_account(plain, bob):
    plain.goto("/account/")
    plain.get_by_label("Phone").fill("+31 10 555 0199")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("status").first).to_contain_text("changed")
    bob.refresh_from_db()
    assert bob.phone == "+31 10 555 0199"


def sign_out(plain):
    plain.locator("summary.menu-who").click()
    plain.get_by_role("button", name="Sign out").click()
    plain.goto("/applications/")
    expect(plain).to_have_url(re.compile("/accounts/login/"))
