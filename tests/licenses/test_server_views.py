"""Pages of servers: who holds a place, moving it, giving it back, the license key."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from licenses import actions
from licenses.models import License, LicenseKey, Seat
from tests.factories.licenses import IssuedFileFactory, PolicyFactory, SeatFactory
from tests.licenses.test_views import page_of, text

pytestmark = pytest.mark.django_db
A, B, C = "SERVER-A", "SERVER-B", "SERVER-C"
PAGES = ["license_key", "servers", "issued_of_license"]
OF_SEAT = ["deactivate", "machine_file"]


@pytest.fixture(autouse=True)
def this_year(production, cloud_license):
    """Ends in 60 days, so that the pages never age."""
    for license in (production, cloud_license):
        license.starts_on = timezone.localdate() - timedelta(days=300)
        license.ends_on = timezone.localdate() + timedelta(days=60)
        license.save()
        license.refresh_from_db()


def put_under(license, **rules):
    license.policy = PolicyFactory(**rules)
    license.save()
    return license


def start(license, server_id, **facts):
    return actions.activate_server(
        license=license, server_id=server_id, by=None, at=timezone.now(), facts=facts
    )


def with_key(license, server_id, by):
    at = timezone.now()
    key = actions.generate_key(license=license, server_id=server_id, by=by, at=at)
    return actions.activate_key(key=key, by=by, at=at)


def post(client, person, name, pk, **fields):
    client.force_login(person)
    return client.post(reverse(name, args=[pk]), fields)


def active(license):
    return set(license.seats.active().values_list("server_id", flat=True))


# Which servers hold it


@pytest.mark.parametrize("page", ["licenses:detail", "licenses:for_application"])
def test_every_server_is_shown_with_its_state(client, bob, production, page):
    put_under(production, is_floating=True, max_servers=3)
    start(production, A, hostname="rtm-app-01", platform="Linux", cores=8)
    with_key(production, B, bob)
    actions.deactivate_server(
        seat=with_key(production, C, bob).seat,
        by=bob,
        at=timezone.now(),
        reason="scrapped",
    )
    is_tab = page == "licenses:for_application"

    shown = text(
        page_of(
            client, bob, page, production.application.pk if is_tab else production.pk
        )
    )

    assert "3 of 3 servers taken" in shown
    assert "rtm-app-01, Linux, 8 cores" in shown
    assert "over the network" in shown
    assert "by Bob Weber" in shown
    assert "place taken until" in shown
    assert "scrapped" in shown


def test_a_move_under_way_names_the_server_that_still_runs(client, bob, production):
    """E15"""
    start(production, A)
    actions.generate_key(license=production, server_id=B, by=bob, at=timezone.now())

    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert f"from {A}, which runs until then" in shown
    assert "1 of 1 server taken" in shown


def test_a_silent_server_is_marked(client, bob, production):
    put_under(production, requires_heartbeat=True)
    SeatFactory(
        license=production, last_heartbeat_at=timezone.now() - timedelta(hours=1)
    )

    assert "Silent" in text(page_of(client, bob, "licenses:detail", production.pk))


def test_of_very_many_servers_the_page_shows_the_first(client, bob, production):
    put_under(production, is_floating=True, max_servers=None)
    SeatFactory.create_batch(25, license=production)

    shown = text(page_of(client, bob, "licenses:detail", production.pk))

    assert "25 servers" in shown
    assert shown.count("rtm-app-01</b>") == 20
    assert reverse("licenses:servers", args=[production.pk]) in shown
    everywhere = text(page_of(client, bob, "licenses:servers", production.pk))
    assert everywhere.count("rtm-app-01</b>") == 25


def test_who_may_not_make_keys_reads_and_changes_nothing(client, alice, production):
    seat = start(production, A)

    shown = text(page_of(client, alice, "licenses:detail", production.pk))

    assert A in shown
    assert reverse("licenses:deactivate", args=[seat.pk]) not in shown
    for name in OF_SEAT:
        assert page_of(client, alice, f"licenses:{name}", seat.pk).status_code == 403


def test_renewed_servers_with_an_old_file_are_named(client, bob, alice, production):
    seat = start(production, A)
    IssuedFileFactory(seat=seat, ends_on=production.ends_on)
    actions.renew_license(
        license=production,
        ends_on=production.ends_on + timedelta(days=365),
        by=None,
        at=timezone.now(),
    )

    shown = text(page_of(client, bob, "licenses:detail", production.pk))
    assert "one server still has a file that says" in shown
    assert f"fresh file for {A}" in shown
    assert reverse("licenses:machine_file", args=[seat.pk]) in shown
    shown = text(page_of(client, alice, "licenses:detail", production.pk))
    assert "A technical contact takes a fresh one" in shown

    IssuedFileFactory(seat=seat, ends_on=License.objects.get(pk=production.pk).ends_on)
    shown = text(page_of(client, bob, "licenses:detail", production.pk))
    assert "still has a file" not in shown


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (
            {"suspended_at": 1, "suspension_reason": "invoice 4711 is open"},
            ["is suspended since", "invoice 4711 is open", "Willem"],
        ),
        (
            {"revoked_at": 1, "revocation_reason": "contract dissolved"},
            ["is revoked since", "contract dissolved", "Willem"],
        ),
    ],
)
@pytest.mark.parametrize("page", ["licenses:detail", "licenses:for_application"])
def test_a_stopped_license_says_why_and_whom_to_ask(
    client, bob, production, states, words, page
):
    now = timezone.now()
    states = {name: now if value == 1 else value for name, value in states.items()}
    License.objects.filter(pk=production.pk).update(**states)
    is_tab = page == "licenses:for_application"

    shown = text(
        page_of(
            client, bob, page, production.application.pk if is_tab else production.pk
        )
    )

    assert [word for word in words if word not in shown] == []
    assert reverse("licenses:generate", args=[production.pk]) + '">' not in shown or (
        is_tab
    )


# Moving to other hardware


def generate(client, person, license, server_id, **more):
    return post(
        client, person, "licenses:generate", license.pk, server_id=server_id, **more
    )


def test_other_hardware_is_asked_about_first(client, bob, production):
    """E15: the old server runs until the new key is activated."""
    with_key(production, A, bob)

    shown = text(generate(client, bob, production, B))

    assert f"Move the license to {B}?" in shown
    assert "keeps running until you activate the new key" in shown
    assert "3 of 3 moves are left in these 365 days." in shown
    assert not production.seats.on_server(B).exists()


def test_a_confirmed_move_makes_the_key_and_leaves_the_old_one(client, bob, production):
    """E15"""
    old = with_key(production, A, bob).seat

    answer = generate(client, bob, production, B, step="move", replaces=old.pk)

    key = LicenseKey.objects.get(seat__server_id=B)
    assert answer.url == key.get_absolute_url()
    assert key.seat.replaces == old
    assert active(production) == {A}
    actions.activate_key(key=key, by=bob, at=timezone.now())
    assert active(production) == {B}


def test_of_several_servers_one_is_chosen(client, bob, production):
    put_under(production, floating=True)
    start(production, A)
    other = start(production, B)

    shown = generate(client, bob, production, C)
    assert shown.content.decode().count('type="radio"') == 2
    unchosen = generate(client, bob, production, C, step="move")
    assert "Choose the server that it takes over from." in text(unchosen)
    generate(client, bob, production, C, step="move", replaces=other.pk)

    assert Seat.objects.get(server_id=C).replaces == other


def test_a_server_of_another_license_is_no_choice(client, bob, production, acceptance):
    start(production, A)
    foreign = start(acceptance, B)

    answer = generate(client, bob, production, C, step="move", replaces=foreign.pk)

    assert "Choose another one" in text(answer)
    assert not Seat.objects.filter(server_id=C).exists()


def test_a_used_up_period_leads_to_a_ticket_and_support_moves_it(
    client, bob, stella, production
):
    put_under(production, moves_allowed=1)
    seat = start(production, A)
    generate(client, bob, production, B, step="move", replaces=seat.pk)
    moved = start(production, B)

    shown = text(generate(client, bob, production, C))
    assert "It may move once in 365 days, and has." in shown
    assert "The next move is possible on" in shown
    assert "Open a ticket" in shown
    assert "Generate key and move" not in shown
    refused = generate(client, bob, production, C, step="move", replaces=moved.pk)
    assert "as often as it may" in text(refused)

    shown = text(generate(client, stella, production, C))
    assert "The customer may not move it now; you may." in shown
    generate(client, stella, production, C, step="move", replaces=moved.pk)
    assert Seat.objects.get(server_id=C).replaces == moved


def test_a_license_tied_to_its_server_moves_by_support(client, bob, production):
    production.is_reassignable = False
    production.save()
    start(production, A)

    assert "This license stays on its server." in text(
        generate(client, bob, production, B)
    )


def test_a_server_with_a_place_is_asked_nothing(client, bob, production):
    with_key(production, A, bob)

    assert generate(client, bob, production, A).status_code == 302


def test_a_form_knows_the_server_that_its_link_names(client, bob, production):
    put_under(production, floating=True)
    with_key(production, A, bob)
    seat = with_key(production, B, bob).seat

    plain = page_of(client, bob, "licenses:generate", production.pk)
    named = page_of(
        client, bob, "licenses:generate", production.pk, query=f"?server={seat.pk}"
    )

    assert plain.context["form"].initial == {}
    assert named.context["form"].initial["server_id"] == B


# Giving a place back


def test_a_place_is_given_back_after_a_question(client, bob, production):
    seat = start(production, A)

    shown = text(page_of(client, bob, "licenses:deactivate", seat.pk))
    assert f"Take the license off {A}?" in shown
    assert "free at once" in shown
    assert "generate a key for this server again" in shown
    assert active(production) == {A}

    post(client, bob, "licenses:deactivate", seat.pk)
    assert active(production) == set()


def test_what_works_off_line_wants_a_reason(client, bob, production):
    seat = with_key(production, A, bob).seat

    shown = text(page_of(client, bob, "licenses:deactivate", seat.pk))
    assert "works without us until" in shown
    refused = post(client, bob, "licenses:deactivate", seat.pk, reason=" ")
    assert "Say why" in text(refused)
    assert active(production) == {A}

    post(client, bob, "licenses:deactivate", seat.pk, reason="scrapped")
    seat.refresh_from_db()
    assert (seat.reason, seat.held_until) == ("scrapped", production.expires_at)


def test_given_back_twice_is_said_and_harmless(client, bob, production):
    seat = start(production, A)
    post(client, bob, "licenses:deactivate", seat.pk)

    answer = post(client, bob, "licenses:deactivate", seat.pk)

    assert answer.url == production.get_absolute_url()


def test_a_key_for_the_same_server_undoes_it_and_is_no_move(client, bob, production):
    put_under(production, moves_allowed=0)
    seat = with_key(production, A, bob).seat
    post(client, bob, "licenses:deactivate", seat.pk, reason="by mistake")

    answer = generate(client, bob, production, A)

    assert answer.status_code == 302
    seat.refresh_from_db()
    assert (seat.is_waiting, seat.held_until) == (True, None)


def test_a_way_there_and_back_frees_no_place_that_a_key_still_holds(
    client, bob, production
):
    """Deactivated, undone, deactivated: the old key is still out there."""
    seat = with_key(production, A, bob).seat
    for _ in range(2):
        post(client, bob, "licenses:deactivate", seat.pk, reason="by mistake")
        generate(client, bob, production, A)

    post(client, bob, "licenses:deactivate", seat.pk, reason="by mistake")

    seat.refresh_from_db()
    assert seat.held_until == production.expires_at


def test_a_held_server_may_activate_itself_again(production, bob):
    seat = with_key(production, A, bob).seat
    actions.deactivate_server(seat=seat, by=bob, at=timezone.now(), reason="mistake")

    assert start(production, A) == seat
    assert active(production) == {A}


def test_support_frees_a_held_place(client, bob, stella, production):
    seat = with_key(production, A, bob).seat
    post(client, bob, "licenses:deactivate", seat.pk, reason="scrapped")

    assert post(client, bob, "licenses:free", seat.pk).status_code == 403
    shown = text(page_of(client, stella, "licenses:free", seat.pk))
    assert "scrapped" in shown
    post(client, stella, "licenses:free", seat.pk)

    seat.refresh_from_db()
    assert seat.held_until is None
    assert post(client, stella, "licenses:free", seat.pk).status_code == 302


# The license key


def test_the_license_key_is_made_by_a_button_and_shown_on_its_page(
    client, bob, production
):
    page = page_of(client, bob, "licenses:license_key", production.pk)
    assert "Make the license key" in text(page)
    production.refresh_from_db()
    assert production.encrypted_key is None

    post(client, bob, "licenses:license_key", production.pk)

    production.refresh_from_db()
    key = actions.license_key_of(production)
    page = page_of(client, bob, "licenses:license_key", production.pk)
    shown = text(page)
    assert key in shown
    assert "no-store" in page["Cache-Control"]
    assert key not in shown[: shown.index("</title>")]


def test_the_license_key_stands_on_no_other_page(client, bob, stella, production):
    key = actions.make_license_key(license=production, by=bob, at=timezone.now())
    seat = start(production, A)

    for person in (bob, stella):
        for name, pk in (
            ("licenses:detail", production.pk),
            ("licenses:for_application", production.application.pk),
            ("licenses:servers", production.pk),
            ("licenses:issued_of_license", production.pk),
            ("licenses:machine_file", seat.pk),
            ("licenses:generate", production.pk),
        ):
            assert key not in text(page_of(client, person, name, pk))


def test_who_may_not_make_keys_sees_no_license_key(client, alice, production):
    for answer in (
        page_of(client, alice, "licenses:license_key", production.pk),
        post(client, alice, "licenses:license_key", production.pk),
    ):
        assert answer.status_code == 403


def test_a_suspended_license_makes_no_key(client, bob, production):
    License.objects.update(suspended_at=timezone.now(), suspension_reason="unpaid")

    post(client, bob, "licenses:license_key", production.pk)

    production.refresh_from_db()
    assert production.encrypted_key is None


def test_the_key_of_a_revoked_license_is_not_shown(client, bob, production):
    key = actions.make_license_key(license=production, by=bob, at=timezone.now())
    License.objects.update(revoked_at=timezone.now(), revocation_reason="dissolved")

    assert key not in text(page_of(client, bob, "licenses:license_key", production.pk))


# Cloud


@pytest.mark.parametrize("who", ["dora", "alice", "stella"])
def test_cloud_has_none_of_these_pages(client, request, cloud_license, who):
    """E9: not even by address."""
    person = request.getfixturevalue(who)
    seat = SeatFactory(license=cloud_license)
    found = {
        page_of(client, person, f"licenses:{name}", pk).status_code
        for name, pk in [
            *((name, cloud_license.pk) for name in PAGES),
            *((name, seat.pk) for name in OF_SEAT),
            ("air_gap", cloud_license.application.pk),
            ("issued_of_application", cloud_license.application.pk),
        ]
    }

    assert found <= {403, 404}
    for name in OF_SEAT:
        assert post(client, person, f"licenses:{name}", seat.pk).status_code == 403
    assert (
        post(client, person, "licenses:license_key", cloud_license.pk).status_code
        == 403
    )
    assert seat.is_live
