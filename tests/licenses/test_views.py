"""Pages of licenses and keys: what each reader sees, and what nobody may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import User
from licenses import actions
from licenses.models import License, LicenseKey
from licenses.views.licenses import PAGE_SIZE
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.licenses import (
    LicenseFactory,
    LicenseKeyFactory,
    LicenseTermFactory,
    RenewalReminderFactory,
)
from tests.licenses.conftest import appoint

pytestmark = pytest.mark.django_db
SERVER = {"server_id": "7C41-E09B-55D2", "server_name": "rtm-app-01"}


@pytest.fixture(autouse=True)
def this_year(production, acceptance, cloud_license):
    """End dates around today, so that the pages never age."""
    today = timezone.localdate()
    for license, days in ((production, 12), (acceptance, 200), (cloud_license, 40)):
        license.ends_on = today + timedelta(days=days)
        license.starts_on = today - timedelta(days=300)
        license.save()
        license.refresh_from_db()


def page_of(client, person, name, *args, query=""):
    client.force_login(person)
    return client.get(reverse(name, args=args) + query)


def text(response):
    assert response.status_code == 200, response
    return response.content.decode()


# The list


def test_the_list_shows_what_one_may_see(client, bob):
    shown = text(page_of(client, bob, "licenses:list"))

    assert "Depot Control" in shown
    assert "Driver App" not in shown
    assert "12 days" in shown


def test_the_admin_sees_cloud_as_renewed_by_the_vendor(client, alice):
    shown = text(page_of(client, alice, "licenses:list"))

    assert "Driver App" in shown
    assert "renewed by Aldwick" in shown
    assert "Nothing to do" in shown


def test_staff_see_when_cloud_ends_and_whose_it_is(client, stella):
    shown = text(page_of(client, stella, "licenses:list"))

    assert "40 days" in shown
    assert "Acme" in shown
    assert "Nothing to do" not in shown


def test_the_list_of_another_company_is_empty(client, charlie):
    assert "No licenses yet" in text(page_of(client, charlie, "licenses:list"))


@pytest.mark.parametrize(
    ("which", "shown", "hidden"),
    [
        ("ending", "Production", "Acceptance"),
        ("ended", "Nothing here", "Production"),
        ("activate", "Nothing here", "Production"),
        ("nonsense", "Acceptance", "Nothing here"),
    ],
)
def test_tabs_narrow_the_list(client, bob, which, shown, hidden):
    page = text(page_of(client, bob, "licenses:list", query=f"?which={which}"))

    assert shown in page
    assert hidden not in page


def test_an_ended_license_is_under_ended(client, bob, production):
    production.ends_on = timezone.localdate() - timedelta(days=3)
    production.save()

    page = text(page_of(client, bob, "licenses:list", query="?which=ended"))

    assert "3 days over" in page


def test_a_waiting_key_is_under_to_activate(client, bob, acceptance):
    LicenseKeyFactory(license=acceptance)

    page = text(page_of(client, bob, "licenses:list", query="?which=activate"))

    assert "Acceptance" in page
    assert "Production" not in page


def test_customers_are_asked_nothing_about_cloud(client, alice, cloud_license):
    cloud_license.ends_on = timezone.localdate()
    cloud_license.save()

    page = text(page_of(client, alice, "licenses:list", query="?which=ending"))

    assert "Driver App" not in page


@pytest.mark.parametrize("words", ["depot", "LIC-20417", "20417", "lic-20417"])
def test_search_finds_by_app_and_by_number(client, bob, words):
    page = text(page_of(client, bob, "licenses:list", query=f"?q={words}"))

    assert "Production" in page


def test_search_finds_by_serial_number(client, bob, acceptance):
    License.objects.filter(pk=acceptance.pk).update(serial="4c2713a1-5b73")

    page = text(page_of(client, bob, "licenses:list", query="?q=4C2713A1-5B73"))

    assert "Acceptance" in page
    assert "Production" not in page


@pytest.mark.parametrize("words", ["nothing like it", "9" * 40, "²", "LIC-"])
def test_search_may_find_nothing(client, bob, words):
    page = text(page_of(client, bob, "licenses:list", query=f"?q={words}"))

    assert "No license found" in page


def test_search_does_not_reach_into_another_company(client, charlie):
    page = text(page_of(client, charlie, "licenses:list", query="?q=20417"))

    assert "No license found" in page


def test_off_boarded_licenses_are_not_in_the_list(client, bob, production):
    production.environment.offboarded_at = timezone.now()
    production.environment.save()

    assert "Production" not in text(page_of(client, bob, "licenses:list"))


def many(depot, count):
    for number in range(count):
        environment = EnvironmentFactory(application=depot)
        LicenseFactory(
            environment=environment,
            starts_on=None,
            ends_on=timezone.localdate() + timedelta(days=100 + number // 3),
        )


def test_the_list_comes_in_pages_without_gaps(client, bob, depot):
    many(depot, 60)
    client.force_login(bob)
    address, seen = reverse("licenses:list"), []

    while address:
        response = client.get(address)
        page = response.context["page"]
        seen += [license.pk for license in page.rows]
        address = page.next and reverse("licenses:list") + page.next

    expected = License.objects.of(depot).order_by("due_on", "number")
    assert seen == list(expected.values_list("pk", flat=True))


def test_what_has_no_end_to_be_shown_comes_last(client, alice, acme, depot):
    """LI-05"""
    for name in ("Zebra", "Anchor", "Marina"):
        cloud = ApplicationFactory(company=acme, name=name, cloud=True)
        for days in (1, 400):
            LicenseFactory(
                environment=EnvironmentFactory(application=cloud),
                starts_on=None,
                ends_on=timezone.localdate() + timedelta(days=days),
            )
    many(depot, 30)
    client.force_login(alice)
    there, back = [], []
    address = reverse("licenses:list")
    while address:
        response = client.get(address)
        there.append([row.license.pk for row in response.context["rows"]])
        dated = [row.ends_on is not None for row in response.context["rows"]]
        assert dated == sorted(dated, reverse=True)
        page, address = response.context["page"], ""
        if page.next:
            address = reverse("licenses:list") + page.next
    while page.previous:
        response = client.get(reverse("licenses:list") + page.previous)
        page = response.context["page"]
        back.append([row.license.pk for row in response.context["rows"]])

    seen = [pk for rows in there for pk in rows]
    assert len(set(seen)) == len(seen) == 2 + 1 + 6 + 30
    assert back == there[-2::-1]
    names = License.objects.in_bulk(seen[-7:])
    assert [names[pk].application.name for pk in seen[-7:]] == [
        *["Anchor", "Anchor", "Driver App", "Marina", "Marina", "Zebra", "Zebra"]
    ]


@pytest.mark.parametrize(
    ("person", "counts"), [("bob", "2 1 0 0"), ("alice", "3 1 0 0")]
)
def test_each_tab_says_how_many(client, request, acceptance, person, counts):
    reader = request.getfixturevalue(person)

    tabs = page_of(client, reader, "licenses:list").context["tabs"]

    assert " ".join(tab.count for tab in tabs).startswith(counts)


def test_support_sees_too_many_to_count(client, stella, acceptance):
    tabs = page_of(client, stella, "licenses:list").context["tabs"]

    assert [tab.count for tab in tabs] == ["", "", "", ""]


def test_a_full_page_is_light_and_costs_eight_queries_at_most(
    client, stella, depot, django_assert_max_num_queries
):
    many(depot, 60)
    client.force_login(stella)

    with django_assert_max_num_queries(8):
        response = client.get(reverse("licenses:list"))

    assert len(response.context["rows"]) == PAGE_SIZE
    assert len(response.content) < 60_000


@pytest.mark.parametrize("rows", [1, 6])
def test_queries_of_the_list_do_not_grow(
    client, alice, depot, rows, django_assert_max_num_queries
):
    many(depot, rows)
    client.force_login(alice)
    client.get(reverse("licenses:list"))

    with django_assert_max_num_queries(5):  # reader, sidebar, tabs, licenses
        client.get(reverse("licenses:list"))


# One license


def test_a_license_shows_terms_keys_and_history(client, bob, production):
    LicenseTermFactory(license=production)
    key = LicenseKeyFactory(license=production, in_use=True, made_by=bob)
    RenewalReminderFactory(license=production, days_before=15)

    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert key.fingerprint in shown
    assert "Bob Weber generated key" in shown
    assert "Reminded Bob Weber: 15 days before the end" in shown
    assert "ends in 12 days" in shown


def test_more_users_are_asked_of_the_account_executive(client, bob, production):
    """LI-04: never applied by the customer."""
    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert "mailto:willem@aldwick.example" in shown
    assert 'name="users"' not in shown


def test_without_an_executive_support_is_asked(client, bob, production, acme):
    acme.account_executive = None
    acme.save()

    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert "mailto:support@aldwick.example" in shown


def test_contacts_are_offered_a_key_and_admins_are_not(client, bob, alice, production):
    address = reverse("licenses:generate", args=[production.pk])

    assert address in text(page_of(client, bob, "licenses:detail", production.pk))
    assert address not in text(page_of(client, alice, "licenses:detail", production.pk))


@pytest.fixture
def renewed(production):
    """Ends in 12 days; signed for a year more, still on the old key."""
    today = timezone.localdate()
    License.objects.filter(pk=production.pk).update(
        ends_on=today + timedelta(days=377), runs_until=today + timedelta(days=12)
    )
    production.refresh_from_db()
    return production


@pytest.mark.parametrize("page", ["licenses:detail", "licenses:for_application"])
def test_who_may_not_make_the_new_key_reads_who_can(client, alice, bob, renewed, page):
    """TC-33"""
    is_tab = page == "licenses:for_application"
    pk = renewed.application.pk if is_tab else renewed.pk

    able = text(page_of(client, bob, page, pk))
    assert "Put the new key into the app and activate it." in able
    shown = text(page_of(client, alice, page, pk))
    assert "Bob Weber or Priya Raman can activate the new key." in shown
    assert "Put the new key" not in shown


def test_who_has_no_account_makes_no_key(client, alice, bob, priya, renewed):
    """TC-04"""
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.filter(pk=priya.pk).update(registered_at=None)

    shown = text(page_of(client, alice, "licenses:detail", renewed.pk))

    assert "No technical contact has an account to activate the new key." in shown


def test_cloud_offers_nothing_to_do(client, alice, cloud_license):
    """E9, LI-05"""
    shown = text(page_of(client, alice, "licenses:detail", cloud_license.pk))

    assert "renewed by Aldwick" in shown
    assert "Generate key" not in shown


def test_a_license_in_grace_says_until_when(client, bob, production):
    production.ends_on = timezone.localdate() - timedelta(days=3)
    production.save()

    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert "The license of production ended on" in shown
    assert "the app runs on and logs warnings" in shown


def test_queries_of_one_license_do_not_grow(
    client, bob, production, django_assert_max_num_queries
):
    for _ in range(5):
        LicenseKeyFactory(license=production, replaced=True, made_by=bob)
        production.reminders.create(due_on=production.due_on, days_before=_ * 7)
    client.force_login(bob)

    with django_assert_max_num_queries(9):
        client.get(reverse("licenses:detail", args=[production.pk]))


# The tab of an application


def test_the_tab_shows_licenses_servers_and_keys(client, bob, depot, production):
    key = LicenseKeyFactory(license=production, in_use=True)

    shown = text(page_of(client, bob, "licenses:for_application", depot.pk))

    assert key.server_id in shown
    assert key.fingerprint in shown
    assert "Acceptance" in shown


def test_the_tab_of_a_cloud_app_says_who_renews(client, dora, driver):
    shown = text(page_of(client, dora, "licenses:for_application", driver.pk))

    assert "Renewed by Aldwick. Nothing for you to do." in shown


def test_the_tab_of_an_app_without_a_license(client, alice, acme):
    application = ApplicationFactory(company=acme)

    shown = text(page_of(client, alice, "licenses:for_application", application.pk))

    assert "No license yet" in shown


# The way to a key


def generate(client, person, license, **fields):
    client.force_login(person)
    address = reverse("licenses:generate", args=[license.pk])
    return client.post(address, SERVER | fields)


def test_a_contact_generates_a_key(client, bob, production):
    response = generate(client, bob, production)

    key = LicenseKey.objects.get()
    assert response.status_code == 302
    assert response.url == key.get_absolute_url()
    assert key.made_by == bob


def test_a_doubled_post_makes_one_key(client, bob, production):
    assert (
        generate(client, bob, production).url == generate(client, bob, production).url
    )

    assert LicenseKey.objects.count() == 1


def test_opening_the_form_makes_nothing(client, bob, production):
    page_of(client, bob, "licenses:generate", production.pk)

    assert not LicenseKey.objects.exists()


def test_the_form_knows_the_server_the_app_runs_on(client, bob, production):
    LicenseKeyFactory(license=production, in_use=True, server_id="KNOWN-0001")

    shown = text(page_of(client, bob, "licenses:generate", production.pk))

    assert 'value="KNOWN-0001"' in shown


@pytest.mark.parametrize(
    ("server_id", "words"),
    [
        ("", "Copy the server ID from your app."),
        ("abc", "4 to 128"),
        ("Server ID: 7C41-E09B", "no spaces"),
        ("7C41-E09B-55D2\x07", "4 to 128"),
        ("key/eyJsaWNlbnNl", "This is a license key."),
        ("x" * 129, "at most 128"),
    ],
)
def test_a_wrong_server_id_says_how_to_put_it_right(
    client, bob, production, server_id, words
):
    shown = text(generate(client, bob, production, server_id=server_id))

    assert words in shown
    assert "<title>Error:" in shown
    assert not LicenseKey.objects.exists()


def test_a_refusal_stands_on_the_form(client, bob, production):
    production.ends_on = timezone.localdate() - timedelta(days=1)
    production.save()

    assert "renewed first" in text(generate(client, bob, production))


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_admin_who_is_no_contact_is_refused(client, alice, production, method):
    client.force_login(alice)
    address = reverse("licenses:generate", args=[production.pk])

    assert getattr(client, method)(address, SERVER).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["dora", "alice", "stella"])
def test_no_key_for_cloud_by_direct_address(
    request, client, cloud_license, who, method
):
    """E9, LI-05"""
    client.force_login(request.getfixturevalue(who))
    address = reverse("licenses:generate", args=[cloud_license.pk])

    assert getattr(client, method)(address, SERVER).status_code == 403
    assert not LicenseKey.objects.exists()


# The key


@pytest.fixture
def key(production, bob):
    return actions.generate_key(license=production, by=bob, at=timezone.now(), **SERVER)


def test_the_key_is_shown_in_groups_of_six(client, bob, key):
    shown = text(page_of(client, bob, "licenses:key", key.pk))

    plain = actions.text_of(key)
    groups = " ".join(plain[at : at + 6] for at in range(0, len(plain), 6))
    assert groups in shown
    assert plain[-6:] in shown


@pytest.mark.parametrize("name", ["licenses:key", "licenses:key_file"])
def test_a_key_is_never_stored_by_a_browser_or_a_proxy(client, bob, key, name):
    response = page_of(client, bob, name, key.pk)

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_the_key_is_downloaded_as_a_file(client, bob, key):
    response = page_of(client, bob, "licenses:key_file", key.pk)

    assert response.content.decode() == f"{actions.text_of(key)}\n"
    assert response["Content-Disposition"] == (
        f'attachment; filename="LIC-20417-{key.fingerprint}.lic"'
    )
    assert response["Content-Type"] == "application/octet-stream"


def test_what_changes_stands_beside_the_key(client, bob, production):
    now = timezone.now()
    before = actions.generate_key(license=production, by=bob, at=now, **SERVER)
    actions.activate_key(key=before, by=bob, at=now)
    moved = SERVER | {"server_id": "NEW-SERVER-1", "server_name": "rtm-app-02"}
    key = actions.generate_key(license=production, by=bob, at=now, **moved)

    shown = text(page_of(client, bob, "licenses:key", key.pk))

    assert before.fingerprint in shown
    assert "<td>rtm-app-01</td><td>rtm-app-02</td>" in shown
    assert "no moment without a license" in shown


def test_a_replaced_key_is_not_shown_any_more(client, bob, key):
    key.superseded_at = timezone.now()
    key.save()

    shown = text(page_of(client, bob, "licenses:key", key.pk))

    assert "not shown any more" in shown
    assert actions.text_of(key)[:30] not in shown
    assert page_of(client, bob, "licenses:key_file", key.pk).status_code == 403


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"suspended_at": "now", "suspension_reason": "unpaid"}, "suspended: unpaid"),
        ({"revoked_at": "now", "revocation_reason": "fraud"}, "LIC-20417 is revoked"),
    ],
)
def test_the_keys_of_a_stopped_license_are_not_given_out(
    client, bob, key, production, states, words
):
    """Nothing calls back a key that works without a network."""
    now = timezone.now()
    states = {name: now if value == "now" else value for name, value in states.items()}
    License.objects.filter(pk=production.pk).update(**states)

    shown = text(page_of(client, bob, "licenses:key", key.pk))

    assert words in shown
    assert "key-plain" not in shown
    assert page_of(client, bob, "licenses:key_file", key.pk).status_code == 403


def test_a_contact_marks_the_key_as_activated(client, bob, key, production):
    client.force_login(bob)

    response = client.post(reverse("licenses:activate", args=[key.pk]), follow=True)

    assert f"Key {key.fingerprint} is active." in text(response)
    production.refresh_from_db()
    assert production.runs_until == production.ends_on


def test_a_doubled_click_on_activated_says_so(client, bob, key):
    client.force_login(bob)
    address = reverse("licenses:activate", args=[key.pk])
    client.post(address)

    assert "active already" in text(client.post(address, follow=True))


def test_a_get_never_activates(client, bob, key):
    client.force_login(bob)

    assert client.get(reverse("licenses:activate", args=[key.pk])).status_code == 405
    key.refresh_from_db()
    assert not key.activated_at


@pytest.mark.parametrize("name", ["licenses:key", "licenses:key_file"])
def test_an_admin_who_is_no_contact_sees_no_key(client, alice, key, name):
    assert page_of(client, alice, name, key.pk).status_code == 403


def test_a_former_contact_sees_no_key(client, bob, key, depot):
    """E6"""
    depot.technical_contacts.get(user=bob).delete()

    assert page_of(client, bob, "licenses:key", key.pk).status_code == 403


def test_no_list_and_no_detail_shows_a_key(client, bob, key, production, depot):
    plain = actions.text_of(key)

    for name, args in (
        ("licenses:list", []),
        ("licenses:detail", [production.pk]),
        ("licenses:for_application", [depot.pk]),
        ("licenses:generate", [production.pk]),
    ):
        assert plain[:24] not in text(page_of(client, bob, name, *args))


# Not at the server


def test_the_key_page_offers_the_other_contacts(client, bob, key):
    shown = text(page_of(client, bob, "licenses:key", key.pk))

    assert "Priya Raman</option>" in shown
    assert "Bob Weber</option>" not in shown


def test_a_link_is_sent_and_said(client, bob, priya, key, depot):
    client.force_login(bob)
    address = reverse("licenses:send_link", args=[key.pk])
    wanted = {"contact": depot.technical_contacts.get(user=priya).pk}

    assert "Sent to Priya Raman." in text(client.post(address, wanted, follow=True))
    assert "has it already" in text(client.post(address, wanted, follow=True))


def test_a_link_goes_to_no_contact_of_another_app(client, bob, dora, key, driver):
    client.force_login(bob)
    address = reverse("licenses:send_link", args=[key.pk])
    wanted = {"contact": driver.technical_contacts.get(user=dora).pk}

    assert "Choose a technical contact" in text(
        client.post(address, wanted, follow=True)
    )


# Strangers


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name",
    [
        "licenses:detail",
        "licenses:generate",
        "licenses:for_application",
        "licenses:key",
        "licenses:key_file",
        "licenses:activate",
        "licenses:send_link",
    ],
)
def test_for_a_stranger_nothing_exists(
    client, charlie, name, method, production, depot, key
):
    """E25"""
    noun = name.partition(":")[2]
    of_keys = {"key", "key_file", "activate", "send_link"}
    thing = key if noun in of_keys else production
    thing = depot if noun == "for_application" else thing
    client.force_login(charlie)

    response = getattr(client, method)(reverse(name, args=[thing.pk]))

    assert response.status_code in {404, 405}
    if response.status_code == 405:
        other = {"get": "post", "post": "get"}[method]
        assert getattr(client, other)(response.request["PATH_INFO"]).status_code == 404


def test_a_member_of_another_team_of_the_company_sees_nothing(client, acme, production):
    outsider = ApplicationFactory(company=acme)
    person = appoint_somebody(outsider, acme)

    assert page_of(client, person, "licenses:detail", production.pk).status_code == 404


def appoint_somebody(application, company):
    from tests.factories.companies import UserFactory

    person = UserFactory(company=company)
    appoint(application, person)
    return person


def test_nobody_signed_in_is_sent_to_the_sign_in_page(client, production):
    response = client.get(production.get_absolute_url())

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")
