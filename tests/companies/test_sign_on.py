"""Single sign-on through a real provider, which runs beside the tests [CO-17]."""

import re
import time

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import get_user
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.invitees import Invitee
from companies.models import ActivityEntry, SignOn, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import UserFactory
from tests.provider import CLIENT_ID

AT = timezone.now()
LOGIN = reverse("account_login")
GO = reverse("account_sign_on_go")
SETTINGS = reverse("companies:sign_in")
PASSWORD = "a sentence nobody guesses"


def come_in(client, provider, address="nora@acme.example", **story):
    """From the sign-in page to the provider and back; the last answer."""
    wanted = client.post(LOGIN, {"login": address, "password": ""})
    assert wanted.url == reverse("account_sign_on")
    return go_on(client, provider, client.get(GO), **story)


def go_on(client, provider, leads, answer="yes"):
    assert leads.status_code == 302, leads.content.decode()
    return client.get(provider.consent(leads.url, answer))


def who(client):
    person = get_user(client)
    return person if person.is_authenticated else None


def said(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def verbs():
    return [entry.verb for entry in ActivityEntry.objects.order_by("id")]


# Coming in


def test_a_newcomer_becomes_a_member_of_the_company(client, provider, on):
    """CO-17"""
    provider.seat("nora@acme.example", name="Nora Blake")

    answer = come_in(client, provider)

    nora = who(client)
    assert answer.url == reverse("home")
    assert (nora.name, nora.email, nora.company) == (
        "Nora Blake",
        "nora@acme.example",
        on.company,
    )
    assert nora.has_account
    assert not nora.is_company_admin
    assert not nora.has_usable_password()
    assert EmailAddress.objects.get(user=nora).verified
    assert verbs()[-3:] == [
        Verb.PERSON_ADDED,
        Verb.PERSON_REGISTERED,
        Verb.SIGN_ON_LINKED,
    ]


def test_nothing_is_kept_of_what_the_provider_said_but_the_subject(
    client, provider, on
):
    provider.seat("nora@acme.example", groups=["secret"])

    come_in(client, provider)

    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("subject of nora@acme.example", {})
    assert not SocialToken.objects.exists()


def test_a_member_is_found_by_the_address_the_first_time(client, provider, on, bob):
    """CO-17"""
    provider.seat("Bob@acme.example", sub="b-1")

    come_in(client, provider, bob.email)

    assert who(client) == bob
    assert SocialAccount.objects.get().user == bob


def test_and_by_the_subject_from_then_on(client, provider, on, bob):
    """CO-17: an address that changes at the provider makes no new account."""
    provider.seat("bob@acme.example", sub="b-1")
    come_in(client, provider, bob.email)
    client.logout()
    provider.seat("robert@acme.example", sub="b-1")

    come_in(client, provider, "robert@acme.example")

    assert who(client) == bob
    assert not User.objects.filter(email="robert@acme.example").exists()


def test_an_address_that_is_given_to_a_newcomer_opens_nothing(
    client, provider, on, bob
):
    """CO-17: another subject at a known address is another person."""
    provider.seat("bob@acme.example", sub="b-1")
    come_in(client, provider, bob.email)
    client.logout()
    provider.seat("bob@acme.example", sub="b-2")

    answer = come_in(client, provider, bob.email)

    assert who(client) is None
    assert "it may be a new person" in said(answer)


def test_a_password_of_who_never_confirmed_is_gone(client, provider, on):
    """Somebody may have registered with an address that is not theirs."""
    squatter = UserFactory(
        email="nora@acme.example", company=None, unregistered=True, name="Squat"
    )
    squatter.set_password(PASSWORD)
    squatter.save()
    provider.seat("nora@acme.example")

    come_in(client, provider)

    nora = who(client)
    assert nora == squatter
    assert not nora.has_usable_password()
    assert (nora.has_account, nora.company) == (True, on.company)


def test_whoever_belongs_to_another_company_is_not_let_in(client, provider, on, globex):
    """CO-17: externals are unaffected, and so not the provider's to let in."""
    gina = UserFactory(email="gina@acme.example", company=globex)
    provider.seat(gina.email)

    answer = come_in(client, provider, gina.email)

    assert who(client) is None
    assert "belongs to somebody other than Acme" in said(answer)


def test_a_closed_account_stays_closed(client, provider, on):
    left = UserFactory(email="left@acme.example", company=on.company, deactivated=True)
    provider.seat(left.email)

    answer = come_in(client, provider, left.email)

    assert who(client) is None
    assert "This account is closed" in said(answer)


def test_who_wanted_a_page_comes_to_it(client, provider, on, bob):
    wanted = reverse("companies:account")
    provider.seat(bob.email)

    client.post(f"{LOGIN}?next={wanted}", {"login": bob.email, "next": wanted})
    answer = go_on(client, provider, client.get(GO))

    assert answer.url == wanted


# Refused


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"email": "nora@else.example"}, "none of the mail domains of Acme"),
        ({"email": "nora@sub.acme.example"}, "none of the mail domains of Acme"),
        ({"email_verified": False}, "not confirmed"),
        ({"email_verified": None}, "not confirmed"),
        ({"email": None}, "did not tell your e-mail address"),
    ],
)
def test_an_address_that_does_not_prove_it_is_refused(
    client, provider, on, claims, words
):
    """CO-17: wrong domain, and an address that is not confirmed."""
    provider.seat(**{"email": "nora@acme.example", **claims})

    answer = come_in(client, provider)

    assert answer.status_code == 403
    assert words in said(answer)
    assert who(client) is None
    assert not User.objects.filter(name="Nora Blake").exists()


