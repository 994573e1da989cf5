"""What the company's page says and lets its people do: level, facts, figures."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.models import ActivityEntry
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import ServiceLevelFactory, UserFactory
from tests.factories.licenses import LicenseFactory

PAGE = reverse("companies:company")
EDIT = reverse("companies:edit_company")
ASK = reverse("companies:ask_service_level")


def text(answer):
    return " ".join(answer.content.decode().split())


def figures(answer):
    return {one.label: (one.value, one.url) for one in answer.context["facts"].stats}


# The service level, on request


@pytest.fixture
def erik(acme):
    """Customer success manager of Acme."""
    erik = UserFactory(email="erik@aldwick.example", name="Erik Sand", staff=True)
    acme.customer_success_manager = erik
    acme.save()
    return erik


def letters():
    return Message.objects.filter(template="companies/emails/service_level_asked")


def test_the_level_is_asked_for_once_and_the_success_manager_told(client, bob, erik):
    """TI-11"""
    client.force_login(bob)
    assert "Ask for it" in text(client.get(PAGE))

    answer = client.post(ASK, follow=True)
    again = client.post(ASK, follow=True)

    assert "Bob Weber asked for it on" in text(answer)
    assert "Ask for it" not in text(answer)
    assert "asked for already" in text(again)
    letter = letters().get()
    assert letter.recipient == erik.email
    assert letter.reply_to == bob.email
    assert ActivityEntry.objects.filter(verb=Verb.LEVEL_ASKED).count() == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_without_a_success_manager_support_is_told(client, bob, erik, is_there):
    """TI-11: nobody is named, or the one who is has left."""
    bob.company.customer_success_manager = erik if is_there else None
    bob.company.save()
    erik.is_active = False
    erik.save()
    client.force_login(bob)

    client.post(ASK)

    assert letters().get().recipient == "support@aldwick.example"


def test_a_level_that_is_recorded_answers_the_wish(client, acme, bob, stella):
    """TI-10, TI-11"""
    at = timezone.now()
    actions.ask_service_level(acme, by=bob, at=at)
    level = ServiceLevelFactory(name="Platinum")

    actions.change_company(acme, by=stella, at=at, service_level=level)

    acme.refresh_from_db()
    assert acme.level_asked_at is None
    assert actions.ask_service_level(acme, by=bob, at=at) is False
    client.force_login(bob)
    page = text(client.get(PAGE))
    assert "Service level Platinum" in page
    assert "Ask for it" not in page


def test_nobody_asks_for_another_company(acme, charlie, stella):
    for person in (charlie, stella):
        with pytest.raises(PermissionDenied):
            actions.ask_service_level(acme, by=person, at=timezone.now())


def test_who_has_no_company_cannot_ask(client, stella):
    client.force_login(stella)

    assert client.post(ASK).status_code == 403


# Facts


def test_an_admin_corrects_address_and_time_zone(client, alice):
    """PE-02"""
    client.force_login(alice)
    fields = {
        "address": "Harbour Road 12\n3011 AB Rotterdam",
        "time_zone": "Asia/Tokyo",
    }

    answer = client.post(EDIT, fields, follow=True)

    assert "Harbour Road 12<br>3011 AB Rotterdam" in text(answer)
    assert "Asia/Tokyo" in text(answer)
    noted = ActivityEntry.objects.order_by("pk").values_list("actor", "thing", "new")
    assert [row[0] for row in noted] == ["Alice Moreau"] * 2
    assert noted[1][1:] == ("time zone of Acme", "Asia/Tokyo")


def test_a_form_sent_back_as_it_was_changes_nothing(client, alice):
    """A browser ends the lines of an address its own way."""
    alice.company.address = "Harbour Road 12\nRotterdam"
    alice.company.save()
    client.force_login(alice)

    client.post(
        EDIT,
        {
            "address": "Harbour Road 12\r\nRotterdam",
            "time_zone": alice.company.time_zone,
        },
    )

    assert not ActivityEntry.objects.filter(verb=Verb.COMPANY_CHANGED).exists()


def test_what_is_in_the_contract_is_the_vendors(client, alice):
    """The form has no such field, the verb takes none; the page says whom to ask."""
    client.force_login(alice)
    fields = {"address": "", "time_zone": "Asia/Tokyo", "name": "Acme Unlimited"}

    client.post(EDIT, fields)

    alice.company.refresh_from_db()
    assert alice.company.name == "Acme"
    assert "Willem Fraser changes them: willem@aldwick.example" in text(
        client.get(EDIT)
    )
    with pytest.raises(PermissionDenied):
        actions.edit_company(
            alice.company, by=alice, at=timezone.now(), name="Acme Unlimited"
        )


def test_a_time_zone_that_is_none_is_refused(client, alice):
    client.force_login(alice)

    answer = client.post(EDIT, {"address": "", "time_zone": "Moon/Base"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["time_zone"]


def test_only_admins_of_the_company_correct_it(client, alice, bob, charlie):
    """PE-02"""
    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            actions.edit_company(
                alice.company, by=person, at=timezone.now(), address="Elsewhere"
            )
    client.force_login(bob)
    assert client.get(EDIT).status_code == 403
    assert EDIT not in text(client.get(PAGE))


# Figures


def test_the_people_are_counted_with_links_to_their_lists(client, alice, bob, dora):
    """CO-08, CO-19"""
    UserFactory(company=alice.company, deactivated=True)
    depot = ApplicationFactory(company=alice.company)
    MembershipFactory(application=depot, user=dora)
    client.force_login(alice)

    shown = figures(client.get(PAGE))

    assert {label: value for label, (value, _url) in shown.items()} == {
        "Members": "2",
        "Company admins": "1",
        "Externals": "1",
        "Deactivated": "1",
    }
    externals = text(client.get(shown["Externals"][1]))
    assert "Dora Lind" in externals
    assert "Bob Weber" not in externals


def test_members_are_not_told_who_is_admin(client, bob):
    """CO-06"""
    client.force_login(bob)

    answer = client.get(PAGE)

    assert figures(answer).keys() == {"Members", "Externals"}
    assert "Company admins" not in text(answer)


def test_contracts_with_state_end_and_what_is_left(client, alice, globex):
    """CO-19"""
    today = timezone.localdate()
    for company, name, days in (
        (alice.company, "Depot Control", 20),
        (alice.company, "Yard Planner", 300),
        (alice.company, "Old Scanner", -2),
        (globex, "Mill Monitor", 10),
    ):
        application = ApplicationFactory(company=company, name=name)
        LicenseFactory(
            environment=EnvironmentFactory(application=application),
            starts_on=today - timedelta(days=400),
            ends_on=today + timedelta(days=days),
        )
    client.force_login(alice)

    answer = client.get(PAGE)

    names = [row.license.application.name for row in answer.context["facts"].contracts]
    assert names == ["Old Scanner", "Depot Control", "Yard Planner"]
    page = text(answer)
    assert "3 in all, ending within 90 days: 1, over: 1" in page
    for words in ("In grace", "Ends soon", "Active", "20 days"):
        assert words in page, words
    assert "Mill Monitor" not in page


def test_versions_in_use(client, alice, globex):
    """CO-19"""
    for company, version in ((alice.company, "10.6.1"), (globex, "8.18.2")):
        application = ApplicationFactory(company=company)
        EnvironmentFactory(application=application, platform_version=version)
    client.force_login(alice)

    lines = client.get(PAGE).context["facts"].version_lines

    assert [(line.support.major, line.apps) for line in lines] == [(10, 1)]


def test_members_see_neither_contracts_nor_the_archive(client, bob):
    client.force_login(bob)

    page = text(client.get(PAGE))

    assert reverse("companies:archive") not in page
    assert 'id="contracts"' not in page
