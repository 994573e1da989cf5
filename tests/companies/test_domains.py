"""Mail domains of a company: claimed by an admin, decided by support [CO-07]."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.models import ActivityEntry, ClaimedDomain, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import CompanyFactory, UserFactory
from tests.marks import on_postgresql

AT = timezone.now()
PAGE = reverse("companies:sign_in")
State = ClaimedDomain.State


def claimed(by, name="acme.example", state=State.WAITING):
    return ClaimedDomain.objects.create(
        name=name, company=by.company, claimed_by=by, state=state
    )


def confirmed(by, name="acme.example"):
    return claimed(by, name, State.CONFIRMED)


def verbs():
    return [entry.verb for entry in ActivityEntry.objects.order_by("id")]


# The claim


def test_an_admin_claims_the_domain_of_the_own_address(alice, settings):
    """CO-07: support is asked, and nothing has changed yet."""
    carl = UserFactory(email="carl@acme.example", company=None)

    domain = actions.claim_domain("@ACME.example", by=alice, at=AT)

    assert (domain.name, domain.company, domain.state) == (
        "acme.example",
        alice.company,
        "waiting",
    )
    letter = Message.objects.get()
    assert letter.recipient == settings.SUPPORT_EMAIL
    assert letter.subject == "Acme claims the mail domain acme.example"
    assert reverse("admin:companies_claimeddomain_change", args=[domain.pk]) in (
        letter.text
    )
    assert verbs() == [Verb.DOMAIN_CLAIMED]
    assert User.objects.get(pk=carl.pk).company is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("globex.example", "only the domain of your own confirmed address"),
        ("mail.acme.example", "only the domain of your own confirmed address"),
        ("gmail.com", "Anybody can have an address at gmail.com"),
    ],
)
def test_no_domain_but_the_own_one_can_be_claimed(alice, name, words):
    """CO-07"""
    with pytest.raises(ValidationError, match=words):
        actions.claim_domain(name, by=alice, at=AT)

    assert not ClaimedDomain.objects.exists()


def test_a_domain_of_everybody_is_refused_even_to_who_has_an_address_there(acme):
    """CO-07"""
    admin = UserFactory(email="acme.boss@gmail.com", company=acme, admin=True)

    with pytest.raises(ValidationError, match="no company can claim it"):
        actions.claim_domain("gmail.com", by=admin, at=AT)


def test_an_address_that_is_not_confirmed_claims_nothing(acme):
    """CO-07"""
    admin = UserFactory(
        email="new@acme.example", company=acme, admin=True, unregistered=True
    )

    with pytest.raises(ValidationError, match="confirmed address"):
        actions.claim_domain("acme.example", by=admin, at=AT)


def test_only_a_company_admin_claims(bob):
    with pytest.raises(PermissionDenied):
        actions.claim_domain("acme.example", by=bob, at=AT)


def test_a_domain_is_claimed_once_across_companies_whatever_its_case(alice, globex):
    """CO-07: the database holds it too."""
    claimed(alice, "acme.example")
    rival = UserFactory(email="rival@ACME.example", company=globex, admin=True)

    with pytest.raises(ValidationError, match="Another company has claimed"):
        actions.claim_domain("acme.example", by=rival, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        claimed(rival, "Acme.Example")


def test_the_own_claim_is_not_made_twice(alice):
    claimed(alice)

    with pytest.raises(ValidationError, match="Your company has claimed"):
        actions.claim_domain("acme.example", by=alice, at=AT)


def test_a_refused_claim_keeps_nobody_from_claiming(alice, globex):
    claimed(alice, state=State.REFUSED)
    rival = UserFactory(email="rival@acme.example", company=globex, admin=True)

    domain = actions.claim_domain("acme.example", by=rival, at=AT)

    assert domain.company == globex


def test_claiming_again_takes_the_place_of_the_refusal(alice):
    claimed(alice, state=State.REFUSED)

    actions.claim_domain("acme.example", by=alice, at=AT)

    assert ClaimedDomain.objects.get().is_waiting


# Support decides


def test_confirmed_it_moves_in_who_has_no_company(alice, stella):
    """CO-07: and tells them, and the admins."""
    carl = UserFactory(email="carl@acme.example", company=None)
    cora = UserFactory(email="Cora@Acme.Example", company=None)
    domain = claimed(alice)

    moved, elsewhere = actions.confirm_domain(domain, by=stella, at=AT)

    assert {person.pk for person in moved} == {carl.pk, cora.pk}
    assert elsewhere == []
    assert User.objects.get(pk=carl.pk).company == alice.company
    assert ClaimedDomain.objects.get().is_confirmed
    assert {row.recipient for row in Message.objects.all()} == {
        carl.email,
        cora.email,
        alice.email,
    }
    assert verbs() == [Verb.DOMAIN_CONFIRMED, Verb.PERSON_JOINED, Verb.PERSON_JOINED]


def test_whoever_belongs_elsewhere_is_named_and_not_moved(alice, globex, stella):
    """CO-07"""
    gina = UserFactory(email="gina@acme.example", company=globex)
    domain = claimed(alice)

    moved, elsewhere = actions.confirm_domain(domain, by=stella, at=AT)

    assert (moved, elsewhere) == ([], [gina])
    assert User.objects.get(pk=gina.pk).company == globex


def test_whoever_has_not_confirmed_or_is_closed_or_ours_is_not_moved(alice, stella):
    UserFactory(email="new@acme.example", company=None, unregistered=True)
    UserFactory(email="gone@acme.example", company=None, deactivated=True)
    UserFactory(email="sam@acme.example", staff=True)
    UserFactory(email="sub@mail.acme.example", company=None)
    UserFactory(email="x@notacme.example", company=None)

    moved, elsewhere = actions.confirm_domain(claimed(alice), by=stella, at=AT)

    assert moved == []
    assert [person.email for person in elsewhere] == ["sam@acme.example"]


def test_an_address_in_the_readable_spelling_is_found(acme, stella):
    admin = UserFactory(email="eva@münchen.example", company=acme, admin=True)
    carl = UserFactory(email="carl@münchen.example", company=None)
    domain = actions.claim_domain("münchen.example", by=admin, at=AT)

    moved, _elsewhere = actions.confirm_domain(domain, by=stella, at=AT)

    assert domain.name == "xn--mnchen-3ya.example"
    assert moved == [carl]


def test_a_refusal_says_why(alice, stella):
    domain = claimed(alice)

    actions.refuse_domain(domain, reason="Nobody answered.", by=stella, at=AT)

    letter = Message.objects.get()
    assert letter.recipient == alice.email
    assert "“Nobody answered.”" in letter.text
    assert ActivityEntry.objects.get().sentence == (
        "refused the claim of the mail domain acme.example: Nobody answered."
    )


@pytest.mark.parametrize("verb", [actions.refuse_domain, actions.remove_domain])
def test_no_refusal_and_no_removal_without_a_reason(alice, stella, verb):
    state = State.WAITING if verb is actions.refuse_domain else State.CONFIRMED
    domain = claimed(alice, state=state)

    with pytest.raises(ValidationError, match="Say why"):
        verb(domain, reason=" ", by=stella, at=AT)


def test_a_claim_is_decided_once(alice, stella):
    domain = confirmed(alice)

    for verb, facts in (
        (actions.confirm_domain, {}),
        (actions.refuse_domain, {"reason": "Late."}),
    ):
        with pytest.raises(ValidationError, match="decided already"):
            verb(domain, by=stella, at=AT, **facts)


def test_removed_it_lets_everybody_stay_and_nobody_join(alice, stella):
    """CO-07"""
    domain = confirmed(alice)

    actions.remove_domain(domain, reason="It was sold.", by=stella, at=AT)

    assert not ClaimedDomain.objects.exists()
    assert User.objects.get(pk=alice.pk).company == alice.company
    assert "no longer claimed" in Message.objects.get().subject
    assert verbs() == [Verb.DOMAIN_REMOVED]


# Joining by the address


def test_who_confirms_an_address_there_joins(alice):
    """CO-07"""
    confirmed(alice)
    nora = UserFactory(email="nora@acme.example", company=None, unregistered=True)

    actions.confirm_address(nora, at=AT)

    assert User.objects.get(pk=nora.pk).company == alice.company
    joined = ActivityEntry.objects.get(verb=Verb.PERSON_JOINED)
    assert (joined.actor, joined.company) == ("Aldwick", alice.company)


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED])
def test_nobody_joins_by_a_claim_that_is_not_confirmed(alice, state):
    claimed(alice, state=state)
    nora = UserFactory(email="nora@acme.example", company=None, unregistered=True)

    actions.confirm_address(nora, at=AT)

    assert User.objects.get(pk=nora.pk).company is None


def test_an_address_that_is_not_confirmed_joins_nothing(alice, client):
    """A stranger may type any address."""
    confirmed(alice)
    client.post(
        reverse("account_signup"),
        {
            "name": "Not Nora",
            "email": "nora@acme.example",
            "password1": "a sentence nobody guesses",
            "password2": "a sentence nobody guesses",
        },
    )

    assert User.objects.get(email="nora@acme.example").company is None


def test_a_new_address_there_brings_who_has_no_company(alice, globex):
    confirmed(alice)
    carl = UserFactory(email="carl@home.example", company=None)
    gina = UserFactory(email="gina@globex.example", company=globex)

    actions.change_address(carl, "carl@acme.example", at=AT)
    actions.change_address(gina, "gina@acme.example", at=AT)

    assert User.objects.get(pk=carl.pk).company == alice.company
    assert User.objects.get(pk=gina.pk).company == globex


@on_postgresql()
@pytest.mark.django_db(transaction=True)
def test_confirmed_and_registered_at_the_same_moment(alice, stella):
    """Whichever comes second sees the other; nobody is left without a company."""
    people = [
        UserFactory(email=f"p{n}@acme.example", company=None, unregistered=True)
        for n in range(6)
    ]
    domain = claimed(alice)
    start = threading.Barrier(len(people) + 1)

    def run(verb, *args, **facts):
        start.wait()
        try:
            verb(*args, **facts)
        finally:
            connection.close()

    threads = [
        threading.Thread(
            target=run, args=(actions.confirm_address, person), kwargs={"at": AT}
        )
        for person in people
    ]
    threads.append(
        threading.Thread(
            target=run,
            args=(actions.confirm_domain, domain),
            kwargs={"by": stella, "at": AT},
        )
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not User.objects.filter(company=None, is_staff=False).exists()


# The page


def test_the_page_offers_the_own_domain(client, alice):
    client.force_login(alice)

    answer = client.get(PAGE)

    assert answer.context["form"]["name"].value() == "acme.example"
    assert "usually within one working day" in answer.content.decode()


def test_claimed_on_the_page_it_waits(client, alice):
    client.force_login(alice)

    answer = client.post(PAGE, {"name": "Acme.example"}, follow=True)

    said = answer.content.decode()
    assert "Claimed. We check it and write to you." in said
    assert "We check with you, usually within one working day." in said
    assert "Claim this domain" not in said


def test_a_refused_claim_says_so_at_the_field(client, alice):
    client.force_login(alice)

    answer = client.post(PAGE, {"name": "globex.example"})

    assert "only the domain of your own" in answer.context["form"].errors["name"][0]


def test_the_page_is_for_company_admins(client, bob, stella):
    for person in (bob, stella):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403


def test_no_admin_sees_the_claims_of_another_company(client, alice, charlie):
    claimed(alice)
    client.force_login(charlie)

    assert "acme.example" not in client.get(PAGE).content.decode()


# The support desk


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def decide(desk, domain, **fields):
    page = reverse("admin:companies_claimeddomain_change", args=[domain.pk])
    return desk.post(page, {"why": "", **fields}, follow=True)


def test_the_desk_shows_whom_a_decision_concerns(desk, alice, globex):
    UserFactory(name="Carl Ek", email="carl@acme.example", company=None)
    UserFactory(name="Gina Roy", email="gina@acme.example", company=globex)
    page = reverse("admin:companies_claimeddomain_change", args=[claimed(alice).pk])

    said = desk.get(page).content.decode()

    assert "Carl Ek &lt;carl@acme.example&gt;" in said
    assert "Gina Roy &lt;gina@acme.example&gt; (Globex)" in said


def test_the_desk_confirms_and_names_who_was_not_moved(desk, alice, globex):
    """CO-07"""
    UserFactory(email="carl@acme.example", company=None)
    UserFactory(name="Gina Roy", email="gina@acme.example", company=globex)
    domain = claimed(alice)

    answer = decide(desk, domain, decision="confirm")

    said = answer.content.decode()
    assert "1 account without a company was moved in." in said
    assert "Not moved, because they belong elsewhere: Gina Roy" in said
    assert ClaimedDomain.objects.get(pk=domain.pk).is_confirmed


def test_the_desk_refuses_with_a_reason_only(desk, alice):
    domain = claimed(alice)

    without = decide(desk, domain, decision="refuse")
    decide(desk, domain, decision="refuse", why="Nobody answered.")

    assert "Say why" in without.content.decode()
    assert ClaimedDomain.objects.get(pk=domain.pk).reason == "Nobody answered."


def test_the_desk_removes_a_confirmed_domain(desk, alice):
    domain = confirmed(alice)

    answer = decide(desk, domain, decision="remove", why="Sold.")

    assert answer.status_code == 200
    assert not ClaimedDomain.objects.exists()


def test_the_desk_neither_adds_nor_deletes_nor_decides_twice(desk, alice):
    refused = claimed(alice, state=State.REFUSED)
    CompanyFactory()

    assert desk.get(reverse("admin:companies_claimeddomain_add")).status_code == 403
    assert decide(desk, refused, decision="confirm").status_code == 403
    listed = desk.get(reverse("admin:companies_claimeddomain_changelist"))
    assert "acme.example" in listed.content.decode()