def test_a_provider_that_never_says_confirmed_can_be_trusted(client, provider, on):
    SignOn.objects.update(trusts_addresses=True)
    provider.seat("nora@acme.example", email_verified=None)
    come_in(client, provider)
    assert who(client)

    client.logout()
    provider.seat("else@acme.example", email_verified=False)

    assert "not confirmed" in said(come_in(client, provider, "else@acme.example"))


@pytest.mark.parametrize(
    "spoil",
    ["audience", "azp", "issuer", "nonce", "expired", "signature", "unsigned"],
)
def test_a_proof_that_is_not_for_us_and_now_is_refused(client, provider, on, spoil):
    """CO-17: wrong audience, issuer, nonce; too old; wrongly or not signed."""
    provider.seat("nora@acme.example", spoil=spoil)

    answer = come_in(client, provider)

    assert answer.status_code == 403
    assert "a proof that we cannot believe" in said(answer)
    assert who(client) is None


def test_a_user_info_of_somebody_else_is_not_believed(client, provider, on):
    story = {"email": "bob@acme.example", "email_verified": True}
    provider.seat(sub="nora", in_userinfo=story)
    come_in(client, provider)
    assert who(client).email == "bob@acme.example"

    client.logout()
    provider.seat(sub="nora", in_userinfo={**story, "sub": "somebody else"})

    assert "we cannot believe" in said(come_in(client, provider))


def test_a_wrong_secret_is_the_admins_trouble(client, provider, on):
    on.keep_secret("wrong")
    on.save()
    provider.seat("nora@acme.example")

    answer = come_in(client, provider)

    assert "does not know this portal" in said(answer)
    assert who(client) is None


def test_no_code_is_given_without_pkce(provider, on):
    """The provider insists on it, so every test above shows that we send it."""
    asked = (
        f"{provider.issuer}/authorize?response_type=code&client_id={CLIENT_ID}"
        f"&redirect_uri={on.redirect_address}&scope=openid&nonce=n&state=s"
    )

    assert "PKCE" in provider.consent(asked)


def test_an_answer_without_an_attempt_is_refused(client, provider, on):
    """State: nobody is signed in by a link that somebody else made."""
    provider.seat("mallory@acme.example")
    client.post(LOGIN, {"login": "mallory@acme.example"})
    back = provider.consent(client.get(GO).url)
    victim = type(client)()

    answer = victim.get(back)

    assert who(victim) is None
    assert "began in another browser" in said(answer)


def test_an_attempt_works_once(client, provider, on, bob):
    provider.seat(bob.email)
    client.post(LOGIN, {"login": bob.email})
    back = provider.consent(client.get(GO).url)
    client.get(back)
    client.logout()

    assert "finished already" in said(client.get(back))
    assert who(client) is None


def test_who_cancels_there_is_told_that_nothing_happened(client, provider, on):
    answer = come_in(client, provider, answer="no")

    assert "You stopped at the sign-in of Acme" in said(answer)


# A slow, broken or hostile provider


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("broken", "an answer that we do not understand"),
        ("redirect", "sends us elsewhere"),
        ("other issuer", "says it is another one"),
        ("inside", "names an address that we do not follow"),
        ("slow", "does not answer"),
    ],
)
def test_a_bad_provider_ends_in_a_clear_page_soon(client, provider, on, spoil, words):
    """CO-17"""
    provider.seat(spoil=spoil)
    client.post(LOGIN, {"login": "nora@acme.example"})
    begun = time.monotonic()

    answer = client.get(GO)

    assert time.monotonic() - begun < 10
    assert answer.status_code == 403
    assert words in said(answer)


