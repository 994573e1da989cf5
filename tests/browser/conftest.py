"""A real Chromium against a live server, and what every page must pass."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.smtp import SmtpServer

# Playwright runs a loop in this thread; Django would refuse the ORM beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Two frames, so that a new style has begun to move; then until it has arrived.
SETTLED = """async () => {
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(moving.map((one) => one.finished));
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    """Wrong passwords of one test hold up nobody in the next, from the same address."""
    cache.clear()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A fresh window; `page.faults` collects what the browser complains about."""
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 1440, "height": 900},
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.faults = []
    page.on("console", lambda said: _note(page, said))
    page.on("pageerror", lambda error: page.faults.append(f"script: {error}"))
    page.on("requestfailed", lambda lost: _note_lost(page, lost))
    yield page
    context.close()


def _note(page, said):
    # Chromium reports a broken Content-Security-Policy as an error on the console.
    if said.type in {"error", "warning"}:
        page.faults.append(f"{said.type}: {said.text}")


def _note_lost(page, lost):
    # Whoever leaves a page before its icon is there has lost nothing.
    if lost.failure != "net::ERR_ABORTED":
        page.faults.append(f"not loaded: {lost.url}")


@pytest.fixture
def sign_in(page, live_server):
    """Put a person's session into the window, without the sign-in page."""

    def enter(person):
        client = Client()
        client.force_login(person)
        session = client.cookies["sessionid"].value
        page.context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )

    return enter


@pytest.fixture
def post_office(settings, live_server):
    """A mail server; letters lead to the server that these browsers talk to."""
    settings.PUBLIC_URL = live_server.url
    with SmtpServer() as server:
        for name, value in server.settings().items():
            setattr(settings, name, value)
        yield server


@pytest.fixture
def window(chromium, live_server):
    """Opens windows in which no script runs, each like a device of its own."""
    contexts = []

    def opened():
        context = chromium.new_context(
            base_url=live_server.url, java_script_enabled=False, locale="en-GB"
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def check_page(page, *, except_rules=()):
    """No complaint of the browser, of axe in both schemes, no sideways scrolling."""
    assert page.faults == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        assert findings(page, except_rules) == [], scheme
    page.emulate_media(color_scheme="light")
    wide = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate(SETTLED)
    assert sideways(page) == [], "wider than 360 px"
    assert findings(page, except_rules) == [], "at 360 px"
    page.set_viewport_size(wide)
    assert page.faults == []


def findings(page, except_rules=()):
    """What axe finds: the rule and the elements, in short."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in except_rules},
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found
    ]


def sideways(page):
    """Elements that make the page scroll sideways; none if it does not."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > width + 1)
            .slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
        }"""
    )


def picture(page, name, *, width=1440, scheme="light", folder=None):
    """A screenshot for people, when PICTURES (or somebody) names a folder."""
    folder = folder or os.environ.get("PICTURES")
    if not folder:
        return
    usual = page.viewport_size
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(SETTLED)
    page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size(usual)
    page.emulate_media(color_scheme="light")
