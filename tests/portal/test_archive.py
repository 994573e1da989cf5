"""What the archive of a company's data holds, and what never gets into it."""

import csv
import io
import json
import re
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies import actions, audit
from companies.models import Archive, User
from companies.tables import PAGE
from companies.verbs import Verb
from portal import archive, tasks
from tests.factories.companies import (
    ClaimedDomainFactory,
    SecurityContactFactory,
    UserFactory,
)
from tests.factories.contacts import ConcernFactory, GrantFactory, ReviewFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.tickets import (
    AttachmentFactory,
    TicketFactory,
    TicketMessageFactory,
)
from tests.factories.world import make_world
from tickets.models import Attachment, Ticket, TicketMessage

pytestmark = pytest.mark.django_db

# What belongs to Globex, and what support keeps to itself.
STRANGERS = [
    *("Globex", "Charlie Novak", "charlie@", "Mill Monitor", "Mill stands still"),
    *("Globex Watch", "mill.log", "our machine halted"),
]
INTERNAL = ["Only we know.", "internal-plan.txt", "what we think of them"]
SECRET = ["password", "encrypted", "secret", "token", "seed", "session"]


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world():
    world = make_world(rows=2)
    _plant_strangers(world)
    return world


def _plant_strangers(world):
    """Beside Acme's rows lie those of Globex, and notes that support writes."""
    charlie = world.people.charlie
    SecurityContactFactory(
        company=world.globex,
        named_by=charlie,
        name="Globex Watch",
        email="watch@globex.example",
        confirmed=True,
    )
    mill = Ticket.objects.get(subject="Mill stands still")
    said = TicketMessageFactory(ticket=mill, text="our machine halted")
    AttachmentFactory(message=said, name="mill.log")
    shared = MaintenanceWindowFactory(title="Switch replaced")
    shared.touched.create(environment=mill.application.environments.first())
    shared.touched.create(environment=world.track.environments.first())
    actions.change_company(
        world.globex, by=world.people.stella, at=timezone.now(), name="Globex Ltd"
    )
    audit.record(
        company=world.acme,
        by=world.people.alice,
        verb=Verb.CONTACT_APPOINTED,
        thing=world.depot,
        new=world.people.bob,
        about=world.depot.pk,
    )
    ClaimedDomainFactory(company=world.acme, claimed_by=world.people.alice)
    for factory in (ReviewFactory, ConcernFactory):
        factory(application=world.depot, user=world.people.bob)
    GrantFactory(environment=world.environment, membership=world.membership)
    note = TicketMessage.objects.filter(is_internal=True, ticket=world.ticket).first()
    attachment = AttachmentFactory(message=note, name="internal-plan.txt")
    attachment.file.save("x", ContentFile(b"what we think of them"))


def made(company, by):
    """The archive of this company, as a downloaded zip."""
    archive_of = actions.ask_archive(company, by=by, at=timezone.now())
    tasks.make_archives()
    archive_of.refresh_from_db()
    assert archive_of.is_ready
    with archive_of.file.open() as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def all_of(zipped):
    """Every name and every content in one text."""
    contents = [zipped.read(name).decode("utf-8-sig") for name in zipped.namelist()]
    return "\n".join([*zipped.namelist(), *contents])


def rows(zipped, name):
    return json.loads(zipped.read(f"{name}.json"))


def test_nothing_of_another_company_is_in_it(world):
    """E25"""
    zipped = made(world.acme, world.people.alice)

    said = all_of(zipped)
    assert [word for word in STRANGERS if word in said] == []
    assert "Switch replaced" in said, "the shared window itself is there"
    foreign = made(world.globex, world.people.charlie)
    assert [word for word in STRANGERS if word not in all_of(foreign)] == []
    assert [word for word in world.words_of_acme if word in all_of(foreign)] == []


def test_no_internal_note_and_no_file_on_one_is_in_it(world):
    """E30"""
    said = all_of(made(world.acme, world.people.alice))

    assert [word for word in INTERNAL if word in said] == []
    assert "It does not work." in said


def test_an_external_is_named_on_the_team_and_nowhere_else(world):
    """E32, CO-08"""
    zipped = made(world.acme, world.people.alice)

    found = {n for n in zipped.namelist() if b"dora@globex.example" in zipped.read(n)}

    assert found == {"team_members.csv", "team_members.json"}


def test_no_secret_is_among_the_columns(world):
    world.people.alice.set_password("a sentence nobody guesses")
    world.people.alice.save()
    zipped = made(world.acme, world.people.alice)

    asked = {
        lookup
        for table in archive.tables(world.acme)
        for lookup in table.columns.values()
        if not lookup.startswith("is_")  # whether a file was encrypted is no secret
    }

    assert [one for one in asked if any(word in one for word in SECRET)] == []
    said = all_of(zipped)
    for person in User.objects.all():
        assert person.password not in said or not person.password
    assert bytes(world.key.encrypted_text).hex() not in said
    assert world.key.fingerprint in said, "facts of keys are there"


def test_everything_of_acme_is_in_it_twice(world):
    zipped = made(world.acme, world.people.alice)

    assert zipped.testzip() is None
    for table in archive.tables(world.acme):
        expected = table.rows.count()
        text = zipped.read(f"{table.name}.csv").decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(lines) == len(rows(zipped, table.name)) == expected, table.name
        assert all(set(line) == set(table.columns) for line in lines)
        assert expected, f"{table.name}: the test would see nothing"


