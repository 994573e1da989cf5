"""The second factor, as a browser meets it: on, used, shown again, lost, off."""

import base64
import re
import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from companies import actions, qr
from companies.models import ActivityEntry
from companies.second_factor import SecondFactorAdapter, second_factor_of
from companies.verbs import Verb
from outbox.models import Message

PASSWORD = "a sentence nobody guesses"
ACCOUNT = reverse("companies:account")
ON, OFF = reverse("mfa_activate_totp"), reverse("mfa_deactivate_totp")
CODES = reverse("mfa_view_recovery_codes")
SECOND_STEP = reverse("mfa_authenticate")
SHOW_AGAIN = reverse("mfa_reauthenticate")


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def app_code(secret, steps=0):
    """What an authenticator app shows now, or some half minutes from now."""
    counter = int(time.time()) // 30 + steps
    return format_hotp_value(hotp_value(secret, counter))


def next_half_minute():
    """The same code is right again, as if the one before had never been typed."""
    cache.clear()


def sign_in(client, person, password=PASSWORD):
    page = reverse("account_login")
    return client.post(page, {"login": person.email, "password": password})


def enrol(client, person):
    """Sign in, show the password once more, read the secret, type its code."""
    sign_in(client, person)
    client.get(ON)
    page = reverse("account_reauthenticate")
    client.post(f"{page}?next={ON}", {"password": PASSWORD})
    secret = client.get(ON).context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(ON, {"code": app_code(secret)})
    next_half_minute()
    return secret


def is_signed_in(client):
    return client.get(ACCOUNT).status_code == 200


def recovery_codes(person):
    row = Authenticator.objects.get(user=person, type="recovery_codes")
    return row.wrap().get_unused_codes()


def test_switching_it_on_asks_for_the_password_once_more(client, alice):
    sign_in(client, alice)

    answer = client.get(ON)

    assert unquote(answer.url) == f"{reverse('account_reauthenticate')}?next={ON}"


def test_a_wrong_password_opens_nothing_sensitive(client, alice):
    sign_in(client, alice)

    answer = client.post(
        f"{reverse('account_reauthenticate')}?next={ON}", {"password": "wrong"}
    )

    assert answer.context["form"].errors
    assert client.get(ON).status_code == 302


def test_switched_on_it_is_kept_told_and_written_down(client, alice):
    enrol(client, alice)

    state = second_factor_of(alice)
    assert state.is_on
    assert state.codes_left == 10
    letter = Message.objects.get()
    assert letter.template == "companies/emails/security_changed"
    assert letter.subject == "The second factor of your account is on"
    assert letter.recipient == alice.email
    assert ActivityEntry.objects.get().verb == Verb.SECOND_FACTOR_ON


def test_a_wrong_code_switches_nothing_on(client, alice):
    sign_in(client, alice)
    client.post(
        f"{reverse('account_reauthenticate')}?next={ON}", {"password": PASSWORD}
    )
    secret = client.get(ON).context["form"].secret

    answer = client.post(ON, {"code": app_code(secret, steps=9)})

    assert "code" in answer.context["form"].errors
    assert not second_factor_of(alice).is_on


def test_the_page_draws_the_secret_and_says_it(client, alice):
    sign_in(client, alice)
    client.post(
        f"{reverse('account_reauthenticate')}?next={ON}", {"password": PASSWORD}
    )

    answer = client.get(ON)

    said, form = answer.content.decode(), answer.context["form"]
    assert form.spoken_secret in said
    assert f'<path d="{form.qr.path}"' in said
    assert "data:" not in said
    assert "no-store" in answer["Cache-Control"]


def test_the_secret_lies_encrypted_in_the_database(client, alice):
    secret = enrol(client, alice)

    kept = Authenticator.objects.get(user=alice, type="totp").data["secret"]

    assert secret not in kept
    assert SecondFactorAdapter().decrypt(kept) == secret


def test_the_password_alone_signs_nobody_in_any_more(client, alice):
    enrol(client, alice)
    client.post(reverse("account_logout"))

    answer = sign_in(client, alice)

    assert answer.url == SECOND_STEP
    assert not is_signed_in(client)


