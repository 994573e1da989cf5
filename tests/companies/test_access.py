"""Who may see what, by the cast: Alice, Bob, Charlie, Dora and Stella."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from apps.models import Application, Environment, Membership
from companies.access import (
    TenantQuerySet,
    company_admin,
    fetch_visible,
    member,
    public,
    staff,
)
from companies.models import ActivityEntry, Company, User
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.tickets import TicketFactory, TicketMessageFactory
from tickets.models import Ticket, TicketMessage


@pytest.fixture
def depot(acme, bob, dora):
    """Acme's app, with Bob and, of another company, Dora on its team."""
    depot = ApplicationFactory(company=acme, name="Depot Control")
    MembershipFactory(application=depot, user=bob)
    MembershipFactory(application=depot, user=dora)
    return depot


@pytest.fixture
def fleet(globex):
    """Globex's app, with nobody on its team."""
    return ApplicationFactory(company=globex, name="Fleet")


@pytest.fixture
def erin(acme):
    """Of Acme, on no team, no admin."""
    return UserFactory(email="erin@acme.example", name="Erin Vos", company=acme)


def names(rows):
    return sorted(str(row) for row in rows)


def test_a_company_admin_sees_what_the_company_has(depot, fleet, alice):
    assert names(Application.objects.visible_to(alice)) == ["Depot Control"]


def test_a_team_member_sees_the_app_of_the_team(depot, acme, bob):
    ApplicationFactory(company=acme, name="Somebody else's")

    assert names(Application.objects.visible_to(bob)) == ["Depot Control"]


def test_a_colleague_on_no_team_sees_no_app(depot, erin):
    assert names(Application.objects.visible_to(erin)) == []


def test_a_stranger_sees_only_the_own_company(depot, fleet, charlie):
    assert names(Application.objects.visible_to(charlie)) == ["Fleet"]


def test_somebody_of_another_company_on_the_team_sees_that_app_only(
    depot, fleet, acme, dora
):
    """E32: the wall is the team, not the company."""
    ApplicationFactory(company=acme, name="Somebody else's")

    assert names(Application.objects.visible_to(dora)) == ["Depot Control"]


def test_an_admin_on_a_foreign_team_sees_both(depot, fleet, charlie):
    MembershipFactory(application=depot, user=charlie)

    seen = names(Application.objects.visible_to(charlie))

    assert seen == ["Depot Control", "Fleet"]


def test_vendor_staff_see_everything(depot, fleet, stella):
    assert names(Application.objects.visible_to(stella)) == ["Depot Control", "Fleet"]


