import pytest
from django.urls import reverse

from companies.models import User
from tests.factories.companies import UserFactory

PEOPLE = reverse("companies:people")
ACCOUNT = reverse("companies:account")
COMPANY = reverse("companies:company")


def text(answer):
    return " ".join(answer.content.decode().split())


def rows(answer):
    return [str(person) for person in answer.context["page"]]


# People


def test_people_lists_everybody_of_the_company_by_name(client, bob, alice, charlie):
    """CO-08: the deactivated too, with their state."""
    UserFactory(name="Zoe Gone", company=bob.company, deactivated=True)
    client.force_login(bob)

    answer = client.get(PEOPLE)

    assert rows(answer) == ["Alice Moreau", "Bob Weber", "Zoe Gone"]
    assert text(answer).count("Deactivated</span>") == 1


def test_people_can_be_searched_by_name_or_address(client, alice, bob):
    client.force_login(bob)

    assert rows(client.get(PEOPLE, {"q": "mOReau"})) == ["Alice Moreau"]
    assert rows(client.get(PEOPLE, {"q": "bob@"})) == ["Bob Weber"]
    nobody = client.get(PEOPLE, {"q": "charlie"})
    assert rows(nobody) == []
    assert "Nobody matches" in text(nobody)


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("closed", ["Zoe Gone"]),
        ("active", ["Alice Moreau", "Bob Weber"]),
        ("nonsense", ["Alice Moreau", "Bob Weber", "Zoe Gone"]),
    ],
)
def test_people_can_be_filtered_by_state(client, alice, bob, acme, state, seen):
    UserFactory(name="Zoe Gone", company=acme, deactivated=True)
    client.force_login(alice)

    assert rows(client.get(PEOPLE, {"state": state})) == seen


def test_people_takes_what_no_database_would(client, alice):
    client.force_login(alice)

    answer = client.get(PEOPLE, {"q": "nul\x00", "after": "nonsense"})

    assert answer.status_code == 200


def test_only_admins_and_staff_see_who_is_admin(client, alice, bob, stella):
    """CO-06"""
    client.force_login(bob)
    assert "Company admin" not in text(client.get(PEOPLE))
    assert "Company admin" not in text(client.get(alice.get_absolute_url()))
    assert "Company admins" not in text(client.get(COMPANY))

    client.force_login(alice)
    assert "Company admin" in text(client.get(PEOPLE))
    assert "Company admin" in text(client.get(alice.get_absolute_url()))
    assert "Company admins" in text(client.get(COMPANY))

    client.force_login(stella)
    assert "Company admin" in text(client.get(PEOPLE))


