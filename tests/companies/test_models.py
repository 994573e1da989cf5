from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies import audit
from companies.models import ActivityEntry, Company, User
from companies.verbs import Verb
from tests.factories.companies import CompanyFactory, UserFactory


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "ALICE@acme.example"}, "This e-mail address is taken."),
        (
            {"is_company_admin": True, "company": None},
            "A company admin needs a company.",
        ),
        ({"is_staff": True}, "Vendor staff belong to no customer company."),
    ],
)
def test_what_must_be_true_of_a_person(alice, acme, wrong, words):
    """Said by the form, held by the database."""
    facts = {"email": "carl@acme.example", "company": acme, "password": "!", **wrong}

    with pytest.raises(ValidationError, match=words):
        User(**facts).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        User(**facts).save()


def test_a_time_zone_is_one_of_the_world(acme):
    acme.time_zone = "Mars/Olympus"

    with pytest.raises(ValidationError, match="is no time zone"):
        acme.full_clean()


@pytest.mark.parametrize(
    ("traits", "code", "has_account"),
    [
        ({}, "person.active", True),
        ({"unregistered": True}, "person.invited", False),
        ({"deactivated": True}, "person.deactivated", False),
        ({"deactivated": True, "unregistered": True}, "person.deactivated", False),
    ],
)
def test_how_an_account_stands(traits, code, has_account):
    """TC-04"""
    person = UserFactory.build(company=None, **traits)

    assert person.state_code == code
    assert person.has_account == has_account


@pytest.mark.parametrize(
    ("who", "role", "sees_roles"),
    [
        ("alice", "Company admin", True),
        ("bob", "Member", False),
        ("stella", "Support", True),
    ],
)
def test_the_role_of_a_person(who, role, sees_roles, request):
    person = request.getfixturevalue(who)

    assert person.role == role
    assert person.sees_roles == sees_roles


@pytest.mark.parametrize(
    ("name", "email", "initials"),
    [
        ("Bob Weber", "b@acme.example", "BW"),
        ("Marit van de Boer", "m@acme.example", "MB"),
        ("Cher", "c@acme.example", "C"),
        ("", "dora@globex.example", "DG"),
    ],
)
def test_initials(name, email, initials):
    assert User(name=name, email=email).initials == initials


def test_who_has_no_name_is_called_by_the_address():
    nameless = User(email="b@acme.example")

    assert str(nameless) == nameless.get_full_name() == "b@acme.example"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Amsterdam", date(2026, 3, 1)), ("America/New_York", date(2026, 2, 28))],
)
def test_today_is_the_companys_own_day(zone, day):
    """E11"""
    midnight = datetime(2026, 3, 1, 0, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))

    assert Company(time_zone=zone).today(midnight) == day


def test_addresses_are_kept_in_small_letters(db):
    person = User.objects.create_user("Carl@Acme.EXAMPLE", "a sentence nobody guesses")

    assert person.email == "carl@acme.example"
    assert User.objects.get_by_natural_key("CARL@acme.example") == person
    assert not person.has_account


def test_the_first_of_the_vendor_has_an_account_at_once(db):
    stella = User.objects.create_superuser("s@aldwick.example", "x", name="Stella")

    assert stella.has_account
    assert stella.has_perm("anything")
    assert stella.has_module_perms("companies")


def test_customers_have_no_rights_at_the_desk(alice):
    assert not alice.has_perm("companies.view_user")
    assert not alice.has_module_perms("companies")


def test_admins_of_a_company_are_those_who_can_act(acme, alice):
    UserFactory(company=acme, admin=True, deactivated=True)
    UserFactory(company=CompanyFactory(), admin=True)

    assert list(User.objects.admins_of(acme)) == [alice]


def test_the_vendors_people(alice, stella, willem):
    UserFactory(staff=True, deactivated=True)

    assert set(User.objects.vendor_staff()) == {stella, willem}


# Activity


def test_an_entry_is_a_sentence_after_the_actors_name(acme, alice):
    entry = audit.record(
        company=acme, by=alice, verb=Verb.ADMIN_NAMED, thing="Bob", at=timezone.now()
    )

    assert str(entry) == "Alice Moreau made Bob company admin"


def test_an_entry_of_the_portal_itself_bears_the_vendors_name(acme, settings):
    entry = audit.record(company=acme, by=None, verb=Verb.LICENSE_CREATED, thing="x")

    assert entry.actor == settings.VENDOR_NAME
    assert entry.actor_id_text == ""


def test_values_are_cut_to_what_the_log_holds(acme, alice):
    entry = audit.record(
        company=acme,
        by=alice,
        verb=Verb.COMPANY_CHANGED,
        thing="t" * 300,
        old="o" * 300,
        new="n" * 300,
    )

    entry.refresh_from_db()
    assert {len(entry.thing), len(entry.old), len(entry.new)} == {200}


def test_braces_in_a_name_stay_what_they_are(acme, alice):
    entry = audit.record(
        company=acme, by=alice, verb=Verb.ADMIN_NAMED, thing="{old} {0}", old="x"
    )

    assert entry.sentence == "made {old} {0} company admin"


def test_every_verb_is_a_sentence_of_what_an_entry_holds(acme):
    for verb in Verb:
        entry = ActivityEntry(actor="A", verb=verb, thing="T", old="O", new="N")

        assert "{" not in entry.sentence, verb
