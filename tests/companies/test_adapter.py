"""Sign-in and its kin, as a browser meets them."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from companies import actions, adapter
from companies.models import ActivityEntry, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import UserFactory

PASSWORD = "a sentence nobody guesses"
ACCOUNT = reverse("account_change_password")


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in(client, login, password=PASSWORD, **extra):
    fields = {"login": login, "password": password, **extra}
    return client.post(reverse("account_login"), {"next": ACCOUNT, **fields})


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.text)[1]


def is_signed_in(client):
    return client.get(ACCOUNT).status_code == 200


def test_alice_signs_in_and_goes_where_she_wanted(client, alice):
    answer = sign_in(client, "Alice@Acme.example ")

    assert answer.status_code == 302
    assert answer.url == ACCOUNT
    assert is_signed_in(client)


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(client, db):
    answer = client.get(ACCOUNT)

    assert answer.url == f"{reverse('account_login')}?next={ACCOUNT}"


def test_a_foreign_address_is_no_place_to_go_to_after_signing_in(
    client, alice, settings
):
    settings.LOGIN_REDIRECT_URL = ACCOUNT

    answer = sign_in(client, alice.email, next="https://evil.example/")

    assert answer.url == ACCOUNT


def test_a_wrong_password_is_refused_with_the_next_step(client, alice):
    answer = sign_in(client, alice.email, "wrong")

    assert answer.status_code == 200
    assert "do not belong together" in answer.content.decode()
    assert not is_signed_in(client)


def test_an_unknown_address_is_refused_in_the_same_words(client, alice):
    known = sign_in(client, alice.email, "wrong").context["form"].errors
    unknown = sign_in(client, "who@else.example", "wrong").context["form"].errors

    assert known == unknown


def test_the_sixth_wrong_password_is_not_even_looked_at(client, alice):
    for _attempt in range(5):
        sign_in(client, alice.email, "wrong")

    answer = sign_in(client, alice.email)

    assert "Too many attempts failed" in answer.content.decode()
    assert not is_signed_in(client)


def test_many_requests_of_one_address_meet_a_page_of_ours(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, alice.email, "wrong")

    answer = sign_in(client, alice.email)

    assert answer.status_code == 429
    assert "Wait a minute and try again" in answer.content.decode()
    assert not is_signed_in(client)


def test_behind_a_proxy_limits_count_visitors_not_the_proxy(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    one, other = ({"x-forwarded-for": ip} for ip in ("192.0.2.1", "192.0.2.2"))
    form = {"login": alice.email, "password": "wrong"}
    page = reverse("account_login")

    codes = [
        client.post(page, form, headers=visitor).status_code
        for visitor in (one, one, other)
    ]

    assert codes == [200, 429, 200]


def test_remembered_for_thirty_days_or_until_the_browser_closes(client, alice):
    sign_in(client, alice.email)
    short = client.cookies["sessionid"]["max-age"]
    client.logout()
    sign_in(client, alice.email, remember="on")

    assert short == ""
    assert client.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_signing_out_takes_a_button_not_a_link(client, alice):
    client.force_login(alice)

    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    answer = client.post(reverse("account_logout"))

    assert answer.url == reverse("account_login")
    assert not is_signed_in(client)


def test_a_closed_account_cannot_sign_in(client, bob, stella):
    bob.set_password(PASSWORD)
    bob.save()
    actions.close_account(bob, by=stella, at=timezone.now())

    answer = sign_in(client, bob.email)

    assert answer.url == reverse("account_inactive")
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_sessions_for_good(client, bob, stella):
    client.force_login(bob)
    assert is_signed_in(client)

    actions.close_account(bob, by=stella, at=timezone.now())
    assert not is_signed_in(client)

    actions.reopen_account(bob, by=stella, at=timezone.now())
    assert not is_signed_in(client)


def test_who_is_registered_signs_in_however_the_row_came_to_be(client, alice):
    assert not EmailAddress.objects.filter(user=alice).exists()

    sign_in(client, alice.email)

    assert EmailAddress.objects.get(user=alice).verified
    assert not Message.objects.exists()


def test_who_has_not_confirmed_the_address_gets_the_link_again(client, acme):
    carl = UserFactory(email="carl@acme.example", company=acme, unregistered=True)
    carl.set_password(PASSWORD)
    carl.save()

    answer = sign_in(client, carl.email)

    assert answer.url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    message = Message.objects.get()
    assert message.recipient == "carl@acme.example"
    assert message.template == "companies/emails/confirm_address"


# Registration [TC-05]


def register(client, **changes):
    fields = {
        "name": "Nora Blake",
        "email": "Nora@New.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post(reverse("account_signup"), {**fields, **changes})


def test_registering_opens_an_account_once_the_address_is_confirmed(client, db):
    answer = register(client)

    nora = User.objects.get(email="nora@new.example")
    assert answer.url == reverse("account_email_verification_sent")
    assert nora.name == "Nora Blake"
    assert nora.company is None
    assert not nora.has_account

    confirm = link_in(Message.objects.get())
    client.get(confirm)
    nora.refresh_from_db()
    assert not nora.has_account, "mail scanners follow links: a GET confirms nothing"

    client.post(confirm)
    nora.refresh_from_db()
    assert nora.has_account
    assert ActivityEntry.objects.get().verb == Verb.PERSON_REGISTERED
    sign_in(client, "nora@new.example")
    assert is_signed_in(client)


def test_registering_in_german_makes_a_german_reader(client, db):
    client.get("/", headers={"accept-language": "de"})
    client.post(
        reverse("account_signup"),
        {
            "name": "Nora Blake",
            "email": "nora@new.example",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
        headers={"accept-language": "de"},
    )

    assert User.objects.get().language == "de"


def test_registering_twice_tells_the_owner_and_not_the_page(client, alice):
    new = register(client)
    old = register(client, email=alice.email)

    assert (new.status_code, new.url) == (old.status_code, old.url)
    assert User.objects.filter(email=alice.email).count() == 1
    message = Message.objects.get(recipient=alice.email)
    assert message.template == "companies/emails/account_exists"
    assert reverse("account_reset_password") in message.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "password1234", "password2": "password1234"}, "password1"),
        ({"password2": "another sentence nobody guesses"}, "password2"),
        ({"name": ""}, "name"),
        ({"email": "nora"}, "email"),
    ],
)
def test_registering_is_refused_with_the_field_named(client, db, changes, field):
    answer = register(client, **changes)

    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


@pytest.mark.parametrize(("length", "accounts"), [(11, 0), (12, 1), (200, 1)])
def test_a_password_has_twelve_characters_or_more(client, db, length, accounts):
    """CO-20"""
    words = ("nobody guesses this " * 10)[:length]

    register(client, password1=words, password2=words)

    assert User.objects.count() == accounts


# A new password


def ask_reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_forgotten_password_is_replaced_through_the_mailbox(
    client, alice, mailoutbox
):
    ask_reset(client, "ALICE@acme.example")
    letter = Message.objects.get()
    form = client.get(link_in(letter)).url
    new = "another sentence nobody guesses"

    client.post(form, {"password1": new, "password2": new})

    sign_in(client, alice.email)
    assert not is_signed_in(client)
    sign_in(client, alice.email, new)
    assert is_signed_in(client)
    assert letter.recipient == alice.email
    notice = Message.objects.get(template="companies/emails/password_changed")
    assert notice.recipient == alice.email
    assert mailoutbox == [], "letters leave through the outbox only"


def test_the_link_to_a_new_password_works_once(client, alice):
    ask_reset(client, alice.email)
    link = link_in(Message.objects.get())
    form = client.get(link).url
    client.post(form, {"password1": PASSWORD + "!", "password2": PASSWORD + "!"})

    answer = client.get(link)

    assert "This link no longer works" in answer.content.decode()


def test_the_letter_names_its_secret_in_the_link_only(client, alice):
    ask_reset(client, alice.email)

    letter = Message.objects.get()

    assert link_in(letter).split("-", 1)[1].strip("/") not in letter.key


@pytest.mark.parametrize("address", ["who@else.example", "closed@acme.example"])
def test_nobody_is_written_to_who_has_no_account(client, alice, acme, address):
    UserFactory(email="closed@acme.example", company=acme, deactivated=True)
    known = ask_reset(client, alice.email)
    Message.objects.all().delete()

    answer = ask_reset(client, address)

    assert (answer.status_code, answer.url) == (known.status_code, known.url)
    assert not Message.objects.exists()


def test_who_was_added_by_staff_chooses_a_password_and_is_in(client, stella, acme):
    carl = actions.add_person(
        email="carl@acme.example",
        name="Carl Ek",
        company=acme,
        by=stella,
        at=timezone.now(),
    )
    form = client.get(link_in(Message.objects.get())).url

    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})

    carl.refresh_from_db()
    assert carl.has_account
    sign_in(client, carl.email)
    assert is_signed_in(client)


def test_links_point_at_the_public_address_whatever_the_request_says(
    client, alice, settings
):
    settings.ALLOWED_HOSTS = ["*"]

    client.post(
        reverse("account_reset_password"),
        {"email": alice.email},
        headers={"host": "evil.example"},
    )

    assert "evil.example" not in Message.objects.get().text


def test_changing_the_password_ends_the_other_sessions_only(client, alice):
    elsewhere = type(client)()
    elsewhere.force_login(alice)
    client.force_login(alice)
    new = "another sentence nobody guesses"

    answer = client.post(
        ACCOUNT, {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert answer.url == reverse("companies:account")
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert Message.objects.get().template == "companies/emails/password_changed"
    assert ActivityEntry.objects.get().verb == Verb.PASSWORD_CHANGED


def test_a_letter_nobody_has_written_is_refused(db):
    with pytest.raises(adapter.UnknownLetterError):
        adapter.AccountAdapter().send_mail("account/email/unknown", "a@b.example", {})
    with pytest.raises(adapter.UnknownLetterError):
        adapter.AccountAdapter().send_notification_mail("account/email/new", None)
