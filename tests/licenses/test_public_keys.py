"""The public keys for everybody, and the lines on their page, taken from it and run."""

import base64
import html
import json
import re
import subprocess
import sys
import textwrap
from shutil import which

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.urls import reverse
from django.utils import timezone

from companies import vault
from licenses import actions, files, signers
from licenses.files import Kind
from licenses.models import SigningKey
from licenses.models.key import SEED as SEALED_SEED
from tests.licenses.vectors import LICENSE, PEM, PUBLIC, SEED

pytestmark = pytest.mark.django_db
PAGE = reverse("licenses:public_keys")


@pytest.fixture
def active():
    row = SigningKey(public_key=PUBLIC)
    row.encrypted_seed = vault.seal(SEED, purpose=SEALED_SEED, row=row.pk)
    row.save()
    return row


@pytest.fixture
def retired(active, stella):
    actions.rotate_signing_key(retiring=str(active.pk), by=stella, at=timezone.now())
    active.refresh_from_db()
    return active


def shown(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(page, name):
    """What the page shows under this id, as somebody copies it."""
    return html.unescape(re.search(rf'<code id="{name}">(.*?)</code>', page, re.S)[1])


def download(client, key):
    return client.get(reverse("licenses:public_key_file", args=[key.pk]))


def license_file(secret=""):
    private_key = signers.active().private_key
    return files.write(
        LICENSE, kind=Kind.LICENSE, private_key=private_key, secret=secret
    )


def damaged(file):
    """Well spelled, and another document than the one that was signed."""
    body = "".join(file.split("\n")[1:-2])
    outer = json.loads(base64.b64decode(body))
    outer["enc"] = outer["enc"][:20] + outer["enc"][19] + outer["enc"][21:]
    forged = base64.b64encode(json.dumps(outer, separators=(",", ":")).encode())
    return "\n".join(
        [
            "-----BEGIN LICENSE FILE-----",
            *textwrap.wrap(forged.decode(), 60),
            "-----END LICENSE FILE-----\n",
        ]
    )


# The page


def test_without_a_key_the_page_says_when_there_will_be_one(client):
    assert "made with the first license key" in shown(client)


@pytest.mark.parametrize("who", ["", "alice", "stella"])
def test_everybody_reads_the_digits_and_the_pem_of_the_active_key(
    client, active, who, request
):
    if who:
        client.force_login(request.getfixturevalue(who))

    page = shown(client)

    assert PUBLIC in page
    assert PEM in page
    assert str(active.pk) in page
    assert "Keys that signed before" not in page


def test_a_retired_key_is_published_too(client, retired):
    page = shown(client)

    before, after = page.split("Keys that signed before")
    assert PUBLIC not in before
    assert SigningKey.objects.active().get().public_key in before
    assert PUBLIC in after


def test_no_private_half_is_on_the_page(client, active):
    page = shown(client)

    assert SEED.hex() not in page
    assert "PRIVATE" not in page


@pytest.mark.parametrize("key", ["active", "retired"])
def test_the_pem_file_holds_the_key(client, key, request):
    answer = download(client, request.getfixturevalue(key))

    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="public-key-03a107bf.pem"'
    )
    assert answer.content.decode() == PEM
    assert load_pem_public_key(answer.content).public_bytes_raw().hex() == PUBLIC


def test_there_is_no_file_of_an_unknown_key(client, active, alice):
    assert download(client, alice).status_code == 404


# The lines, as they stand on the page


@pytest.fixture
def folder(client, active, tmp_path):
    """What somebody has who follows the page: a file of ours and the public key."""
    answer = download(client, active)
    name = re.search('filename="(.*)"', answer.headers["Content-Disposition"])[1]
    (tmp_path / name).write_bytes(answer.content)
    (tmp_path / "license.lic").write_text(license_file())
    return tmp_path


def in_a_shell(page, folder):
    """Fails, and does not skip, where OpenSSL is missing: nothing would be proven."""
    assert which("openssl"), "This test needs openssl 3: apt-get install openssl"
    return run(["sh", "-c", lines(page, "openssl")], folder)


def in_python(page, folder):
    return run([sys.executable, "-I", "-c", lines(page, "python")], folder)


def run(command, folder):
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_three_lines_of_openssl_are_three(client, active):
    said = lines(shown(client), "openssl").splitlines()

    assert len(said) == 3
    assert all("openssl" in line for line in said)


@pytest.mark.parametrize("secret", ["", "a license key"])
def test_openssl_verifies_a_file_by_the_lines_on_the_page(client, folder, secret):
    (folder / "license.lic").write_text(license_file(secret))

    done = in_a_shell(shown(client), folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Signature Verified Successfully" in done.stdout


def test_openssl_refuses_a_damaged_file_by_the_lines_on_the_page(client, folder):
    (folder / "license.lic").write_text(damaged(license_file()))

    done = in_a_shell(shown(client), folder)

    assert done.returncode != 0
    assert "Verified Successfully" not in done.stdout


@pytest.mark.parametrize("secret", ["", "a license key"])
def test_python_verifies_a_file_by_the_lines_on_the_page(client, folder, secret):
    (folder / "license.lic").write_text(license_file(secret))

    done = in_python(shown(client), folder)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_python_refuses_a_damaged_file_by_the_lines_on_the_page(client, folder):
    (folder / "license.lic").write_text(damaged(license_file()))

    done = in_python(shown(client), folder)

    assert done.returncode != 0
    assert "InvalidSignature" in done.stderr
