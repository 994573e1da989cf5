"""Every page of the support desk in a browser: whole, readable, and fit for a phone.

Unfold's own markup is not ours to mend; what axe is not asked is named here.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import RULES, SETTLED, sideways
from tests.factories.desk import fill_desk
from tests.factories.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The page about the row of the world that has most beside it; of others the first.
FULLEST = {
    "applications.application": "depot",
    "companies.company": "acme",
    "companies.user": "colleague",
    "licenses.license": "license",
    "licenses.licensekey": "key",
    "operations.maintenancewindow": "window",
    "outbox.message": "letter",
    "tickets.ticket": "ticket",
}
NOT_ASKED = [
    # Unfold's pages have no landmarks, and its scrolling sidebar has a second name.
    *("region", "landmark-one-main", "landmark-unique"),
    # The column of Unfold's delete buttons in a table has no heading.
    "empty-table-header",
]
# select2 draws its boxes without the label of the field that it hides.
NOT_OURS = [[".select2-container"]]
# Unfold asks for the scheme once, when a page is opened.
DARK = "document.documentElement.classList.add('dark')"
# What a page says that was handed code instead of words.
LEFTOVERS = re.compile(r"\('[\w.]+', |__proxy__|^None$|<[A-Z]\w+: ", re.MULTILINE)
OWN = ["index", "delivery", "licenses_license_import_portfolio"]
OWN += ["licenses_signingkey_rotate"]


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    world = make_world(2)
    world.letter = fill_desk(world, 2)
    return world


def addresses(world):
    """Our own pages; of each model the list, a form to add, and the fullest row."""
    client = Client()
    client.force_login(world.people.stella)
    yield from (reverse(f"admin:{name}") for name in OWN)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if client.get(reverse(f"{name}_add")).status_code == 200:
            yield reverse(f"{name}_add")
        row = getattr(world, FULLEST.get(model._meta.label_lower, ""), None)
        row = row or model._default_manager.first()
        yield reverse(f"{name}_change", args=[row.pk])


def look_at(page, address):
    """What is wrong with one page, wide in both schemes and on a phone."""
    page.faults.clear()
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(address)
    page.evaluate(SETTLED)
    said = [] if answer.ok else [f"answers {answer.status}"]
    said += [f"says {one}" for one in LEFTOVERS.findall(page.inner_text("body"))]
    said += [f"light, {one}" for one in findings(page)]
    page.evaluate(DARK)
    page.evaluate(SETTLED)
    said += [f"dark, {one}" for one in findings(page)]
    page.set_viewport_size({"width": 390, "height": 900})
    said += [f"390 px, sideways: {one}" for one in sideways(page)]
    return [f"{address}: {one}" for one in said + page.faults]


def findings(page):
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in NOT_ASKED},
    }
    answer = Axe().run(page, context={"exclude": NOT_OURS}, options=options)
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in answer.response["violations"]
    ]


def test_every_page_of_the_desk_is_whole(page, sign_in, world):
    sign_in(world.people.stella)

    said = []
    for address in addresses(world):
        said += look_at(page, address)

    assert not said, "\n".join(said)
