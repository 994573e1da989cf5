"""The archive of a company's data: asked for, taken in hand, ended, removed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import actions, tasks
from companies.actions.archives import HELD, TRIES
from companies.models import ActivityEntry, Archive
from companies.verbs import Verb
from outbox.models import Message
from portal import archive as roof
from portal.tasks import make_archives
from tests.factories.companies import UserFactory

PASSWORD = "a sentence nobody guesses"
PAGE = reverse("companies:archive")
ASK = reverse("companies:ask_archive")
State = Archive.State


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def browser_of(person):
    """Signed in, and the password shown once more."""
    client = Client()
    client.force_login(person)
    person.set_password(PASSWORD)
    person.save()
    client.force_login(person)
    actions.confirm_address(person, at=timezone.now())
    page = reverse("account_reauthenticate")
    client.post(f"{page}?next={PAGE}", {"password": PASSWORD})
    return client


@pytest.fixture
def browser(alice):
    return browser_of(alice)


def asked(alice, at=None):
    return actions.ask_archive(alice.company, by=alice, at=at or timezone.now())


def made(alice):
    archive = asked(alice)
    make_archives()
    archive.refresh_from_db()
    return archive


def said(answer):
    return " ".join(answer.content.decode().split())


def letters(name):
    return Message.objects.filter(template=f"companies/emails/{name}")


# Asked for


def test_it_is_asked_for_with_the_password_shown_once_more(client, alice):
    """PE-05"""
    client.force_login(alice)

    answer = client.post(ASK)

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Archive.objects.exists()


def test_asked_for_watched_and_downloaded(browser, alice):
    question = browser.get(ASK)
    assert "Make an archive of all data of Acme?" in said(question)
    assert not Archive.objects.exists()
    answer = browser.post(ASK, follow=True)
    assert "We write to you when it is ready" in said(answer)
    assert "Waiting" in said(answer)

    make_archives()

    page = browser.get(PAGE)
    assert "Ready" in said(page)
    archive = Archive.objects.get()
    told = letters("archive_ready").get()
    assert told.recipient == alice.email
    assert PAGE in told.text
    file = browser.post(archive.get_absolute_url())
    assert file["Content-Type"] == "application/zip"
    assert file["Content-Disposition"].startswith('attachment; filename="Acme 20')
    assert file["Cache-Control"] == "private, no-store"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert len(file.getvalue()) == archive.size


def test_the_log_says_who_asked_and_who_downloaded(browser, alice):
    archive = made(alice)
    browser.post(archive.get_absolute_url()).getvalue()

    found = ActivityEntry.objects.order_by("pk").values_list("actor", "verb")

    assert [one for one in found if one[1].startswith("archive")] == [
        ("Alice Moreau", Verb.ARCHIVE_ASKED),
        ("Alice Moreau", Verb.ARCHIVE_DOWNLOADED),
    ]


def test_one_at_a_time(browser, alice):
    asked(alice)

    answer = browser.post(ASK)

    assert "An archive is being made already." in said(answer)
    assert Archive.objects.count() == 1


@pytest.mark.parametrize("state", Archive.UNFINISHED)
def test_the_database_holds_one_at_a_time_too(alice, state):
    asked(alice)

    with pytest.raises(IntegrityError), transaction.atomic():
        Archive.objects.create(company=alice.company, asked_by=alice, state=state)


def test_what_has_ended_must_go_some_day(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        Archive.objects.create(company=alice.company, asked_by=alice, state=State.READY)


# Who may


def test_only_admins_of_the_company_ask(alice, bob, charlie, stella):
    """PE-02"""
    for person in (bob, charlie, stella):
        with pytest.raises(PermissionDenied):
            actions.ask_archive(alice.company, by=person, at=timezone.now())

    assert not Archive.objects.exists()


@pytest.mark.parametrize("who", ["bob", "charlie", "stella", "dora"])
def test_the_file_does_not_exist_for_others(request, alice, who):
    """E25: a member, another company's admin, vendor staff, a guest."""
    archive = made(alice)
    person = browser_of(request.getfixturevalue(who))

    assert person.post(archive.get_absolute_url()).status_code == 404


def test_an_admin_who_is_one_no_longer_gets_no_file(alice):
    other = UserFactory(company=alice.company, admin=True)
    archive, client = made(alice), browser_of(other)
    type(other).objects.filter(pk=other.pk).update(is_company_admin=False)

    assert client.post(archive.get_absolute_url()).status_code == 404
    assert client.get(PAGE).status_code == 403


def test_another_admin_may_download_what_alice_asked_for(alice):
    other = UserFactory(company=alice.company, admin=True)

    answer = browser_of(other).post(made(alice).get_absolute_url())

    assert answer.status_code == 200
    assert answer.getvalue()


def test_the_file_asks_for_the_password_once_more(client, alice):
    """PE-05"""
    archive = made(alice)
    client.force_login(alice)

    answer = client.post(archive.get_absolute_url())

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_link_alone_downloads_nothing(browser, alice):
    """A GET changes nothing, and a download is noted."""
    archive = made(alice)

    assert browser.get(archive.get_absolute_url()).status_code == 405
    assert not ActivityEntry.objects.filter(verb=Verb.ARCHIVE_DOWNLOADED).exists()


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING, State.FAILED])
def test_only_what_is_ready_has_a_file(browser, alice, state):
    archive = asked(alice)
    Archive.objects.filter(pk=archive.pk).update(state=state, lapses_at=timezone.now())

    assert browser.post(archive.get_absolute_url()).status_code == 404


# Taken in hand


