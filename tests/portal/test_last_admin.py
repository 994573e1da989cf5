"""Nobody removes themselves or the last admin: by page, by POST, at the desk [E35]."""

import pytest
from django.urls import reverse

from companies.models import User
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory


def deed(name, person):
    return reverse(f"companies:{name}", args=[person.pk])


def now(person):
    return User.objects.get(pk=person.pk)


def text(answer):
    return " ".join(answer.content.decode().split())


def change_at_desk(client, person, **changes):
    """The support desk's form for a person, sent with these changes."""
    fields = {
        "name": person.name,
        "language": "en",
        "time_zone": "Europe/Amsterdam",
        "job_title": "",
        "phone": "",
        **changes,
    }
    page = reverse("admin:companies_user_change", args=[person.pk])
    return client.post(page, fields, follow=True)


def deactivate_at_desk(client, person):
    asked = {"action": "deactivate_people", "_selected_action": [str(person.pk)]}
    desk = reverse("admin:companies_user_changelist")
    return client.post(desk, asked, follow=True)


def test_the_last_admin_offers_no_button_to_be_removed_by(client, alice):
    """E35"""
    client.force_login(alice)

    said = text(client.get(alice.get_absolute_url()))

    assert deed("unname_admin", alice) not in said
    assert deed("deactivate", alice) not in said


def test_self_removal_is_refused_by_post(client, alice, acme):
    """E35, CO-05: even where another admin is left."""
    UserFactory(company=acme, admin=True)
    client.force_login(alice)

    assert "You cannot remove yourself" in text(
        client.post(deed("unname_admin", alice))
    )
    assert now(alice).is_company_admin


def test_the_last_admin_is_not_removed_at_the_desk(client, stella, alice):
    """E35"""
    client.force_login(stella)

    said = text(change_at_desk(client, alice))

    assert "is the only company admin" in said
    assert now(alice).is_company_admin


def test_one_of_two_admins_is_removed_at_the_desk(client, stella, alice, acme):
    """What the refusal above could have let through."""
    UserFactory(company=acme, admin=True)
    client.force_login(stella)

    change_at_desk(client, alice)

    assert not now(alice).is_company_admin


def test_the_last_admin_is_not_deactivated_at_the_desk(client, stella, alice):
    """E35"""
    client.force_login(stella)

    assert "is the only company admin" in text(deactivate_at_desk(client, alice))
    assert now(alice).is_active


def test_the_last_admin_is_not_deactivated_by_post(client, stella, alice):
    """E35"""
    client.force_login(stella)

    client.post(deed("deactivate", alice))

    assert now(alice).is_active


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_nobody_deactivates_themselves_by_page_or_post(client, request, who, acme):
    """E35, CO-05"""
    person = request.getfixturevalue(who)
    UserFactory(company=acme, admin=True)
    client.force_login(person)

    assert "Nobody deactivates themselves" in text(
        client.get(deed("deactivate", person))
    )
    client.post(deed("deactivate", person))
    assert now(person).is_active


def test_staff_do_not_deactivate_themselves_at_the_desk(client, stella):
    """E35"""
    client.force_login(stella)

    assert "Nobody deactivates themselves" in text(deactivate_at_desk(client, stella))
    assert now(stella).is_active


@pytest.mark.parametrize("name", ["deactivate", "reactivate", "unname_admin"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_external_is_not_this_companys(client, alice, dora, acme, name, method):
    """E35, CO-08: seen among the people, and yet not there to be deactivated."""
    MembershipFactory(application=ApplicationFactory(company=acme), user=dora)
    client.force_login(alice)

    page = client.get(dora.get_absolute_url())
    answer = getattr(client, method)(deed(name, dora))

    assert page.status_code == 200
    assert deed("deactivate", dora) not in text(page)
    assert answer.status_code == 404
    assert now(dora).is_active


def test_an_external_without_a_company_is_not_this_companys_either(client, alice, acme):
    """E35, CO-08"""
    guest = UserFactory(company=None)
    MembershipFactory(application=ApplicationFactory(company=acme), user=guest)
    client.force_login(alice)

    assert client.post(deed("deactivate", guest)).status_code == 404
    assert now(guest).is_active
