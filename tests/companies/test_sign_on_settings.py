"""Single sign-on is entered, tested, switched on and off [CO-17]."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.models import ActivityEntry, ClaimedDomain, SignOn, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import UserFactory
from tests.provider import CLIENT_ID, CLIENT_SECRET

AT = timezone.now()
SETTINGS = reverse("companies:sign_in")
PROVIDER = reverse("companies:sign_on_provider")
ON = reverse("companies:sign_on_on")
OFF = reverse("companies:sign_on_off")
PASSWORD = "a sentence nobody guesses"


@pytest.fixture
def admin(client, alice):
    """Alice, who has just shown her password."""
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def tested(sign_on, alice):
    actions.note_sign_on_test(
        sign_on, subject="a-1", address=alice.email, by=alice, at=AT
    )
    sign_on.refresh_from_db()
    return sign_on


def fields(provider, **changes):
    return {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        **changes,
    }


def said(answer):
    return " ".join(answer.content.decode().split())


def verbs():
    return [entry.verb for entry in ActivityEntry.objects.order_by("id")]


# The provider


def test_the_page_shows_the_redirect_address_before_anything_is_entered(admin, alice):
    """CO-17"""
    answer = admin.get(PROVIDER)

    assert (f"http://testserver/accounts/sign-on/{alice.company_id}/callback/") in said(
        answer
    )


def test_entered_it_is_to_be_tested_and_its_secret_is_sealed(admin, provider, alice):
    """CO-17"""
    answer = admin.post(PROVIDER, fields(provider), follow=True)

    row = SignOn.objects.get(company=alice.company)
    assert row.state == "configured"
    assert row.secret == CLIENT_SECRET
    assert CLIENT_SECRET.encode() not in bytes(row.encrypted_secret)
    assert "Saved. Test it now." in said(answer)
    assert CLIENT_SECRET not in said(admin.get(PROVIDER))
    assert verbs()[-1] == Verb.SIGN_ON_CONFIGURED


def test_another_issuer_is_never_sent_the_secret_of_the_first(admin, provider, sign_on):
    """CO-17"""
    other = "https://another.example"

    page = admin.post(PROVIDER, fields(provider, secret="", issuer=other))

    assert "Copy the secret from your provider." in page.content.decode()
    sign_on.refresh_from_db()
    assert sign_on.issuer != other


def test_the_secret_stays_when_none_is_typed(admin, provider, sign_on):
    admin.post(PROVIDER, fields(provider, secret="", client_id="another"))

    sign_on.refresh_from_db()
    assert (sign_on.client_id, sign_on.secret) == ("another", CLIENT_SECRET)


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "login.acme.example",
        "http://login.acme.example",
        "ftp://login.acme.example",
        "https://user:word@login.acme.example",
        "https://login.acme.example/?x=1",
        "https://",
        "javascript:alert(1)",
    ],
)
def test_only_a_whole_address_with_https_is_taken(admin, provider, issuer):
    """CO-17"""
    answer = admin.post(PROVIDER, fields(provider, issuer=issuer))

    assert "issuer" in answer.context["form"].errors
    assert not SignOn.objects.exists()


def test_plain_http_to_this_machine_needs_the_setting(admin, provider, settings):
    settings.SIGN_ON_PRIVATE_NETWORKS = False

    answer = admin.post(PROVIDER, fields(provider))

    assert "issuer" in answer.context["form"].errors


@pytest.mark.parametrize(
    "change", [{"issuer": "https://x.example"}, {"client_id": "y"}]
)
def test_another_provider_is_tested_anew_and_knows_nobody(
    tested, provider, alice, change
):
    """CO-17"""
    SocialAccount.objects.create(
        user=alice, provider=str(alice.company_id), uid="a-1", extra_data={}
    )

    actions.configure_sign_on(**fields(provider, **change), by=alice, at=AT)

    tested.refresh_from_db()
    assert (tested.state, tested.tested_at, tested.tested_subject) == (
        "configured",
        None,
        "",
    )
    assert not SocialAccount.objects.exists()


def test_it_is_not_changed_while_it_is_on(on, provider, alice):
    with pytest.raises(ValidationError, match="Switch single sign-on off"):
        actions.configure_sign_on(**fields(provider), by=alice, at=AT)


def test_only_a_company_admin_enters_one(provider, bob):
    with pytest.raises(PermissionDenied):
        actions.configure_sign_on(**fields(provider), by=bob, at=AT)


@pytest.mark.parametrize("page", ["provider", "test", "on", "off"])
def test_the_pages_are_for_company_admins(client, bob, stella, page):
    for person in (bob, stella):
        client.force_login(person)
        address = reverse(f"companies:sign_on_{page}")
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


# On


def test_switching_on_asks_once_more_who_you_are(client, tested, alice):
    """CO-17"""
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)

    for page in (PROVIDER, ON):
        assert client.get(page).url.startswith(reverse("account_reauthenticate"))


def test_before_it_is_on_the_page_says_whom_it_concerns(admin, tested, bob, globex):
    """CO-17"""
    UserFactory(name="Carl Ek", email="carl@home.example", company=tested.company)
    UserFactory(name="Gina Roy", email="gina@acme.example", company=globex)

    answer = said(admin.get(ON))

    assert "2 people sign in through 127.0.0.1" in answer
    assert "Bob Weber <small>bob@acme.example</small>" in answer
    assert "their addresses are elsewhere: Carl Ek." in answer
    assert "Gina Roy" not in answer
    assert "The way out" in answer


def test_switched_on_the_passwords_of_members_are_gone(
    admin, client, tested, alice, bob, globex
):
    """CO-17: of members at the domain; of nobody else."""
    gina = UserFactory(email="gina@acme.example", company=globex)
    carl = UserFactory(email="carl@home.example", company=tested.company)
    for person in (bob, gina, carl):
        person.set_password(PASSWORD)
        person.save()
    elsewhere = type(client)()
    elsewhere.force_login(bob)

    answer = admin.post(ON, follow=True)

    usable = {p.email: p.has_usable_password() for p in User.objects.all()}
    assert not usable[bob.email]
    assert not usable[alice.email]
    assert usable[gina.email]
    assert usable[carl.email]
    assert "Single sign-on is on." in said(answer), "Alice stays signed in"
    assert elsewhere.get(reverse("companies:account")).status_code == 302
    assert {row.recipient for row in Message.objects.all()} == {alice.email, bob.email}
    assert verbs()[-1] == Verb.SIGN_ON_ON


def test_it_is_not_switched_on_before_a_test(sign_on, alice):
    """CO-17"""
    with pytest.raises(ValidationError, match="Test it first"):
        actions.switch_sign_on_on(by=alice, at=AT)


def test_it_is_not_switched_on_without_a_domain(tested, alice):
    ClaimedDomain.objects.all().delete()

    with pytest.raises(ValidationError, match="Claim a mail domain first"):
        actions.switch_sign_on_on(by=alice, at=AT)


def test_the_last_domain_stays_while_it_is_on(on, domain, stella):
    with pytest.raises(ValidationError, match="Switch single sign-on off first"):
        actions.remove_domain(domain, reason="Sold.", by=stella, at=AT)


# Off


def test_a_company_admin_switches_it_off_and_members_choose_a_password(
    client, on, alice, bob
):
    """CO-17"""
    client.force_login(alice)

    answer = client.post(OFF, follow=True)

    on.refresh_from_db()
    assert on.state == "tested"
    assert "Single sign-on is off." in said(answer)
    letters = Message.objects.all()
    assert {row.recipient for row in letters} == {alice.email, bob.email}
    assert all(reverse("account_reset_password") in row.text for row in letters)
    assert verbs()[-1] == Verb.SIGN_ON_OFF


def test_staff_break_the_glass_with_a_reason(client, on, stella, bob):
    """CO-17"""
    client.force_login(stella)
    page = reverse("admin:companies_signon_change", args=[on.pk])

    without = client.post(page, {"why": ""})
    client.post(page, {"why": "Their provider is down."})

    on.refresh_from_db()
    assert "why" in without.context["adminform"].form.errors
    assert on.state == "tested"
    assert "“Their provider is down.”" in Message.objects.get(recipient=bob.email).text
    entry = ActivityEntry.objects.order_by("id").last()
    assert (entry.actor, entry.new) == ("Stella Brandt", "Their provider is down.")


def test_the_desk_changes_nothing_else(client, sign_on, stella):
    client.force_login(stella)
    page = reverse("admin:companies_signon_change", args=[sign_on.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"why": "x"}).status_code == 403
    assert client.get(reverse("admin:companies_signon_add")).status_code == 403
    assert CLIENT_SECRET not in client.get(page).content.decode()


def test_nobody_else_switches_it_off(on, bob, charlie):
    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            actions.switch_sign_on_off(on, by=person, at=AT)


def test_a_forgotten_name_lets_the_next_one_in(client, on, bob, stella):
    """Whoever has a new subject at the provider is let in again by support."""
    SocialAccount.objects.create(
        user=bob, provider=str(on.company_id), uid="old", extra_data={}
    )
    client.force_login(stella)

    client.post(
        reverse("admin:companies_user_changelist"),
        {"action": "forget_sign_on", "_selected_action": [str(bob.pk)]},
    )

    assert not SocialAccount.objects.exists()
    assert verbs()[-1] == Verb.SIGN_ON_FORGOTTEN