def test_password_and_code_sign_in(client, alice):
    secret = enrol(client, alice)
    client.post(reverse("account_logout"))
    sign_in(client, alice)

    client.post(SECOND_STEP, {"code": app_code(secret)})

    assert is_signed_in(client)


@pytest.mark.parametrize("steps", [-9, -2, 2])
def test_a_code_of_another_time_signs_nobody_in(client, alice, steps):
    secret = enrol(client, alice)
    client.post(reverse("account_logout"))
    sign_in(client, alice)

    answer = client.post(SECOND_STEP, {"code": app_code(secret, steps)})

    assert "This code is not right" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_code_signs_in_once(client, alice):
    """Whoever reads it over a shoulder is too late, as long as it could be right."""
    secret = enrol(client, alice)
    client.post(reverse("account_logout"))
    sign_in(client, alice)
    code = app_code(secret)
    client.post(SECOND_STEP, {"code": code})
    cache.delete(f"allauth.mfa.totp.used?user={alice.pk}&code={code}")
    thief = Client()
    sign_in(thief, alice)

    thief.post(SECOND_STEP, {"code": code})

    assert is_signed_in(client)
    assert not is_signed_in(thief)


def test_guessing_codes_ends_after_five(client, alice):
    secret = enrol(client, alice)
    client.post(reverse("account_logout"))
    sign_in(client, alice)
    for _guess in range(5):
        client.post(SECOND_STEP, {"code": "000000"})

    answer = client.post(SECOND_STEP, {"code": app_code(secret)})

    assert "Too many attempts" in answer.content.decode()
    assert not is_signed_in(client)


def test_the_second_step_is_nothing_without_the_first(client, alice):
    secret = enrol(client, alice)
    client.post(reverse("account_logout"))

    answer = client.post(SECOND_STEP, {"code": app_code(secret)})

    assert answer.url == reverse("account_login")
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once_and_is_told(client, alice):
    enrol(client, alice)
    code = recovery_codes(alice)[3]
    for _time in range(2):
        client.post(reverse("account_logout"))
        sign_in(client, alice)
        client.post(SECOND_STEP, {"code": f"{code[:4]} {code[4:]}"})

    assert not is_signed_in(client)
    assert second_factor_of(alice).codes_left == 9
    letter = Message.objects.get(subject="A recovery code of your account was used")
    assert letter.recipient == alice.email


def test_few_codes_left_are_shown_as_a_warning(client, alice):
    enrol(client, alice)
    row = Authenticator.objects.get(user=alice, type="recovery_codes")
    row.data["used_mask"] = 0b11111111
    row.save()

    said = client.get(ACCOUNT).content.decode()

    assert "Nearly used up" in said
    assert "2 are left" in said


def test_recovery_codes_are_shown_and_loaded_down(client, alice):
    enrol(client, alice)
    codes = recovery_codes(alice)

    page = client.get(CODES)
    file = client.get(reverse("mfa_download_recovery_codes"))

    assert all(code in page.content.decode() for code in codes)
    assert file.content.decode().split() == codes
    assert "no-store" in page["Cache-Control"]
    assert "no-store" in file["Cache-Control"]


def test_new_recovery_codes_end_the_old_ones(client, alice):
    enrol(client, alice)
    before = recovery_codes(alice)

    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(reverse("mfa_generate_recovery_codes"))

    assert answer.url == CODES
    assert not set(before) & set(recovery_codes(alice))
    assert Message.objects.filter(subject="Your account has new recovery codes").count()


def test_whoever_has_a_second_factor_shows_it_not_the_password(client, alice):
    secret = enrol(client, alice)
    other = Client()
    sign_in(other, alice)
    other.post(SECOND_STEP, {"code": app_code(secret)})
    next_half_minute()

    to_password = other.get(f"{reverse('account_reauthenticate')}?next={OFF}")
    assert unquote(to_password.url) == f"{SHOW_AGAIN}?next={OFF}"
    assert other.get(OFF).status_code == 302
    other.post(f"{SHOW_AGAIN}?next={OFF}", {"code": app_code(secret)})
    assert other.get(OFF).status_code == 200