def test_a_provider_that_is_gone_ends_in_the_same_page(client, on):
    SignOn.objects.update(issuer="http://127.0.0.1:9")
    client.post(LOGIN, {"login": "nora@acme.example"})

    assert "does not answer" in said(client.get(GO))


# The sign-in page


def test_it_leads_by_the_domain_and_tells_nobody_who_has_an_account(client, on, bob):
    """CO-17"""
    known = client.post(LOGIN, {"login": bob.email, "password": "x"})
    unknown = client.post(LOGIN, {"login": "nobody@ACME.example", "password": "x"})

    assert known.url == unknown.url == reverse("account_sign_on")


def test_the_page_between_goes_on_by_itself_and_has_a_link(client, on, bob):
    answer = client.post(LOGIN, {"login": bob.email}, follow=True)

    assert answer.headers["Refresh"] == f"0; url={GO}"
    assert f'href="{GO}"' in said(answer)
    assert "You sign in through Acme" in said(answer)


def test_whoever_typed_nothing_is_led_nowhere(client, on):
    for page in (GO, reverse("account_sign_on")):
        assert client.get(page).url == LOGIN


def test_people_elsewhere_sign_in_as_before(client, on, charlie):
    charlie.set_password(PASSWORD)
    charlie.save()

    client.post(LOGIN, {"login": charlie.email, "password": PASSWORD})

    assert who(client) == charlie


def test_an_external_with_such_an_address_has_a_way_in(client, on, globex):
    """CO-17: externals unaffected."""
    gina = UserFactory(email="gina@acme.example", company=globex)
    gina.set_password(PASSWORD)
    gina.save()

    client.post(f"{LOGIN}?with=password", {"login": gina.email, "password": PASSWORD})

    assert who(client) == gina


def test_no_password_lets_in_who_is_bound(client, on, bob):
    """CO-17: in the words that everybody gets."""
    bob.refresh_from_db()
    assert not bob.has_usable_password()
    bob.set_password(PASSWORD)
    bob.save()

    answer = client.post(
        f"{LOGIN}?with=password", {"login": bob.email, "password": PASSWORD}
    )

    assert who(client) is None
    assert "do not belong together" in said(answer)


@pytest.mark.parametrize(
    "page", ["account_reset_password", "account_request_login_code"]
)
def test_neither_reset_nor_letter_lets_in_who_is_bound(client, on, bob, page):
    """CO-17: both lead to the provider, and the letter says so."""
    assert client.post(reverse(page), {"email": bob.email}).url == reverse(
        "account_sign_on"
    )

    known, unknown = (
        client.post(f"{reverse(page)}?with=password", {"email": address}).url
        for address in (bob.email, "nobody@acme.example")
    )

    assert known == unknown
    letter = Message.objects.get()
    assert letter.subject == "You sign in through Acme"
    assert "127.0.0.1" in letter.text
    assert not re.search(r"password/reset/key|code=", letter.text)