def test_nobody_sees_anything_before_signing_in(depot):
    assert names(Application.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize("who", ["alice", "bob", "stella"])
def test_who_is_deactivated_sees_nothing(depot, request, who):
    person = request.getfixturevalue(who)
    person.is_active = False

    for model in (Application, Company, User, Ticket):
        assert names(model.objects.visible_to(person)) == []


def test_leaving_the_team_takes_the_app_away_at_once(depot, bob):
    Membership.objects.filter(user=bob).delete()

    assert names(Application.objects.visible_to(bob)) == []


def test_no_row_comes_twice_however_many_ways_lead_to_it(depot, alice):
    """A join would multiply by members and environments; a subquery does not."""
    for _ in range(3):
        EnvironmentFactory(application=depot)
        MembershipFactory(application=depot)
    MembershipFactory(application=depot, user=alice)

    assert Application.objects.visible_to(alice).count() == 1
    assert Environment.objects.visible_to(alice).count() == 3


def test_the_two_ways_never_mix(acme, globex, charlie):
    """An app of Acme with a Globex person on the team is not open to all of Globex."""
    shared = ApplicationFactory(company=acme)
    MembershipFactory(application=shared, user=UserFactory(company=globex))

    assert not Application.objects.visible_to(charlie).exists()
    assert not Membership.objects.visible_to(charlie).exists()


def test_the_filter_can_be_narrowed_sorted_and_cut(depot, acme, alice):
    ApplicationFactory(company=acme, name="Aardvark")

    rows = Application.objects.live().visible_to(alice).order_by("-name")[:1]

    assert names(rows) == ["Depot Control"]


def test_the_filter_is_one_query(depot, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(Application.objects.visible_to(alice))


def test_people_are_visible_within_their_company(alice, bob, erin, charlie, dora):
    assert set(User.objects.visible_to(bob)) == {alice, bob, erin}
    assert set(User.objects.visible_to(dora)) == {charlie, dora}


def test_who_has_no_company_sees_only_oneself(alice):
    nora = UserFactory(email="nora@new.example", company=None)
    UserFactory(email="otto@new.example", company=None)

    assert set(User.objects.visible_to(nora)) == {nora}


def test_companies_and_their_activity(acme, globex, alice, bob, stella):
    for company in (acme, globex):
        ActivityEntry.objects.create(
            company=company, at=company.created_at, actor="A", verb="v", thing="t"
        )

    assert names(Company.objects.visible_to(bob)) == ["Acme"]
    assert Company.objects.visible_to(stella).count() == 2
    assert ActivityEntry.objects.visible_to(alice).count() == 1
    assert ActivityEntry.objects.visible_to(bob).count() == 0
    assert ActivityEntry.objects.visible_to(stella).count() == 2


def test_what_hangs_on_an_app_follows_the_app(depot, alice, bob, charlie, dora):
    TicketMessageFactory(ticket=TicketFactory(application=depot, opened_by=bob))

    for model in (Ticket, TicketMessage):
        seen = [model.objects.visible_to(p).count() for p in (alice, bob, dora)]
        assert seen == [1, 1, 1]
        assert model.objects.visible_to(charlie).count() == 0


def test_fetching_what_is_not_visible_is_as_if_it_were_not_there(depot, charlie, bob):
    with pytest.raises(Http404):
        fetch_visible(Application, charlie, pk=depot.pk)
    with pytest.raises(Http404):
        fetch_visible(Application, bob, pk=uuid.uuid4())

    assert fetch_visible(Application, bob, pk=depot.pk) == depot


def test_fetching_keeps_the_words_of_a_query(depot, bob):
    with pytest.raises(Http404):
        fetch_visible(Application.objects.cloud(), bob, pk=depot.pk)


def test_a_row_without_an_access_rule_is_a_mistake_that_shows(alice):
    rows = TenantQuerySet(model=type("Homeless", (), {"__name__": "Homeless"}))

    with pytest.raises(AttributeError):
        rows.visible_to(alice)


# Doors


def knock(door, person):
    def view(request):
        return HttpResponse("inside")

    request = RequestFactory().get("/")
    request.user = person
    return door(view)(request).content


@pytest.mark.parametrize(
    ("door", "who"),
    [
        (member, "bob"),
        (member, "stella"),
        (company_admin, "alice"),
        (staff, "stella"),
        (public("why"), "bob"),
    ],
)
def test_doors_open(door, who, request):
    assert knock(door, request.getfixturevalue(who)) == b"inside"


@pytest.mark.parametrize(
    ("door", "who"),
    [(company_admin, "bob"), (company_admin, "stella"), (staff, "alice")],
)
def test_doors_stay_shut(door, who, request):
    with pytest.raises(PermissionDenied):
        knock(door, request.getfixturevalue(who))


@pytest.mark.parametrize("door", [member, company_admin, staff])
def test_doors_refuse_strangers_even_without_the_middleware_before_them(door):
    with pytest.raises(PermissionDenied):
        knock(door, AnonymousUser())


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_doors_refuse_who_is_deactivated(who, request):
    person = request.getfixturevalue(who)
    person.is_active = False

    for door in (member, company_admin, staff):
        with pytest.raises(PermissionDenied):
            knock(door, person)


def test_only_a_public_door_lets_people_in_without_signing_in():
    def view(request):
        return HttpResponse()

    assert public("why")(view).login_required is False
    assert member(view).login_required is True, "the last door counts"


def test_a_door_leaves_its_mark():
    marks = [door(lambda request: None).door for door in (member, company_admin, staff)]

    assert marks == ["member", "company admin", "staff"]
    assert public("the way in")(lambda request: None).door == "public: the way in"