def test_a_code_shown_again_opens_what_is_sensitive_for_eight_hours(
    client, alice, monkeypatch
):
    """PE-05"""
    enrol(client, alice)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 7.9 * 3600)
    soon = client.get(OFF).status_code
    monkeypatch.setattr(time, "time", lambda: now + 8.1 * 3600)
    late = client.get(OFF).status_code

    assert (soon, late) == (200, 302)


def test_signed_out_everywhere_each_device_shows_the_second_factor_again(client, alice):
    """No browser is trusted to do without: what one has shown ends with its session."""
    secret = enrol(client, alice)
    phone = Client()
    sign_in(phone, alice)
    phone.post(SECOND_STEP, {"code": app_code(secret)})
    next_half_minute()
    assert is_signed_in(phone)

    client.post(reverse("account_end_sessions"))

    assert not is_signed_in(phone)
    assert sign_in(phone, alice).url == SECOND_STEP
    assert not is_signed_in(phone)


def test_guessing_at_is_it_you_ends_as_well(client, alice):
    """Whoever finds a laptop open has five guesses, the next one has to wait."""
    secret = enrol(client, alice)
    for _guess in range(5):
        client.post(f"{SHOW_AGAIN}?next={OFF}", {"code": "000000"})

    answer = client.post(f"{SHOW_AGAIN}?next={OFF}", {"code": app_code(secret)})

    assert "Too many attempts" in answer.content.decode()


def test_switched_off_the_password_is_enough_again(client, alice):
    enrol(client, alice)

    client.get(OFF)
    assert second_factor_of(alice).is_on, "a GET switches nothing off"
    answer = client.post(OFF)

    assert client.get(answer.url).url == f"{ACCOUNT}#security"
    assert not Authenticator.objects.filter(user=alice).exists()
    assert Message.objects.filter(subject__endswith="account is off").count() == 1
    client.post(reverse("account_logout"))
    sign_in(client, alice)
    assert is_signed_in(client)


def test_support_lets_in_who_has_lost_telephone_and_codes(client, alice, stella):
    enrol(client, alice)

    actions.reset_second_factor(alice, by=stella, at=timezone.now())

    assert not is_signed_in(client), "whoever has the telephone may be signed in"
    assert not second_factor_of(alice).is_on
    assert Message.objects.filter(subject__endswith="account is off").count() == 1
    entry = ActivityEntry.objects.get(verb=Verb.SECOND_FACTOR_OFF)
    assert (entry.actor, entry.thing) == ("Stella Brandt", alice.email)


def test_there_must_be_one_to_switch_off(alice, stella):
    with pytest.raises(ValidationError, match="has no second factor"):
        actions.reset_second_factor(alice, by=stella, at=timezone.now())


def test_recovery_codes_need_a_second_factor(client, alice):
    client.force_login(alice)

    assert client.get(CODES).status_code == 404
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 404


def test_the_desk_stands_behind_the_second_factor_too(client, stella):
    stella.set_password(PASSWORD)
    stella.save()
    enrol(client, stella)
    client.post(reverse("account_logout"))

    sign_in(client, stella)

    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].split("?")[0] != reverse("admin:index")
    assert not is_signed_in(client)


def test_a_drawing_is_runs_of_dark_modules():
    """The three finders stand where a camera looks for them."""
    drawing = qr.draw("otpauth://totp/somebody?secret=ABC")

    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", drawing.path)
    assert drawing.path.startswith("M4 4h7v1h-7z"), "a finder, after the quiet zone"
    assert f"M{drawing.size - 11} 4h7" in drawing.path
    assert f"M4 {drawing.size - 5}h7" in drawing.path


def test_a_secret_stays_readable_whatever_derives_its_key(settings):
    """Written down apart: AES under HKDF-SHA256 of the master key, by this name."""
    master = base64.b64decode(settings.SIGNING_MASTER_KEY)
    key = HKDF(SHA256(), 32, salt=None, info=b"steward second factor").derive(master)
    kept = Fernet(base64.urlsafe_b64encode(key)).encrypt(b"JBSWY3DP").decode()

    assert SecondFactorAdapter().decrypt(kept) == "JBSWY3DP"
