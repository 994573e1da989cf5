"""The letters, word by word: text and HTML say the same, and neither holds a key."""

import re
from datetime import date
from pathlib import Path

import pytest

from licenses import actions
from licenses.models import License
from outbox.models import Message
from tests import letters
from tests.factories.licenses import LicenseKeyFactory
from tests.licenses.test_remind import on

pytestmark = pytest.mark.django_db
LETTERS = Path(__file__).parent / "letters"
FINGERPRINT = re.compile(r"\b[0-9A-F]{4}-[0-9A-F]{4}\b")
NEXT_YEAR = date(2027, 12, 6)


def same_as_kept(name, message):
    return letters.same_as_kept(
        LETTERS / f"{name}.txt", message, (FINGERPRINT, "E2D4-71B9")
    )


def letter_to(email):
    return Message.objects.get(recipient=email)


def run_on_last_years_key(*licenses):
    for license in licenses:
        server = {20417: "rtm-app-01", 20418: "rtm-acc-01"}[license.number]
        LicenseKeyFactory(license=license, in_use=True, server_name=server)
        License.objects.filter(pk=license.pk).update(
            runs_until=license.ends_on, ends_on=NEXT_YEAR
        )


def test_two_renewed_licenses_wait_for_their_keys(production, acceptance):
    """The letter of the design."""
    run_on_last_years_key(production, acceptance)

    actions.remind_of_renewal(at=on(15))

    assert same_as_kept("reminder-15-renewed", letter_to("bob@acme.example"))


def test_one_license_without_a_renewal(production):
    actions.remind_of_renewal(at=on(90))

    assert same_as_kept("reminder-90", letter_to("bob@acme.example"))


def test_it_ends_tomorrow(production):
    actions.remind_of_renewal(at=on(1))

    assert same_as_kept("reminder-1", letter_to("bob@acme.example"))


def test_it_ends_today(production):
    actions.remind_of_renewal(at=on(0))

    assert letter_to("bob@acme.example").subject == (
        "Depot Control: the license ends today, 6 December"
    )


def test_it_ended_yesterday(production, acceptance):
    actions.remind_of_renewal(at=on(-1))

    assert same_as_kept("reminder-over", letter_to("bob@acme.example"))


def test_some_renewed_and_some_not(production, acceptance):
    run_on_last_years_key(production)

    actions.remind_of_renewal(at=on(30))

    assert same_as_kept("reminder-30-some", letter_to("bob@acme.example"))


def test_cloud_is_the_executives_business(cloud_license):
    """LI-05"""
    actions.remind_of_renewal(at=on(30))

    assert same_as_kept("reminder-cloud", letter_to("willem@aldwick.example"))


def test_nobody_at_all_is_left_for_the_support_desk(cloud_license, acme):
    acme.account_executive = None
    acme.save()

    actions.remind_of_renewal(at=on(30))

    assert same_as_kept("reminder-support", letter_to("support@aldwick.example"))


def test_a_company_admin_stands_in(production, bob, priya, alice):
    for person in (bob, priya):
        person.is_active = False
        person.save()

    actions.remind_of_renewal(at=on(7))

    assert same_as_kept("reminder-admin", letter_to("alice@acme.example"))


def test_a_renewal_is_told(production, stella):
    run_on_last_years_key(production)
    License.objects.update(ends_on=date(2026, 12, 6))

    actions.renew_license(license=production, ends_on=NEXT_YEAR, by=stella, at=on(20))

    assert same_as_kept("renewed", letter_to("bob@acme.example"))


def test_a_cloud_renewal_is_told_to_the_executive(cloud_license, stella):
    actions.renew_license(
        license=cloud_license, ends_on=NEXT_YEAR, by=stella, at=on(20)
    )

    assert same_as_kept("renewed-cloud", letter_to("willem@aldwick.example"))


def test_an_activation_is_told_to_the_others(production, bob):
    key = actions.generate_key(
        license=production,
        server_id="7C41-E09B-55D2",
        server_name="rtm-app-01",
        by=bob,
        at=on(20),
    )
    plain = actions.text_of(key)

    actions.activate_key(key=key, by=bob, at=on(20))

    message = letter_to("priya@acme.example")
    assert same_as_kept("key-activated", message)
    assert plain[:24] not in message.text + message.html


def test_a_link_to_a_key_is_asked_for_by_a_colleague(production, bob, priya):
    key = actions.generate_key(
        license=production,
        server_id="SERVER-1",
        server_name="rtm-app-01",
        by=bob,
        at=on(20),
    )
    contact = production.application.technical_contacts.get(user=priya)

    actions.send_key_link(key=key, contact=contact, by=bob, at=on(20))

    assert same_as_kept("key-link", letter_to("priya@acme.example"))


@pytest.mark.parametrize("days_left", [90, 30, 15, 7, 1, 0, -1])
def test_every_reminder_is_whole(production, acceptance, days_left):
    """One button, both forms, under 30 kB, no open end."""
    actions.remind_of_renewal(at=on(days_left))

    for message in Message.objects.all():
        assert message.html.count('class="btn full"') == 1
        assert len(message.html) < 30_000
        assert "None" not in message.subject + message.text
        assert "{{" not in message.html
        assert message.reply_to == "support@aldwick.example"
        assert f"http://testserver{'/applications/'}" in message.text


def test_a_reader_abroad_is_told_in_their_own_language(production, bob):
    """Words, and days as the language writes them."""
    bob.language = "de"
    bob.save()

    actions.remind_of_renewal(at=on(30))

    assert (
        "endet am Sonntag, 6. Dezember 2026, in 30 Tagen"
        in letter_to("bob@acme.example").text
    )
