"""The support desk's pages: they call the verbs, and show no key."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import model_to_dict
from django.urls import reverse
from django.utils import timezone

from companies.models import ActivityEntry
from licenses import actions, desk, upload
from licenses.importing import shelf
from licenses.models import License, LicenseKey, Policy
from licenses.terms import year_later
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory
from tests.factories.licenses import (
    EntitlementFactory,
    IssuedFileFactory,
    LicenseFactory,
    LicenseTermFactory,
    PolicyFactory,
    SeatFactory,
)
from tests.licenses.portfolios import many, raw, row

pytestmark = pytest.mark.django_db
LIST = reverse("admin:licenses_license_changelist")
IMPORT = reverse("admin:licenses_license_import_portfolio")

NO_INLINES = {
    f"{inline}-{count}_FORMS": "0"
    for inline in ("terms", "keys", "reminders")
    for count in ("TOTAL", "INITIAL")
}


@pytest.fixture(autouse=True)
def signed_in(client, stella):
    client.force_login(stella)


def text(response):
    assert response.status_code == 200, response
    return response.content.decode()


def change_of(license):
    return reverse("admin:licenses_license_change", args=[license.pk])


# The ledger


def test_the_list_shows_state_end_and_company(client, production):
    shown = text(client.get(LIST))

    assert "LIC-20417" in shown
    assert "Depot Control, production" in shown
    assert "Acme" in shown


def test_queries_of_the_list_do_not_grow(
    client, production, acceptance, django_assert_max_num_queries
):
    client.get(LIST)
    for _ in range(10):
        LicenseFactory()

    with django_assert_max_num_queries(8):
        client.get(LIST)


@pytest.mark.parametrize(
    ("state", "days", "found"),
    [
        ("ending", 30, True),
        ("ending", 31, False),
        ("renew", 90, True),
        ("grace", -1, True),
        ("grace", -31, False),
        ("ended", -31, True),
        ("ended", 0, False),
        ("activate", 30, False),
    ],
)
def test_the_list_is_filtered_by_state(client, production, state, days, found):
    License.objects.update(
        ends_on=timezone.localdate() + timedelta(days=days), starts_on=None
    )

    assert ("LIC-20417" in text(client.get(f"{LIST}?state={state}"))) is found


@pytest.mark.parametrize("words", ["LIC-20417", "depot", "20417"])
def test_the_list_is_searched(client, production, cloud_license, words):
    shown = text(client.get(f"{LIST}?q={words}"))

    assert "LIC-20417" in shown
    assert "LIC-20500" not in shown


def test_the_page_of_one_shows_keys_by_fingerprint(client, production, bob, at):
    LicenseTermFactory(license=production)
    key = actions.generate_key(license=production, server_id="7C41-E09B", by=bob, at=at)

    shown = text(client.get(change_of(production)))

    assert key.fingerprint in shown
    assert actions.text_of(key)[:24] not in shown


@pytest.mark.parametrize("model", ["licensekey", "renewalreminder", "signingkey"])
def test_facts_are_read_only(client, production, bob, at, model):
    key = actions.generate_key(license=production, server_id="7C41-E09B", by=bob, at=at)
    actions.remind_of_renewal(at=at)
    rows = {
        "licensekey": key,
        "renewalreminder": production.reminders.get(),
        "signingkey": key.signing_key,
    }
    address = reverse(f"admin:licenses_{model}_change", args=[rows[model].pk])

    shown = text(client.get(address))

    assert 'name="_save"' not in shown
    assert actions.text_of(key)[:24] not in shown
    assert client.get(reverse(f"admin:licenses_{model}_add")).status_code == 403
    assert text(client.get(reverse(f"admin:licenses_{model}_changelist")))


def test_customers_have_no_desk(client, alice):
    client.force_login(alice)

    assert client.get(LIST).status_code in {302, 403, 404}


# Signing and correcting


def test_a_license_is_added_by_the_verb(client, depot, stella):
    environment = EnvironmentFactory(application=depot)

    response = client.post(
        reverse("admin:licenses_license_add"),
        {
            "environment": environment.pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "users": "300",
            "is_reassignable": "on",
        },
    )

    assert response.status_code == 302
    license = License.objects.get()
    assert license.terms.get().signed_by == stella
    assert license.users == 300


def test_what_the_verb_refuses_stands_on_the_form(client, production):
    response = client.post(
        reverse("admin:licenses_license_add"),
        {
            "environment": production.environment.pk,
            "ends_on": "2026-12-31",
            "is_reassignable": "on",
        },
    )

    assert "already" in text(response)
    assert License.objects.count() == 1


def test_facts_are_corrected_by_the_verb(client, production, depot):
    fields = {"users": "350", "is_reassignable": "on", "notes": ""}

    response = client.post(change_of(production), fields | NO_INLINES)

    assert response.status_code == 302
    production.refresh_from_db()
    assert production.users == 350
    assert production.ends_on == date(2026, 12, 6)
    entry = ActivityEntry.objects.about(depot.pk).get()
    assert entry.sentence == "corrected users of LIC-20417"


def test_licenses_are_not_deleted(client, production):
    address = reverse("admin:licenses_license_delete", args=[production.pk])

    assert client.post(address, {"post": "yes"}).status_code == 403


# Renewing


def renew(client, *licenses, **answer):
    chosen = [str(license.pk) for license in licenses]
    return client.post(
        LIST, {"action": "renew", "_selected_action": chosen} | answer, follow=True
    )


def test_renewing_asks_for_the_day_first(client, production):
    shown = text(renew(client, production))

    assert "LIC-20417" in shown
    assert "New last valid day" in shown
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)


def test_without_a_day_each_is_renewed_by_a_year(client, production, acceptance):
    shown = text(renew(client, production, acceptance, renewal="yes", ends_on=""))

    assert "2 licenses are renewed." in shown
    ends = set(License.objects.values_list("ends_on", flat=True))
    assert ends == {date(2027, 12, 6)}
    assert Message.objects.count() == 4


def test_a_day_may_be_given(client, production):
    renew(client, production, renewal="yes", ends_on="2028-06-30")

    production.refresh_from_db()
    assert production.ends_on == date(2028, 6, 30)


def test_a_wrong_day_is_asked_for_again(client, production):
    shown = text(renew(client, production, renewal="yes", ends_on="soon"))

    assert "Enter a valid date." in shown


def test_a_refused_renewal_says_why_and_lets_the_others_be(
    client, production, acceptance
):
    License.objects.filter(pk=acceptance.pk).update(ends_on=date(2030, 1, 1))

    shown = text(
        renew(client, production, acceptance, renewal="yes", ends_on="2027-12-06")
    )

    assert "1 license is renewed." in shown
    assert "LIC-20418: The license runs until 1 Jan 2030." in shown


def test_one_license_is_renewed_from_its_own_page(client, production):
    address = reverse("admin:licenses_license_renew_this", args=[production.pk])
    assert "New last valid day" in text(client.get(address))

    response = client.post(address, {"renewal": "yes", "ends_on": ""})

    assert response.url == change_of(production)
    production.refresh_from_db()
    assert production.ends_on == date(2027, 12, 6)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 12, 6), date(2027, 12, 6)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_year_later(day, later):
    """E11: leap day."""
    assert year_later(day) == later


# Uploading a portfolio


def upload_file(client, *rows, content=None, **fields):
    file = SimpleUploadedFile("portfolio.csv", content or raw(*rows))
    wanted = {"file": file, "company": "", "date_format": "%m/%d/%Y"}
    return client.post(IMPORT, wanted | fields)


def confirm(client, preview, do="all"):
    token = preview.context["token"]
    return client.post(IMPORT, {"token": token, "do": do}, follow=True)


def test_the_list_leads_to_the_upload(client):
    assert IMPORT in text(client.get(LIST))
    assert "CSV file" in text(client.get(IMPORT))


def test_a_preview_shows_the_verdicts_and_writes_nothing(client):
    shown = text(upload_file(client, *many(2), row(reassignable="sometimes")))

    assert "2 new, 0 changed, 0 unchanged, 1 refused." in shown
    assert "line 4, reassignable: “sometimes” is neither yes nor no." in shown
    assert "Import the good ones" in shown
    assert not License.objects.exists()


def test_the_file_stays_on_the_server(client):
    preview = upload_file(client, row())

    assert "Cras mi pede" not in text(preview)
    assert preview.context["token"] in text(preview)


def test_a_clean_file_is_imported_by_one_click(client, stella):
    preview = upload_file(client, *many(2))

    shown = text(confirm(client, preview))

    assert "portfolio.csv: 2 new, 0 changed, 0 unchanged, 0 refused." in shown
    assert License.objects.count() == 2
    entries = ActivityEntry.objects.filter(actor="Stella Brandt")
    assert entries.exists()


def test_the_good_ones_are_imported_on_demand(client):
    preview = upload_file(client, *many(2), row(reassignable="sometimes"))

    shown = text(confirm(client, preview, do="good"))

    assert "2 new, 0 changed, 0 unchanged, 1 refused." in shown
    assert "line 4, reassignable" in shown
    assert License.objects.count() == 2


def test_a_doubled_click_imports_once(client):
    preview = upload_file(client, *many(2))
    confirm(client, preview)

    shown = text(confirm(client, preview))

    assert "imported already" in shown
    assert License.objects.count() == 2


def test_a_token_is_good_for_its_owner_alone(client, willem):
    preview = upload_file(client, *many(2))
    client.force_login(willem)

    shown = text(confirm(client, preview))

    assert "waited too long" in shown
    assert not License.objects.exists()


def test_what_changed_since_the_preview_is_seen(client, stella):
    """The verdicts are made anew when the file is taken."""
    preview = upload_file(client, *many(2))
    actions.import_licenses(
        raw(*many(2)), manner=actions.imports.Manner(), by=stella, at=timezone.now()
    )

    assert "0 new, 0 changed, 2 unchanged" in text(confirm(client, preview))


def test_a_refusal_that_came_up_since_keeps_everything_out(client):
    preview = upload_file(client, *many(2))
    actions.import_licenses(
        raw(*many(1)),
        manner=actions.imports.Manner(),
        by=None,
        at=timezone.now(),
    )
    license = License.objects.get()
    license.application.offboarded_at = timezone.now()
    license.application.save()

    shown = text(confirm(client, preview))

    assert "nothing was imported, 1 refused" in shown
    assert License.objects.count() == 1


def test_nothing_to_import_offers_no_button(client):
    confirm(client, upload_file(client, *many(2)))

    shown = text(upload_file(client, *many(2)))

    assert "There is nothing to import." in shown
    assert 'name="token"' not in shown


def test_changes_are_named(client):
    confirm(client, upload_file(client, row()))

    shown = text(upload_file(client, row(seats="60")))

    assert "0 new, 1 changed" in shown
    assert "<p>users</p>" in shown


def test_a_file_that_is_no_portfolio_says_why(client):
    shown = text(upload_file(client, content=b"a,b\n1,2\n"))

    assert "The column “item name” is missing." in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"file": ""}, "This field is required."),
        ({"date_format": "%d"}, "valid choice"),
    ],
)
def test_a_wrong_form_says_why(client, fields, words):
    assert words in text(upload_file(client, row(), **fields))


def test_a_file_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(desk, "LARGEST_FILE", 100)

    assert "larger than 2 MB" in text(upload_file(client, row()))


def test_too_many_licenses_are_left_to_the_command_line(client, monkeypatch):
    monkeypatch.setattr(upload, "MOST_LICENSES", 2)

    assert "more than 2 licenses" in text(upload_file(client, *many(3)))


def test_company_and_date_format_are_kept_with_the_file(client):
    preview = upload_file(
        client,
        row(company="", expiration_date="26.02.2016", purchase_date=""),
        company="Acme Holding",
        date_format="%d.%m.%Y",
    )

    confirm(client, preview)

    license = License.objects.with_company().get()
    assert license.company.name == "Acme Holding"
    assert license.ends_on == date(2016, 2, 26)


def test_an_upload_is_taken_once(stella):
    token = shelf.put(shelf.Upload(b"x", "x.csv", "", "%Y"), stella)

    assert shelf.take(token, stella).raw == b"x"
    assert shelf.take(token, stella) is None


def test_there_is_no_key_in_the_whole_desk(client, production, bob, at):
    key = actions.generate_key(license=production, server_id="7C41-E09B", by=bob, at=at)
    plain = actions.text_of(key)

    for name in ("license", "licensekey", "signingkey"):
        address = reverse(f"admin:licenses_{name}_changelist")
        assert plain[:24] not in text(client.get(address))
    assert LicenseKey.objects.count() == 1


# Stopped, and under which rules


def stop(client, license, what, **typed):
    address = reverse(f"admin:licenses_license_{what}_this", args=[license.pk])
    assert client.get(address).status_code == 200
    return client.post(address, typed)


def test_staff_suspend_and_reinstate_a_license(client, production):
    assert stop(client, production, "suspend", reason="").status_code == 200
    production.refresh_from_db()
    assert not production.is_suspended

    stop(client, production, "suspend", reason="Unpaid")
    production.refresh_from_db()
    assert production.suspension_reason == "Unpaid"

    stop(client, production, "reinstate")
    production.refresh_from_db()
    assert not production.is_suspended


def test_a_refused_stop_says_why(client, production):
    refused = stop(client, production, "reinstate")

    assert "The license is not suspended." in text(refused)


def test_staff_revoke_a_license(client, production):
    stop(client, production, "revoke", reason="Cancelled")

    production.refresh_from_db()
    assert production.is_revoked
    assert "Revoked" in text(client.get(LIST, {"state": "revoked"}))


def typed_of(license, **changes):
    form = {
        name: getattr(license, name)
        for name in ("users", "serial", "licensee", "licensee_email", "notes")
    }
    return {
        **{name: "" if value is None else value for name, value in form.items()},
        "is_reassignable": "on",
        **NO_INLINES,
        **changes,
    }


def test_staff_put_a_license_under_a_policy(client, production):
    policy = PolicyFactory(grace_days=3)
    feature = EntitlementFactory(code="export")

    typed = typed_of(production, policy=policy.pk, entitlements=[feature.pk])
    answer = client.post(change_of(production), typed)

    assert answer.status_code == 302, answer.context["errors"]
    production.refresh_from_db()
    assert (production.policy, production.grace_days) == (policy, 3)
    assert production.opens == [feature]


def test_a_policy_that_does_not_fit_is_refused_in_words(client, production, driver):
    policy = PolicyFactory(application=driver)

    answer = client.post(change_of(production), typed_of(production, policy=policy.pk))

    assert "This policy is not offered for the app." in text(answer)


def test_staff_write_a_policy(client):
    typed = {
        name: value
        for name, value in model_to_dict(Policy()).items()
        if value not in (None, False)
    }

    answer = client.post(
        reverse("admin:licenses_policy_add"), typed | {"name": "Floating"}
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert Policy.objects.get().name == "Floating"


def test_staff_free_a_place_that_is_held(client, production, at):
    seat = SeatFactory(
        license=production, gone=True, held_until=timezone.now() + timedelta(days=9)
    )

    client.post(
        reverse("admin:licenses_seat_changelist"),
        {"action": "free", "_selected_action": [seat.pk]},
    )

    seat.refresh_from_db()
    assert seat.held_until is None


def test_servers_and_files_are_read_at_the_desk(client, production):
    file = IssuedFileFactory(seat=SeatFactory(license=production))

    for shown in (file, file.seat):
        name = shown._meta.model_name
        assert "LIC-20417" in text(
            client.get(reverse(f"admin:licenses_{name}_changelist"))
        )
        page = reverse(f"admin:licenses_{name}_change", args=[shown.pk])
        assert client.get(page).status_code == 200
