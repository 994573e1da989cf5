"""What every page of the desk has in common: nothing typed into it breaks it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories.companies import UserFactory
from tests.factories.tickets import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

MODELS = {model._meta.label_lower: model for model in admin.site._registry}
NO_KEYS = ["zzz", "0", "-1", "9" * 30, "a'b", "1_2F", "²", "%00", "_"]
ODD = [
    "?q=%27%22%3B--",
    "?q=%25_%5C",
    "?q=%00",
    "?q=" + "a" * 4000,
    "?q=" + "9" * 30,
    "?o=",
    "?o=x.99.-",
    "?p=abc",
    "?p=-1",
    "?p=" + "9" * 30,
    "?all=",
    "?nothing=1",
    "?_facets=True",
    "?_popup=1",
]
ODD_VALUES = ["zzz", "", "%27%22", "9" * 30, "%00"]
ODD_DATES = ["year=abc", "year=0", "year=99999", "gte=zzz", "isnull=zz", "day=31"]


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def list_of(model):
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"admin:{name}_changelist")


@pytest.mark.parametrize("label", MODELS)
def test_a_list_bears_any_address(desk, label):
    model = MODELS[label]
    address = list_of(model)
    page = desk.get(address).context_data["cl"]
    names = [name for spec in page.filter_specs for name in spec.expected_parameters()]
    asked = ODD + [f"?{name}={value}" for name in names for value in ODD_VALUES]
    dates = admin.site._registry[model].date_hierarchy
    asked += [f"?{dates}__{value}" for value in ODD_DATES if dates]

    answers = {words: desk.get(address + words).status_code for words in asked}

    assert set(answers.values()) <= {200, 302}, answers


@pytest.mark.parametrize("label", MODELS)
def test_a_row_that_is_not_there_is_not_found(desk, label):
    address = list_of(MODELS[label])

    answers = [desk.get(f"{address}{key}/change/").status_code for key in NO_KEYS]

    assert answers == [404] * len(NO_KEYS)


@pytest.mark.parametrize("label", MODELS)
def test_an_action_bears_rows_that_cannot_be(desk, label):
    model = MODELS[label]
    for action in admin.site._registry[model].actions or ["delete_selected"]:
        name = getattr(action, "__name__", action)
        for key in ("zzz", "9" * 30, "00000000-0000-0000-0000-000000000000", "\x00"):
            chosen = {"action": name, "_selected_action": key}

            assert desk.post(list_of(model), chosen).status_code in {200, 302, 403}


def test_an_action_does_the_rows_that_are_whole(desk, stella):
    ticket = TicketFactory(opened_by=UserFactory())
    chosen = {"action": "take_tickets", "_selected_action": ["zzz", str(ticket.pk)]}

    desk.post(list_of(Ticket), chosen)

    ticket.refresh_from_db()
    assert ticket.owner == stella


@pytest.mark.parametrize("label", MODELS)
def test_a_button_of_a_row_that_is_not_there_is_not_found(desk, label):
    options = MODELS[label]._meta
    for button in admin.site._registry[MODELS[label]].actions_detail:
        name = f"admin:{options.app_label}_{options.model_name}_{button}"
        for key in ("zzz", "00000000-0000-0000-0000-000000000000"):
            answer = desk.get(reverse(name, args=[key]))

            assert answer.status_code in {302, 404}, (name, key)