def test_staff_see_everybody_with_their_company(client, alice, charlie, stella):
    client.force_login(stella)

    answer = client.get(PEOPLE)

    assert {"Alice Moreau", "Charlie Novak", "Stella Brandt"} <= set(rows(answer))
    assert "Globex" in text(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_people_costs_the_same_however_many(
    client, acme, count, django_assert_num_queries
):
    reader = UserFactory(company=acme, admin=True)
    UserFactory.create_batch(count, company=acme)
    client.force_login(reader)

    with django_assert_num_queries(4):
        client.get(PEOPLE)


def test_a_long_list_goes_on_on_the_next_page(client, acme):
    people = UserFactory.create_batch(60, company=acme)
    client.force_login(people[0])

    first = client.get(PEOPLE)
    second = client.get(PEOPLE + first.context["page"].next)

    assert len(rows(first)) == 50
    assert len(rows(second)) == 10
    assert not set(rows(first)) & set(rows(second))


# Deciding who is admin


def deed(name, person):
    return reverse(f"companies:{name}", args=[person.pk])


def test_an_admin_names_another_on_a_page_with_a_button(client, alice, bob):
    client.force_login(alice)
    assert "Make Bob Weber company admin?" in text(client.get(deed("name_admin", bob)))
    bob.refresh_from_db()
    assert not bob.is_company_admin

    answer = client.post(deed("name_admin", bob))

    bob.refresh_from_db()
    assert bob.is_company_admin
    assert answer.url == bob.get_absolute_url()


def test_a_refusal_is_said_on_the_same_page(client, alice):
    client.force_login(alice)

    answer = client.post(deed("unname_admin", alice))

    assert answer.status_code == 200
    assert "You cannot remove yourself" in text(answer)


def test_an_admin_names_the_company_contact(client, alice, bob, acme):
    client.force_login(alice)

    client.post(deed("name_contact", bob))

    acme.refresh_from_db()
    assert acme.contact == bob
    client.force_login(bob)
    assert "Company contact" in text(client.get(COMPANY))


@pytest.mark.parametrize("name", ["name_admin", "unname_admin", "name_contact"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_decides_is_an_admin_of_the_same_company(
    client, name, method, alice, bob, charlie
):
    client.force_login(bob)
    assert getattr(client, method)(deed(name, alice)).status_code == 403
    client.force_login(charlie)
    assert getattr(client, method)(deed(name, bob)).status_code == 404

    assert not User.objects.get(pk=bob.pk).is_company_admin


def test_buttons_are_offered_to_who_may_use_them(client, alice, bob):
    client.force_login(bob)
    assert deed("name_admin", bob) not in text(client.get(bob.get_absolute_url()))
    client.force_login(alice)
    assert deed("name_admin", bob) in text(client.get(bob.get_absolute_url()))
    own = text(client.get(alice.get_absolute_url()))
    assert deed("unname_admin", alice) not in own
    assert "Nobody removes themselves" in own


# One's own account


def fields(person, **changes):
    return {
        "name": person.name,
        "job_title": "",
        "phone": "",
        "language": "en",
        "time_zone": "Europe/Amsterdam",
        "appearance": "",
        **changes,
    }


def test_people_change_their_own_account(client, bob):
    client.force_login(bob)

    answer = client.post(ACCOUNT, fields(bob, phone="+31 6 1", time_zone="Asia/Tokyo"))

    bob.refresh_from_db()
    assert answer.url == ACCOUNT
    assert (bob.phone, bob.time_zone) == ("+31 6 1", "Asia/Tokyo")
    assert "Your account is changed." in text(client.get(ACCOUNT))


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"time_zone": "Mars/Olympus"}, {"language": "xx"}]
)
def test_a_wrong_value_is_named_and_nothing_is_changed(client, bob, changes):
    client.force_login(bob)

    answer = client.post(ACCOUNT, fields(bob, phone="+31 6 1", **changes))

    assert list(answer.context["form"].errors) == list(changes)
    assert text(answer).count("<title>Error:") == 1
    bob.refresh_from_db()
    assert bob.phone == ""


def test_nobody_makes_themselves_more_than_they_are(client, bob):
    client.force_login(bob)

    client.post(
        ACCOUNT,
        fields(bob, is_staff="on", is_company_admin="on", email="x@y.example"),
    )

    bob.refresh_from_db()
    assert (bob.is_staff, bob.is_company_admin) == (False, False)
    assert bob.email == "bob@acme.example"


def test_an_older_spelling_of_a_time_zone_is_kept(client, bob):
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Calcutta")
    client.force_login(bob)

    answer = client.get(ACCOUNT)

    assert '<option value="Asia/Calcutta" selected>' in text(answer)


def test_the_account_page_stays_small(client, bob):
    client.force_login(bob)

    assert len(client.get(ACCOUNT).content) < 60_000


def test_a_plain_page_costs_three_queries(client, bob, django_assert_num_queries):
    """The session is cached, person and company are one, the sidebar is another.

    The third asks whether the company's provider keeps the password instead [CO-17].
    """
    client.force_login(bob)

    with django_assert_num_queries(3):
        client.get(reverse("account_change_password"))