def test_the_rows_say_what_the_portal_says(world):
    zipped = made(world.acme, world.people.alice)

    people = {row["email"]: row for row in rows(zipped, "people")}
    assert people["alice@acme.example"]["is_company_admin"] is True
    assert "Depot Control" in {row["name"] for row in rows(zipped, "applications")}
    (ticket,) = (r for r in rows(zipped, "tickets") if r["number"] == world.ticket.pk)
    assert ticket["subject"] == "Empty plans"
    assert ticket["opened_at"] == world.ticket.opened_at.isoformat()
    contacts = {row["email"] for row in rows(zipped, "technical_contacts")}
    assert "bob@acme.example" in contacts
    offers = {row["state"] for row in rows(zipped, "handovers")}
    assert {"offered", "declined"} <= offers


def test_messages_come_in_the_order_they_were_written(world):
    """Of each ticket, so that a thread can be read from top to bottom."""
    found = rows(made(world.acme, world.people.alice), "ticket_messages")

    written = [(row["ticket"], row["at"]) for row in found]
    assert written == sorted(written)


def test_files_of_tickets_are_in_it_under_names_that_lead_nowhere(world):
    """E31"""
    wicked = AttachmentFactory(
        message=world.attachment.message, name="../../etc/pass wd?"
    )
    dots = AttachmentFactory(message=world.attachment.message, name="..")

    zipped = made(world.acme, world.people.alice)

    files = {name for name in zipped.namelist() if name.startswith("files/")}
    shown = Attachment.objects.filter(
        message__ticket__company=world.acme, message__is_internal=False
    )
    assert len(files) == shown.count()
    folder = f"files/{world.ticket.pk}"
    assert f"{folder}/{wicked.pk}-....etcpass_wd" in files
    assert f"{folder}/{dots.pk}-file" in files
    assert all(re.fullmatch(r"files/\d+/[\w.-]+", name) for name in files)
    place = f"{folder}/{world.attachment.pk}-optimiser.log"
    assert zipped.read(place) == b"06:00 empty plan"


def test_a_lost_file_is_named_and_stops_nothing(world):
    lost = world.attachment
    lost.file.storage.delete(lost.file.name)

    zipped = made(world.acme, world.people.alice)

    readme = zipped.read("README.txt").decode()
    assert f"files/{world.ticket.pk}/{lost.pk}-optimiser.log" in readme


def test_a_spreadsheet_runs_nothing_of_it(world):
    Ticket.objects.filter(pk=world.ticket.pk).update(subject="=1+1")

    zipped = made(world.acme, world.people.alice)

    assert "'=1+1" in zipped.read("tickets.csv").decode()
    assert "=1+1" in {row["subject"] for row in rows(zipped, "tickets")}


def test_the_readme_explains_every_table_and_counts_its_rows(world):
    """In the words of whoever asked, with signs as they are."""
    world.acme.name = "Acme & Sons"
    world.acme.save()
    zipped = made(world.acme, world.people.alice)

    readme = zipped.read("README.txt").decode()

    assert readme.startswith("All data of Acme & Sons in the Aldwick customer portal")
    assert "Asked for by Alice Moreau" in readme
    for table in archive.tables(world.acme):
        assert f"{table.name} ({table.rows.count()})\n    {table.what}" in readme
    assert "missing:" not in readme


# Size


def test_thousands_of_rows_are_read_by_the_page(acme, alice):
    """As many statements as there are pages, and never more rows at once."""
    TicketFactory.create_batch(3, general=True, opened_by=alice)
    few = _asked_for(acme, alice)
    first = Ticket.objects.first()
    TicketMessage.objects.bulk_create(
        TicketMessage(ticket=first, author=alice, text=f"No {number}")
        for number in range(6 * PAGE)
    )

    many = _asked_for(acme, alice)

    # Six pages, each read for CSV and for JSON, and the progress noted after each.
    assert len(many) - len(few) == 2 * (6 + 6)
    big = [
        sql for sql in many if 'FROM "tickets_ticketmessage"' in sql and "LIMIT" in sql
    ]
    assert len(big) == 2 * 7
    assert all(f"LIMIT {PAGE}" in sql for sql in big)


def _asked_for(company, by):
    actions.ask_archive(company, by=by, at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        tasks.make_archives()
    assert Archive.objects.of(company).unfinished().count() == 0
    return [query["sql"] for query in asked]


def test_it_is_written_as_it_is_read(acme, alice, monkeypatch):
    """No part waits in memory for the whole: pages leave before the next is read."""
    UserFactory.create_batch(4, company=acme)
    monkeypatch.setattr("companies.tables.PAGE", 2)
    held = actions.ask_archive(acme, by=alice, at=timezone.now())
    told = []
    keep = actions.hold_archive

    def noted(row, *, done, total, at):
        told.append((done, total))
        return keep(row, done=done, total=total, at=at)

    monkeypatch.setattr(actions, "hold_archive", noted)
    tasks.make_archives()

    steps = [done for done, _total in told]
    assert steps == sorted(steps)
    assert (
        max(after - before for before, after in zip(steps, steps[1:], strict=False))
        <= 2
    )
    assert len({total for _done, total in told}) == 1
    held.refresh_from_db()
    assert (held.done, held.total) == told[-1]
    assert held.done == held.total
