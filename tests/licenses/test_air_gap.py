"""A server without network: its request comes in as text, file or picture."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from qrcode import QRCode

from licenses import actions, files, signers
from licenses.models import IssuedFile, License, Seat
from licenses.requests import ActivationRequest
from tests.factories.apps import ApplicationFactory
from tests.factories.licenses import IssuedFileFactory, PolicyFactory
from tests.licenses.conftest import appoint
from tests.licenses.test_views import page_of, text

pytestmark = pytest.mark.django_db
SERVER = "4b6f1f4c0d1e2a3b"


@pytest.fixture(autouse=True)
def this_year(production, acceptance):
    for license in (production, acceptance):
        license.starts_on = timezone.localdate() - timedelta(days=300)
        license.ends_on = timezone.localdate() + timedelta(days=60)
        license.save()
        license.refresh_from_db()


@pytest.fixture
def key(production, bob):
    return actions.make_license_key(license=production, by=bob, at=timezone.now())


def request_of(key, server=SERVER):
    return ActivationRequest(key, server).encode()


def send(client, person, application, **fields):
    client.force_login(person)
    return client.post(reverse("licenses:air_gap", args=[application.pk]), fields)


def opened(answer, key, server=SERVER):
    given = answer.context["text"]
    return files.read(given, signers.active().public_key, secret=key + server)


def picture_of(words, kind="PNG"):
    code = QRCode()
    code.add_data(words)
    rows = code.get_matrix()
    image = Image.new("L", (len(rows), len(rows)))
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    raw = io.BytesIO()
    image.resize((len(rows) * 6,) * 2, Image.NEAREST).convert("RGB").save(raw, kind)
    return SimpleUploadedFile(f"photo.{kind.lower()}", raw.getvalue())


def test_a_pasted_request_activates_the_server_and_gives_its_file(
    client, bob, depot, production, key
):
    answer = send(client, bob, depot, request=request_of(key))

    assert f"Active on {SERVER}" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    seat = Seat.objects.get()
    assert seat.is_active
    assert seat.activated_by == bob
    said = opened(answer, key)
    assert said.data["attributes"]["fingerprint"] == SERVER
    assert said.included[0]["attributes"]["key"] == key
    assert said.expires_at == production.grace_ends_at
    row = IssuedFile.objects.get()
    assert (row.way, row.issued_by, row.seat) == ("air_gap", bob, seat)


def test_line_breaks_of_a_mail_mean_nothing(client, bob, depot, key):
    words = request_of(key)
    wrapped = "\n".join(words[i : i + 20] for i in range(0, len(words), 20))

    assert "Active on" in text(send(client, bob, depot, request=wrapped))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_the_code_will_do(client, bob, depot, key, kind):
    answer = send(client, bob, depot, file=picture_of(request_of(key), kind))

    assert opened(answer, key)


def test_the_apps_file_will_do(client, bob, depot, key):
    file = SimpleUploadedFile("request.txt", request_of(key).encode())

    assert opened(send(client, bob, depot, file=file), key)


def test_sent_twice_the_server_keeps_its_one_place(client, bob, depot, key):
    """E8: activated twice."""
    for _ in range(2):
        assert opened(send(client, bob, depot, request=request_of(key)), key)

    assert Seat.objects.count() == 1
    assert IssuedFile.objects.count() == 2


def test_the_key_of_one_server_opens_that_server_alone(client, bob, depot, production):
    """E8: activated with another server ID."""
    at = timezone.now()
    key = actions.generate_key(license=production, server_id=SERVER, by=bob, at=at)
    words = actions.text_of(key)

    other = send(client, bob, depot, request=request_of(words, "another"))
    assert f"was made for the server {SERVER}" in text(other)
    assert not Seat.objects.active().exists()
    assert opened(send(client, bob, depot, request=request_of(words)), words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Paste the request that your app shows."),
        ("no base64!", "This is no activation request."),
        ("eyJrZXkiOiAiIn0=", "Missing in this request: license key."),
        ("A" * 40_000, "too long"),
    ],
)
def test_what_is_no_request_is_refused_at_its_field(client, bob, depot, words, said):
    answer = send(client, bob, depot, request=words)

    assert said in text(answer)
    assert list(answer.context["form"].errors) == ["request"]
    assert not IssuedFile.objects.exists()


def test_an_unknown_key_changes_nothing(client, bob, depot, key):
    answer = send(client, bob, depot, request=request_of("WRONG-" + key))

    assert "No license of Depot Control has the key in this request." in text(answer)
    assert list(answer.context["form"].errors) == ["request"]
    assert not Seat.objects.exists()


def test_the_key_of_another_app_says_whose_it_is(client, bob, production, key, acme):
    other = ApplicationFactory(company=acme, name="Weighbridge")
    appoint(other, bob)

    answer = send(client, bob, other, request=request_of(key))

    assert "belongs to another app: Depot Control, LIC-20417" in text(answer)
    assert not Seat.objects.exists()


def test_a_foreign_key_is_as_unknown_as_any(client, charlie, key, globex):
    """E25"""
    mill = ApplicationFactory(company=globex, name="Mill Monitor")
    appoint(mill, charlie)

    answer = send(client, charlie, mill, request=request_of(key))

    assert "No license of Mill Monitor has the key" in text(answer)
    assert "Depot" not in text(answer)


def test_where_all_places_are_taken_the_page_shows_the_way(
    client, bob, depot, production, key
):
    actions.activate_server(
        license=production, server_id="other", by=None, at=timezone.now()
    )

    answer = send(client, bob, depot, request=request_of(key))

    assert "All places are taken. To move the license to this server:" in text(answer)
    assert Seat.objects.count() == 1


def test_a_moved_server_is_activated_by_its_request(
    client, bob, depot, production, key
):
    """E15"""
    at = timezone.now()
    actions.activate_server(license=production, server_id="old", by=None, at=at)
    actions.generate_key(license=production, server_id=SERVER, by=bob, at=at)

    assert opened(send(client, bob, depot, request=request_of(key)), key)

    assert Seat.objects.active().get().server_id == SERVER


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"suspended_at": 1, "suspension_reason": "unpaid"}, "suspended: unpaid"),
        ({"revoked_at": 1, "revocation_reason": "gone"}, "No license of Depot Control"),
    ],
)
def test_a_stopped_license_starts_no_server(
    client, bob, depot, production, key, states, words
):
    """E8: revoked."""
    now = timezone.now()
    states = {name: now if value == 1 else value for name, value in states.items()}
    License.objects.filter(pk=production.pk).update(**states)

    assert words in text(send(client, bob, depot, request=request_of(key)))
    assert not Seat.objects.exists()


def test_a_term_that_begins_with_the_server_is_in_its_file(
    client, bob, depot, production, key
):
    License.objects.filter(pk=production.pk).update(
        ends_on=timezone.localdate() + timedelta(days=10),
        policy=PolicyFactory(
            expiry_basis="FROM_FIRST_ACTIVATION", duration_months=6, grace_days=0
        ),
        grace_days=0,
    )

    answer = send(client, bob, depot, request=request_of(key))

    production.refresh_from_db()
    assert answer.context["row"].ends_on == production.ends_on
    assert answer.context["row"].expires_at == production.expires_at


def test_after_the_grace_there_is_no_file(client, bob, depot, production, key):
    """E8: expired."""
    License.objects.filter(pk=production.pk).update(
        ends_on=timezone.localdate() - timedelta(days=31)
    )

    answer = send(client, bob, depot, request=request_of(key))

    assert "so has its grace" in text(answer)
    assert not Seat.objects.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00\x01", "neither a text file nor a picture"),
        (b"\x89PNG not at all", "cannot be opened"),
        (b"GIF89a", "cannot be opened"),
        (b"", "This file is empty."),
        (b"x" * (5 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_a_bad_upload_is_refused_at_its_field(client, bob, depot, raw, words):
    answer = send(client, bob, depot, file=SimpleUploadedFile("x", raw))

    assert words in text(answer)
    assert list(answer.context["form"].errors) == ["file"]


def png_of(width, height):
    raw = io.BytesIO()
    Image.new("1", (width, height)).save(raw, "PNG")
    return SimpleUploadedFile("bomb.png", raw.getvalue())


@pytest.mark.parametrize("side", [8_000, 20_000])
def test_a_picture_that_unpacks_to_very_much_is_never_unpacked(
    client, bob, depot, side
):
    answer = send(client, bob, depot, file=png_of(side, side))

    shown = text(answer)
    assert "too large" in shown or "cannot be opened" in shown


def test_a_picture_without_a_code_says_so(client, bob, depot):
    answer = send(client, bob, depot, file=png_of(300, 300))

    assert "No QR code was found" in text(answer)


def test_paste_and_file_together_are_one_too_many(client, bob, depot, key):
    file = SimpleUploadedFile("request.txt", request_of(key).encode())

    answer = send(client, bob, depot, request=request_of(key), file=file)

    assert "not both" in text(answer)
    assert not Seat.objects.exists()


def test_opening_the_page_changes_nothing(client, bob, depot, key):
    assert "Activation request" in text(
        page_of(client, bob, "licenses:air_gap", depot.pk)
    )
    assert not Seat.objects.exists()


def test_only_contacts_and_support_bring_requests(client, alice, stella, depot, key):
    assert send(client, alice, depot, request=request_of(key)).status_code == 403
    assert opened(send(client, stella, depot, request=request_of(key)), key)


def test_the_file_on_the_page_comes_as_a_file(client, bob, depot, key):
    answer = send(client, bob, depot, request=request_of(key))
    row, given = answer.context["row"], answer.context["text"]
    address = reverse("licenses:keep_file", args=[row.pk])

    # A browser sends a form's lines with CRLF.
    file = client.post(address, {"text": given.replace("\n", "\r\n")})

    assert file.content.decode() == given
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"] == f'attachment; filename="{row.seat.pk}.lic"'
    assert client.post(address, {"text": given + "x"}).status_code == 302


# The file of a server from its own page


def take(client, person, seat, **fields):
    client.force_login(person)
    usual = {
        "kind": "machine",
        "protection": "encrypted",
        "works_until": timezone.localdate() + timedelta(days=20),
    }
    address = reverse("licenses:machine_file", args=[seat.pk])
    return client.post(address, usual | fields)


@pytest.fixture
def seat(production):
    return actions.activate_server(
        license=production, server_id=SERVER, by=None, at=timezone.now()
    )


def read(answer, secret=""):
    return files.read(
        answer.content.decode(), signers.active().public_key, secret=secret
    )


def test_a_file_is_taken_for_an_active_server(client, bob, production, seat):
    answer = take(client, bob, seat)

    assert answer["Content-Disposition"] == f'attachment; filename="{seat.pk}.lic"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert "no-store" in answer["Cache-Control"]
    production.refresh_from_db()
    key = actions.license_key_of(production)
    last_day = timezone.localdate() + timedelta(days=20)
    assert read(answer, key + SERVER).expires_at == production.after_day(last_day)
    row = IssuedFile.objects.get()
    assert (row.way, row.issued_by, row.is_encrypted) == ("portal", bob, True)


def test_a_file_may_be_plain_or_for_the_license(client, bob, production, seat):
    assert read(take(client, bob, seat, protection="plain")).data["type"] == "machines"
    assert (
        read(take(client, bob, seat, protection="plain", kind="license")).data["type"]
        == "licenses"
    )


def test_the_usual_end_is_that_of_the_grace(client, bob, production, seat):
    page = page_of(client, bob, "licenses:machine_file", seat.pk)

    last_day = production.ends_on + timedelta(days=30)
    assert page.context["form"].initial["works_until"] == last_day


@pytest.mark.parametrize("days", [-1, 91, 400])
def test_a_file_works_within_the_license_and_its_grace(client, bob, seat, days):
    day = timezone.localdate() + timedelta(days=days)

    answer = take(client, bob, seat, works_until=day)

    assert "Choose a day from" in text(answer)
    assert not IssuedFile.objects.exists()


def test_a_server_that_only_waits_gets_no_file(client, bob, production):
    at = timezone.now()
    waiting = actions.generate_key(license=production, server_id="W", by=bob, at=at)

    answer = take(client, bob, waiting.seat)

    assert "not active on" in text(answer)
    assert not IssuedFile.objects.exists()


# What is out there


def test_the_history_lists_every_file_and_key(client, bob, alice, depot, seat):
    take(client, bob, seat)
    take(client, bob, seat, protection="plain")
    IssuedFile.objects.filter(is_encrypted=False).update(
        issued_at=timezone.now() - timedelta(days=9),
        expires_at=timezone.now() - timedelta(days=1),
    )
    pages = {
        which: text(
            page_of(
                client,
                alice,
                "licenses:issued_of_license",
                seat.license.pk,
                query=f"?which={which}",
            )
        )
        for which in ("files", "all-files", "keys", "all-keys", "nonsense")
    }

    assert ["Works no more" in pages[one] for one in pages] == [
        *(False, True, False, False, False)
    ]
    assert "encrypted" in pages["files"]
    assert "Bob Weber" in pages["nonsense"]
    assert "No keys here" in pages["keys"]


def test_the_history_is_a_sheet_too(client, alice, bob, depot, seat):
    take(client, bob, seat)

    sheet = page_of(
        client, alice, "licenses:issued_of_application", depot.pk, query="?as=csv"
    )

    lines = sheet.getvalue().decode().splitlines()
    assert len(lines) == 2
    assert "LIC-20417" in lines[1]
    assert IssuedFile.objects.get().sha256 in lines[1]


def test_a_replaced_key_still_works_off_line(client, bob, production):
    """E15: it is out there until its own end."""
    at = timezone.now()
    for server in ("one", "two"):
        key = actions.generate_key(license=production, server_id=server, by=bob, at=at)
        actions.activate_key(key=key, by=bob, at=at)

    shown = text(page_of(client, bob, "licenses:issued", query="?which=keys"))

    assert [server in shown for server in ("one", "two")] == [True, True]
    assert "Replaced" in shown


def test_requests_are_no_json_alone(client, bob, depot, key):
    words = json.dumps({"key": key, "fingerprint": SERVER})

    assert "This is no activation request." in text(
        send(client, bob, depot, request=words)
    )


def test_all_files_say_how_long_they_are_known(client, bob, production, at, settings):
    settings.LICENSE_FILES_KEPT_DAYS = 90
    IssuedFileFactory(seat__license=production, issued_at=at - timedelta(days=60))
    address = ("licenses:issued_of_license", production.pk)
    words = "until 90 days after its end"

    assert words in text(page_of(client, bob, *address, query="?which=all-files"))
    assert words not in text(page_of(client, bob, *address))

    settings.LICENSE_FILES_KEPT_DAYS = 0
    shown = text(page_of(client, bob, *address, query="?which=all-files"))
    assert "after its end" not in shown