def test_two_workers_do_not_make_the_same(alice, charlie):
    """The second finds it held; nor does it begin another company's meanwhile."""
    at = timezone.now()
    first = asked(alice, at=at)
    actions.ask_archive(charlie.company, by=charlie, at=at)

    taken = actions.take_archive(at=at)

    assert taken == first
    assert actions.take_archive(at=at) is None


def test_the_oldest_is_made_first_and_then_the_next(alice, charlie):
    at = timezone.now()
    second = actions.ask_archive(charlie.company, by=charlie, at=at)
    first = asked(alice, at=at - timedelta(minutes=1))

    make_archives()

    for archive in (first, second):
        archive.refresh_from_db()
        assert archive.is_ready
    assert first.ended_at < second.ended_at


def test_a_crash_leaves_it_to_the_next_sweep(alice, monkeypatch):
    archive = asked(alice)
    monkeypatch.setattr(roof.Writer, "write", _dies)
    make_archives()
    archive.refresh_from_db()
    assert (archive.state, archive.tries) == (State.RUNNING, 1)
    left = archive.place(1)
    assert default_storage.exists(left)
    monkeypatch.undo()

    make_archives()
    archive.refresh_from_db()
    assert archive.state == State.RUNNING, "held, as far as anybody knows"
    _let_the_time_pass(archive)
    make_archives()

    archive.refresh_from_db()
    assert (archive.state, archive.tries) == (State.READY, 2)
    assert archive.file.name == archive.place(2)
    assert not default_storage.exists(left)


def _dies(self, out):
    out.write(b"half of a zip")
    raise OSError("no space left")


def _let_the_time_pass(archive):
    Archive.objects.filter(pk=archive.pk).update(held_until=timezone.now())


def test_after_some_tries_it_fails_and_alice_is_told(browser, alice, monkeypatch):
    archive = asked(alice)
    monkeypatch.setattr(roof.Writer, "write", _dies)
    for _ in range(TRIES + 1):
        make_archives()
        _let_the_time_pass(archive)

    archive.refresh_from_db()
    assert (archive.state, archive.tries) == (State.FAILED, TRIES)
    assert letters("archive_failed").get().recipient == alice.email
    page = said(browser.get(PAGE))
    assert "It could not be made" in page
    assert "Make a new archive" in page


def test_a_worker_that_was_too_slow_changes_nothing_any_more(alice):
    at = timezone.now()
    asked(alice, at=at)
    slow = actions.take_archive(at=at)
    late = at + HELD
    quick = actions.take_archive(at=late)

    assert not actions.hold_archive(slow, done=1, total=2, at=late)
    assert not actions.finish_archive(slow, size=1, at=late)
    assert actions.hold_archive(quick, done=1, total=2, at=late)
    assert slow.place(1) != quick.file.name
    assert not letters("archive_ready").exists()


def test_a_worker_that_lost_it_stops_writing(alice, monkeypatch):
    archive = asked(alice)
    monkeypatch.setattr(actions, "hold_archive", lambda *a, **k: False)

    assert roof.make_next(clock=timezone.now)

    archive.refresh_from_db()
    assert archive.state == State.RUNNING
    assert not letters("archive_ready").exists()


def test_every_page_of_rows_keeps_it_in_hand(alice):
    at = timezone.now()
    asked(alice, at=at)
    archive = actions.take_archive(at=at)
    later = at + HELD - timedelta(seconds=1)

    actions.hold_archive(archive, done=500, total=900, at=later)

    assert actions.take_archive(at=at + HELD) is None
    archive.refresh_from_db()
    assert (archive.done, archive.total) == (500, 900)


def test_the_page_says_how_far_it_is(browser, alice):
    asked(alice)
    archive = actions.take_archive(at=timezone.now())
    actions.hold_archive(archive, done=500, total=2000, at=timezone.now())

    page = said(browser.get(PAGE))

    assert "Being made" in page
    assert "500 of 2000 entries" in page
    assert "Look again" in page


def test_nobody_is_told_who_may_no_longer_have_it(alice):
    archive = asked(alice)
    type(alice).objects.filter(pk=alice.pk).update(is_company_admin=False)

    make_archives()

    archive.refresh_from_db()
    assert archive.is_ready
    assert not letters("archive_ready").exists()


# Removed


def test_it_lies_there_for_seven_days(browser, alice, settings):
    archive = made(alice)
    assert archive.lapses_at - archive.ended_at == timedelta(days=7)
    place = archive.file.name

    assert actions.purge_archives(at=archive.lapses_at - timedelta(seconds=1)) == 0
    assert default_storage.exists(place)
    assert actions.purge_archives(at=archive.lapses_at) == 1

    assert not default_storage.exists(place)
    assert not Archive.objects.exists()
    assert browser.post(archive.get_absolute_url()).status_code == 404


def test_the_time_is_a_setting(alice, settings):
    settings.ARCHIVE_DAYS = 2
    archive = made(alice)

    assert archive.lapses_at - archive.ended_at == timedelta(days=2)


def test_what_is_over_is_not_shown_though_the_clock_has_not_come(browser, alice):
    archive = made(alice)
    Archive.objects.filter(pk=archive.pk).update(lapses_at=timezone.now())

    assert "No archive yet" in said(browser.get(PAGE))
    assert browser.post(archive.get_absolute_url()).status_code == 404


def test_a_new_one_takes_the_place_of_the_one_before(alice):
    earlier = made(alice)
    later = made(alice)

    tasks.purge_archives()

    assert Archive.objects.get() == later
    assert not default_storage.exists(earlier.file.name)
    assert default_storage.exists(later.file.name)


def test_a_file_that_is_gone_is_a_404(browser, alice):
    archive = made(alice)
    default_storage.delete(archive.file.name)

    assert browser.post(archive.get_absolute_url()).status_code == 404
