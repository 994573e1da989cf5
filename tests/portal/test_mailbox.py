"""The trial's mailbox in the browser."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.urls import reverse

from outbox.mailbox import Mailbox

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path)
    return Mailbox(tmp_path)


def keep(box, subject="Two licenses end", minutes=0, html="", attachment=None):
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "support@aldwick.example"
    mail["To"] = "Jonas Weber <jonas@acme.example>"
    mail.set_content("Hello Jonas,\nhttp://testserver/licenses/\n<b>plain</b>")
    if html:
        mail.add_alternative(html, subtype="html")
    if attachment:
        mail.add_attachment(attachment, "text", "html", filename="evil é.html")
    return box.keep(
        mail.as_bytes(),
        recipients=["jonas@acme.example"],
        at=AT + timedelta(minutes=minutes),
    )


def test_letters_are_listed_newest_first_for_anybody(client, box):
    keep(box, "The first")
    newest = keep(box, "The second", minutes=1)

    page = client.get(reverse("mailbox")).text

    assert page.index("The second") < page.index("The first")
    assert reverse("mailbox_letter", args=[newest]) in page
    assert "Jonas Weber &lt;jonas@acme.example&gt;" in page


def test_the_list_is_searched(client, box):
    keep(box, "Depot Control")
    keep(box, "Driver App")

    page = client.get(reverse("mailbox"), {"q": "depot jonas"}).text

    assert "Depot Control" in page
    assert "Driver App" not in page


def test_an_empty_mailbox_says_what_would_be_here(client, box):
    assert "No letters yet" in client.get(reverse("mailbox")).text
    keep(box)
    assert "No letter has these words" in client.get("/mailbox/?q=nothing").text


def test_the_list_has_pages(client, box):
    for number in range(51):
        keep(box, f"Letter {number:02}", minutes=number)

    first = client.get(reverse("mailbox"))
    second = client.get(reverse("mailbox"), {"page": 2})

    assert "1 to 50 of 51" in first.text
    assert 'href="?page=2"' in first.text
    assert "Letter 00" in second.text
    assert "Letter 01" not in second.text
    assert 'href="?page=1"' in second.text


def test_pages_of_a_search_keep_the_words(client, box):
    for number in range(51):
        keep(box, f"Letter {number:02}", minutes=number)

    page = client.get(reverse("mailbox"), {"q": "letter jonas"}).text

    assert 'href="?q=letter+jonas&amp;page=2"' in page


def test_one_letter_shows_headers_text_and_a_frame(client, box):
    name = keep(box, html="<h1>Hello</h1>")

    answer = client.get(reverse("mailbox_letter", args=[name]))

    assert "Two licenses end" in answer.text
    assert "<dt>From</dt>" in answer.text
    assert 'href="http://testserver/licenses/"' in answer.text
    assert "&lt;b&gt;plain&lt;/b&gt;" in answer.text
    assert f'src="{reverse("mailbox_html", args=[name])}"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "'unsafe-inline'" not in policy


def test_a_letter_without_html_has_no_frame(client, box):
    name = keep(box)

    assert "<iframe" not in client.get(reverse("mailbox_letter", args=[name])).text


def test_the_html_is_shut_in(client, box):
    name = keep(box, html="<html><head></head><script>alert(1)</script></html>")

    answer = client.get(reverse("mailbox_html", args=[name]))

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_attachment_is_always_a_download(client, box):
    name = keep(box, attachment=b"<script>alert(1)</script>")

    answer = client.get(reverse("mailbox_attachment", args=[name, 1]))

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert b"".join(answer.streaming_content).strip() == b"<script>alert(1)</script>"
    assert client.get(f"/mailbox/{name}/attachments/2/").status_code == 404
    assert client.get(f"/mailbox/{name}/attachments/0/").status_code == 404


def test_the_source_is_shown_as_text(client, box):
    name = keep(box)

    answer = client.get(reverse("mailbox_source", args=[name]))

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"Subject: Two licenses end" in answer.content


@pytest.mark.parametrize("page", ["", "html/", "source/", "attachments/1/"])
@pytest.mark.parametrize(
    "name", ["20261121T090000000000-00000000", "..", "%2e%2e%2fsecret", "secret"]
)
def test_no_other_file_is_shown(client, box, name, page):
    (box.directory.parent / "secret.eml").write_bytes(b"Subject: secret\n\nsecret")
    (box.directory / "secret.eml").write_bytes(b"Subject: secret\n\nsecret")

    assert client.get(f"/mailbox/{name}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "20261121T090000000000-00000000/"])
def test_without_the_setting_there_is_no_mailbox(client, settings, page):
    settings.MAILBOX_DIR = ""

    assert client.get(f"/mailbox/{page}").status_code == 404


def test_the_mailbox_is_only_read(client, box):
    assert client.post(reverse("mailbox")).status_code == 405
