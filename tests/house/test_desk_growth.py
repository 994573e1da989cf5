"""No page of the support desk asks the database more often because there are more rows.

Every list, every form to add and every page of one row that the desk has is measured;
a model that comes new is here without anybody thinking of it.
"""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.desk import fill_desk

pytestmark = pytest.mark.django_db

MOST = 14
# Where the page of one row is about the row of the world that has most beside it.
FULLEST = {
    "applications.application": "depot",
    "applications.environment": "environment",
    "companies.company": "acme",
    "companies.user": "colleague",
    "contacts.technicalcontact": "contact",
    "licenses.license": "license",
    "licenses.licensekey": "key",
    "licenses.seat": "held",
    "outbox.message": "letter",
    "operations.maintenancewindow": "window",
    "tickets.ticket": "ticket",
}
MODELS = sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.fixture(scope="module")
def asked(world_of):
    """Per address: how many statements it took with one row and with twelve."""
    measured = {}
    for rows in (1, 12):
        with world_of(rows) as world:
            world.letter = fill_desk(world, rows)
            client = Client()
            client.force_login(world.people.stella)
            client.get(reverse("companies:account"))
            ContentType.objects.get_for_models(*admin.site._registry)
            for page, address in pages(world):
                measured.setdefault(page, []).append(statements(client, address))
    return measured


def pages(world):
    for model in admin.site._registry:
        label = model._meta.label_lower
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield (label, "list"), reverse(f"{name}_changelist")
        row = getattr(world, FULLEST.get(label, ""), None) or first(model)
        if row:
            yield (label, "change"), reverse(f"{name}_change", args=[row.pk])
        yield (label, "add"), reverse(f"{name}_add")


def first(model):
    return model._default_manager.order_by("pk").first()


def statements(client, address):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    return answer.status_code, [query["sql"] for query in queries]


@pytest.mark.parametrize("label", MODELS)
def test_more_rows_are_no_more_statements(asked, label):
    for kind in ("list", "change", "add"):
        few, many = asked[label, kind]
        assert few[0] == many[0]
        assert len(few[1]) == len(many[1]), "\n".join(sql[:300] for sql in many[1])
        assert len(many[1]) <= MOST, (label, kind)


def test_the_world_has_a_row_of_everything(asked):
    assert [label for label in MODELS if (label, "change") not in asked] == []