def test_nobody_registers_at_such_a_domain(client, on):
    answer = client.post(
        reverse("account_signup"),
        {
            "name": "Nora",
            "email": "nora@acme.example",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert answer.url == reverse("account_sign_on")
    assert not User.objects.filter(email="nora@acme.example").exists()


@pytest.mark.parametrize("page", ["account_set_password", "account_change_password"])
def test_who_is_bound_chooses_no_password(client, on, bob, page):
    client.force_login(bob)

    for answer in (
        client.get(reverse(page)),
        client.post(reverse(page), {"password1": PASSWORD, "password2": PASSWORD}),
    ):
        assert "You sign in through Acme" in said(answer)
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_an_older_letter_sets_no_password_either(client, sign_on, alice, bob):
    client.post(reverse("account_reset_password"), {"email": bob.email})
    letter = Message.objects.get(recipient=bob.email)
    link = re.search(r"http://testserver(/\S+key/\S+)", letter.text)[1]
    SignOn.objects.update(state="on")

    assert "You sign in through Acme" in said(client.get(link, follow=True))


def test_no_address_elsewhere_leads_round_the_provider(on, bob):
    with pytest.raises(ValidationError, match="at its mail domain"):
        actions.ask_address(bob, "bob@home.example", at=AT)
    actions.ask_address(bob, "robert@acme.example", at=AT)

    told = {row.recipient for row in Message.objects.all()}
    assert told == {"bob@acme.example", "robert@acme.example"}


def test_the_account_page_says_how_one_signs_in(client, on, bob):
    client.force_login(bob)

    assert "You sign in through Acme" in said(client.get(reverse("companies:account")))


# The second factor


@pytest.fixture
def enrolled(bob):
    Authenticator.objects.filter(user=bob).delete()
    TOTP.activate(bob, generate_totp_secret())
    return bob


def test_our_second_factor_is_asked_after_the_provider(client, provider, on, enrolled):
    """CO-17"""
    provider.seat(enrolled.email)

    answer = come_in(client, provider, enrolled.email)

    assert answer.url == reverse("mfa_authenticate")
    assert who(client) is None


def test_unless_the_provider_asks_for_it(client, provider, on, enrolled):
    """CO-17"""
    SignOn.objects.update(provider_factor=True)
    provider.seat(enrolled.email)

    come_in(client, provider, enrolled.email)

    assert who(client) == enrolled


# The test before it is switched on


@pytest.fixture
def admin(client, alice):
    client.force_login(alice)
    return client


def run_test(client, provider):
    return go_on(client, provider, client.get(reverse("companies:sign_on_test")))


def test_a_test_notes_who_came_back_and_changes_nothing_else(
    admin, provider, sign_on, alice
):
    """CO-17"""
    people = User.objects.count()
    provider.seat("somebody@acme.example", sub="s-1")

    answer = run_test(admin, provider)

    sign_on.refresh_from_db()
    assert answer.url == SETTINGS
    assert (sign_on.state, sign_on.tested_by) == ("tested", alice)
    assert (sign_on.tested_subject, sign_on.tested_address) == (
        "s-1",
        "somebody@acme.example",
    )
    assert who(admin) == alice
    assert User.objects.count() == people
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ({"email": "alice@else.example"}, "one of your confirmed mail domains"),
        ({"email_verified": False}, "The claim email_verified must be true"),
        ({"spoil": "audience"}, "Check the client ID, and the clock"),
        ({"spoil": "expired"}, "Signature has expired"),
    ],
)
def test_a_test_that_fails_says_what_to_check(
    admin, provider, sign_on, alice, story, words
):
    """CO-17"""
    provider.seat(**{"email": alice.email, **story})

    answer = run_test(admin, provider)

    assert "The test failed" in said(answer)
    assert words in said(answer)
    sign_on.refresh_from_db()
    assert sign_on.state == "configured"
    assert who(admin) == alice


def test_a_provider_that_is_not_there_fails_the_test_in_words(admin, sign_on):
    SignOn.objects.update(issuer="http://127.0.0.1:9")

    answer = admin.get(reverse("companies:sign_on_test"))

    assert "that it can be reached from the internet" in said(answer)


def test_nobody_signs_in_through_one_that_is_not_on(client, provider, sign_on, bob):
    answer = client.post(LOGIN, {"login": bob.email, "password": "x"})

    assert answer.status_code == 200, "the sign-in page itself"


def test_a_test_that_another_person_finishes_is_lost(
    client, provider, sign_on, alice, charlie
):
    client.force_login(alice)
    provider.seat(alice.email)
    back = provider.consent(client.get(reverse("companies:sign_on_test")).url)
    session = client.session
    states = session["socialaccount_states"]
    other = type(client)()
    other.force_login(charlie)
    session = other.session
    session["socialaccount_states"] = states
    session.save()

    assert "The test failed" in said(other.get(back))
    sign_on.refresh_from_db()
    assert sign_on.state == "configured"


def test_no_other_way_in_goes_round_the_provider(client, on, bob, rf):
    """CO-17: whatever has shown who it is, a passkey for instance, is led there too."""
    request = client.get(LOGIN).wsgi_request
    adapter = get_adapter(request)

    led = adapter.pre_login(
        request,
        bob,
        email_verification=None,
        signal_kwargs=None,
        email=bob.email,
        signup=False,
        redirect_url=None,
    )

    assert led.url == reverse("account_sign_on")
    assert request.session["sign_on_wanted"]["address"] == bob.email


def test_who_is_invited_comes_in_through_the_provider(client, provider, on, alice):
    """CO-17: and finds the invitation there."""
    nora = Invitee(email="nora@acme.example")
    actions.invite(on.company, [nora], by=alice, at=timezone.now())
    letter = Message.objects.get(recipient="nora@acme.example")
    link = re.search(r"http://testserver(/invitations/\S+)", letter.text)[1]
    provider.seat("nora@acme.example")

    assert client.get(link).url == reverse("account_sign_on")
    answer = go_on(client, provider, client.get(GO))

    assert answer.url == link
    assert who(client).company == on.company


def test_a_link_with_a_broken_name_is_told_to_be_too_old(client, db):
    page = reverse("account_reset_password_from_key", args=["x", "x"])

    assert "This link no longer works" in said(client.get(page))
