"""Is this key or file genuine? The signature for everybody, the license for its people.

E8: what is tampered, replaced, ended or stopped is told apart.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from licenses import actions, keys
from licenses.actions.files import FileWish
from licenses.models import IssuedFile, License, SigningKey
from licenses.verifying import Verdict, examine
from tests.licenses.vectors import HELLO, LICENSE_FILE

pytestmark = pytest.mark.django_db
PAGE = reverse("licenses:verify")
SERVER = "7C41-E09B-55D2"


@pytest.fixture
def key(production, at):
    return actions.generate_key(license=production, server_id=SERVER, by=None, at=at)


@pytest.fixture
def in_use(key, at):
    return actions.activate_key(key=key, by=None, at=at)


@pytest.fixture
def file(in_use, at):
    """A machine file for an air-gapped server, encrypted."""
    wish = FileWish(
        key_text=actions.text_of(in_use),
        expires_at=at + timedelta(days=30),
        way=IssuedFile.Way.AIR_GAP,
    )
    return actions.issue_machine_file(seat=in_use.seat, wish=wish, by=None, at=at)


def ask(client, who, text="", file=None):
    client.force_login(who)
    told = {"text": text} | ({"file": file} if file is not None else {})
    answer = client.post(PAGE, told)
    assert answer.status_code == 200
    return answer.content.decode()


# What a text is


def test_a_key_for_a_server_is_genuine_and_known(in_use, bob, at):
    found = examine(f"  {actions.text_of(in_use)}\n", by=bob)

    assert (found.verdict, str(found.noun)) == (Verdict.GENUINE, "License key")
    assert (found.license, found.key) == (in_use.license, in_use)
    assert found.notes(at) == ["It is in use until 6 Dec 2026."]


def test_a_replaced_key_is_genuine_and_said_to_be_replaced(key, production, bob, at):
    text = actions.text_of(key)
    actions.generate_key(license=production, server_id="S-2222", by=None, at=at)

    found = examine(text, by=bob)

    assert found.verdict is Verdict.GENUINE
    assert found.notes(at)[0].startswith(
        "A newer key has replaced this one, Sat 21 Nov"
    )


def test_a_key_that_waits_or_has_ended_says_so(key, bob, at):
    found = examine(actions.text_of(key), by=bob)

    assert found.notes(at) == ["It was made, and is not activated yet."]
    assert found.notes(at + timedelta(days=16)) == ["It ended on 6 Dec 2026."]


def test_the_key_of_a_license_is_known_though_nobody_signed_it(production, bob, at):
    text = actions.make_license_key(license=production, by=None, at=at)

    found = examine(text, by=bob)

    assert (found.verdict, found.license) == (Verdict.KNOWN, production)
    assert found.signer is None


def test_an_encrypted_file_is_known_by_its_text(file, bob, at):
    shown = file.text.replace("\n", "\r\n").strip()

    found = examine(shown, by=bob)

    assert (found.verdict, str(found.noun)) == (Verdict.GENUINE, "Machine file")
    assert (found.file, found.server) == (file.row, file.row.seat)
    assert found.notes(at) == ["The file works until Mon 21 Dec 2026, 07:00 CET."]


def test_a_file_of_before_the_renewal_says_that_the_end_has_moved(
    file, production, bob, at
):
    actions.renew_license(
        license=production,
        ends_on=production.ends_on.replace(year=2027),
        by=None,
        at=at,
    )
    late = at + timedelta(days=31)

    notes = examine(file.text, by=bob).notes(late)

    assert notes == [
        "The file stopped working, Mon 21 Dec 2026, 07:00 CET.",
        "It says that the license ends on 6 Dec 2026; by now, it ends on 6 Dec 2027.",
    ]


@pytest.mark.parametrize(
    ("state", "words"), [("revoked", "was revoked"), ("suspended", "is suspended")]
)
def test_a_stopped_license_comes_first(file, production, bob, at, state, words):
    reason = "revocation_reason" if state == "revoked" else "suspension_reason"
    License.objects.filter(pk=production.pk).update(
        **{f"{state}_at": at, reason: "unpaid"}
    )

    for text in (file.text, actions.text_of(production.keys.get())):
        assert words in examine(text, by=bob).notes(at)[0]


def test_a_retired_signing_key_is_named(file, bob, stella):
    old = SigningKey.objects.get()
    actions.rotate_signing_key(retiring=str(old.pk), by=stella, at=timezone.now())

    found = examine(file.text, by=bob)

    assert found.signer == old
    assert not found.signer.is_active


@pytest.mark.parametrize(
    "text", ["", "hello", HELLO, LICENSE_FILE, "-----BEGIN", "key/", "\x00", "\ud800"]
)
def test_what_we_have_not_signed_is_not_genuine(in_use, bob, text):
    assert examine(text, by=bob).verdict is Verdict.UNKNOWN


def test_one_changed_character_is_not_genuine(in_use, file, bob):
    """E8: tampered."""
    for text in (actions.text_of(in_use), file.text):
        middle = len(text) // 2
        other = "A" if text[middle] != "A" else "B"
        forged = text[:middle] + other + text[middle + 1 :]
        found = examine(forged, by=bob)

        assert found.verdict is Verdict.UNKNOWN
        assert found.license is None


# Whose it is, only for those who see it


def test_a_stranger_hears_that_it_is_genuine_and_nothing_else(
    in_use, file, production, charlie, at
):
    for text in (actions.text_of(in_use), file.text):
        found = examine(text, by=charlie)

        assert found.verdict is Verdict.GENUINE
        assert (found.license, found.key, found.file) == (None, None, None)
        assert found.notes(at) == []


def test_a_stranger_cannot_try_out_short_keys(production, charlie, at):
    text = actions.make_license_key(license=production, by=None, at=at)

    assert examine(text, by=charlie).verdict is Verdict.UNKNOWN


# The page


def test_the_page_names_license_server_and_state(client, in_use, bob):
    page = ask(client, bob, actions.text_of(in_use))

    assert "Genuine" in page
    assert "LIC-20417" in page
    assert SERVER in page
    assert in_use.fingerprint in page


def test_the_page_names_nothing_to_a_stranger(client, in_use, charlie):
    page = ask(client, charlie, actions.text_of(in_use))

    assert "Genuine" in page
    assert "none that you see" in page
    for word in ("LIC-20417", SERVER, "Depot Control", in_use.fingerprint):
        assert word not in page


def test_a_file_is_uploaded(client, file, bob):
    upload = SimpleUploadedFile("app.lic", file.text.encode())

    assert "Machine file" in ask(client, bob, file=upload)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00", "Not genuine"),
        (b"x" * 70_000, "too large"),
        (b"", "Paste a key or a file, or choose a file."),
    ],
)
def test_what_is_no_file_of_ours_is_said_so(client, in_use, bob, raw, words):
    page = ask(client, bob, file=SimpleUploadedFile("app.lic", raw))

    assert words in page


def test_nothing_is_shown_again_or_kept(client, in_use, bob):
    text = actions.text_of(in_use)
    before = IssuedFile.objects.count()

    page = ask(client, bob, text)

    assert keys.compact(text) not in page
    assert text[:60] not in page
    assert IssuedFile.objects.count() == before


def test_an_empty_form_says_what_to_do(client, bob):
    assert "Paste a key or a file, or choose a file." in ask(client, bob)


def test_asking_costs_few_statements(client, file, bob, django_assert_max_num_queries):
    ask(client, bob, file.text)

    with django_assert_max_num_queries(8):
        ask(client, bob, file.text)
