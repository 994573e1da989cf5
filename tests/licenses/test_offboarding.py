"""The end of an environment, of the last one with its app, and taking it back."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.models import Application, Environment
from companies.models import ActivityEntry
from contacts.models import Handover
from licenses import actions
from licenses.models import ExpansionRequest, License, LicenseKey
from outbox.models import Message
from tests.factories.contacts import HandoverFactory
from tests.factories.licenses import ExpansionRequestFactory, LicenseKeyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def end(production, acceptance, bob, at):
    """Ends the environment of a license; by Bob, its contact, unless another does."""

    def ended(license=production, by=bob, **facts):
        return actions.offboard_environment(
            environment=Environment.objects.get(license=license),
            by=by,
            at=at,
            **facts,
        )

    return ended


def told(template):
    rows = Message.objects.filter(template=template)
    return sorted(rows.values_list("recipient", flat=True))


ENDED = "licenses/emails/environment_offboarded"
APP_ENDED = "contacts/emails/offboarded"
BACK = "licenses/emails/environment_brought_back"


# One of several


def test_an_environment_ends_with_its_license(end, production, depot, at):
    """LI-29: off-boards that environment, and no other."""
    end()

    license = License.objects.get(pk=production.pk)
    assert license.environment.offboarded_at == at
    assert license.is_offboarded
    assert license.standing(license.company.today(at)).state_code == "license.ended"
    assert License.objects.live().count() == 1
    depot.refresh_from_db()
    assert depot.offboarded_at is None


def test_its_keys_speak_for_it_no_more(end, production):
    LicenseKeyFactory(license=production, in_use=True)
    assert LicenseKey.objects.speaking().count() == 1

    end()

    assert LicenseKey.objects.speaking().count() == 0


def test_its_reminders_stop(end, production, at):
    """E10: none for what is off-boarded."""
    end()
    Message.objects.all().delete()

    actions.remind_of_renewal(at=at)

    letters = Message.objects.filter(template="licenses/emails/renewal_reminder")
    assert [str(production) in row.text for row in letters] == [False, False]


def test_the_others_hear_of_it(end, alice, willem):
    """Bob did it; Priya is contact, Alice is admin, Willem the account executive."""
    end()

    assert told(ENDED) == [
        "alice@acme.example",
        "priya@acme.example",
        "willem@aldwick.example",
    ]
    letter = Message.objects.filter(template=ENDED).first()
    assert letter.subject == "Off-boarded: production of Depot Control"
    assert "Bob Weber has off-boarded production" in letter.text
    assert "60 more days" in letter.text


def test_it_stands_in_the_activity(end, depot, bob):
    end()

    entry = ActivityEntry.objects.get(verb="environment_offboarded")
    assert (entry.about, entry.actor) == (depot.pk, "Bob Weber")
    assert entry.thing == "Depot Control, production"


def test_what_was_asked_for_it_is_withdrawn(end, production, willem):
    ExpansionRequestFactory(license=production, executive=willem)

    end()

    row = ExpansionRequest.objects.get()
    assert (row.state, row.answer) == ("withdrawn", "The environment was off-boarded.")
    assert told("licenses/emails/expansion_withdrawn") == [willem.email]


def test_a_second_time_is_refused(end):
    end()

    with pytest.raises(ValidationError, match="off-boarded already"):
        end()


@pytest.mark.parametrize("who", ["alice", "dora", "charlie"])
def test_only_contacts_and_staff_end_anything(request, end, who):
    """TC-32: request and confirm off-boarding; not even a company admin."""
    with pytest.raises(PermissionDenied):
        end(by=request.getfixturevalue(who))

    assert Environment.objects.live().count() == 2


def test_staff_end_it_at_the_desk(end, stella):
    end(by=stella)

    assert "bob@acme.example" in told(ENDED)


def test_an_environment_without_a_license_ends_too(end, depot, bob, at):
    place = depot.environments.create(name="sandbox", purpose="test")

    actions.offboard_environment(environment=place, by=bob, at=at)

    assert told(ENDED)


# The last one


def test_the_last_environment_needs_a_second_confirmation(end, acceptance, depot):
    """E13, LI-29: the last license deleted off-boards the app after confirmation."""
    end()

    with pytest.raises(ValidationError, match="the app ends with it"):
        end(acceptance)
    depot.refresh_from_db()
    assert depot.offboarded_at is None

    end(acceptance, with_application=True)

    depot.refresh_from_db()
    assert depot.state == Application.State.OFFBOARDED


def test_the_app_ends_with_its_handovers_and_one_letter_each(
    end, acceptance, depot, bob, priya, alice, dora
):
    """E13: nobody has two letters about one change."""
    handover = HandoverFactory(application=depot, from_user=bob, to_user=dora)
    end()
    Message.objects.all().delete()

    end(acceptance, with_application=True)

    handover.refresh_from_db()
    assert handover.state == Handover.State.CANCELLED
    assert told(APP_ENDED) == ["alice@acme.example", "priya@acme.example"]
    assert told(ENDED) == ["willem@aldwick.example"]


def test_confirming_the_app_too_early_ends_one_environment(end, depot):
    """The second word counts only where the first makes it the last."""
    end(with_application=True)

    depot.refresh_from_db()
    assert depot.offboarded_at is None


@pytest.mark.django_db(transaction=True)
def test_two_who_end_the_last_two_do_not_end_the_app_unasked(
    production, acceptance, depot, bob, at
):
    """E13: each thinks the other one stays; exactly one is asked again."""
    barrier, refused = threading.Barrier(2), []

    def run(license):
        environment = Environment.objects.get(license=license)
        barrier.wait()
        try:
            actions.offboard_environment(environment=environment, by=bob, at=at)
        except ValidationError as refusal:
            refused.append(refusal.messages[0])
        connection.close()

    threads = [
        threading.Thread(target=run, args=[one]) for one in (production, acceptance)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert "the app ends with it" in refused[0]
    assert Environment.objects.live().count() == 1
    depot.refresh_from_db()
    assert depot.offboarded_at is None


# Back again


def back(license, by, at):
    environment = Environment.objects.get(license=license)
    return actions.bring_back_environment(environment=environment, by=by, at=at)


def test_support_brings_it_back_within_the_kept_days(end, production, stella, at):
    """LI-25: as long as the data is kept."""
    LicenseKeyFactory(license=production, in_use=True)
    end()

    back(production, stella, at + timedelta(days=59, hours=23))

    assert LicenseKey.objects.speaking().count() == 1
    assert License.objects.live().count() == 2
    assert "bob@acme.example" in told(BACK)
    assert ActivityEntry.objects.filter(verb="environment_brought_back").count() == 1


def test_after_the_kept_days_nothing_comes_back(end, production, stella, at):
    end()

    with pytest.raises(ValidationError, match="kept for 60 days"):
        back(production, stella, at + timedelta(days=60))


def test_the_app_comes_back_with_its_environment(
    end, production, acceptance, depot, stella, at
):
    end()
    end(acceptance, with_application=True)

    back(acceptance, stella, at + timedelta(days=1))

    depot.refresh_from_db()
    assert depot.state == Application.State.DELIVERED
    assert list(License.objects.live()) == [acceptance]


def test_customers_bring_nothing_back(end, production, bob, at):
    end()

    with pytest.raises(PermissionDenied):
        back(production, bob, at)


def test_what_never_ended_does_not_come_back(production, stella, at):
    with pytest.raises(ValidationError, match="is not off-boarded"):
        back(production, stella, at)


def test_ended_again_is_told_again(end, production, stella, at, bob):
    end()
    back(production, stella, at)
    later = at + timedelta(days=2)

    actions.offboard_environment(
        environment=Environment.objects.get(license=production), by=bob, at=later
    )

    assert told(ENDED).count("priya@acme.example") == 2


# Pages


@pytest.fixture
def page(client, bob, production, acceptance):
    client.force_login(bob)
    return reverse("licenses:offboard", args=[production.environment_id])


def test_the_page_says_what_will_happen(client, page, production):
    said = client.get(page).content.decode()

    assert "Off-board production of Depot Control?" in said
    assert str(production) in said
    assert "Tickets, maintenance and the history stay readable." in said
    assert Environment.objects.live().count() == 2


def test_production_is_confirmed_by_its_name(client, page):
    wrong = client.post(page, {"name": "Production "})
    assert "This is not the name of the environment." in wrong.content.decode()
    assert Environment.objects.live().count() == 2

    client.post(page, {"name": "production"})

    assert Environment.objects.live().count() == 1


def test_any_other_environment_is_confirmed_by_the_button(client, page, acceptance):
    Environment.objects.filter(license=acceptance).update(purpose="acceptance")
    address = reverse("licenses:offboard", args=[acceptance.environment_id])

    answer = client.post(address, {"confirmed": "yes"})

    assert answer["Location"] == acceptance.get_absolute_url()
    assert Environment.objects.live().count() == 1


def test_the_last_one_asks_twice(client, page, end, acceptance, depot):
    """E13"""
    end(acceptance)

    first = client.post(page, {"name": "production"})
    said = first.content.decode()
    assert "Off-board Depot Control as a whole?" in said
    assert Environment.objects.live().count() == 1

    wrong = client.post(page, {"name": "production", "application": "Depot"})
    assert "This is not the name of the app." in wrong.content.decode()
    assert Environment.objects.live().count() == 1

    answer = client.post(page, {"name": "production", "application": "Depot Control"})
    assert answer.status_code == 302
    depot.refresh_from_db()
    assert depot.offboarded_at


def test_the_second_answer_alone_ends_nothing(client, page, end, acceptance):
    """E13: whoever forges the second page has not answered the first."""
    end(acceptance)

    client.post(page, {"application": "Depot Control"})

    assert Environment.objects.live().count() == 1


@pytest.mark.parametrize("who", ["alice", "dora"])
def test_the_page_is_not_for_others(client, page, request, who, depot):
    person = request.getfixturevalue(who)
    depot.memberships.get_or_create(user=person)
    client.force_login(person)

    assert client.get(page).status_code == 403
    assert client.post(page, {"name": "production"}).status_code == 403
    assert Environment.objects.live().count() == 2


def test_what_has_ended_leads_to_its_license(client, page, end, production):
    end()

    assert client.get(page)["Location"] == production.get_absolute_url()


def test_the_license_page_leads_there(client, page, production):
    assert page in client.get(production.get_absolute_url()).content.decode()


def test_the_license_page_of_an_ended_one_says_since_when(
    client, page, end, production, stella
):
    end()
    way_back = reverse("licenses:bring_back", args=[production.environment_id])

    said = client.get(production.get_absolute_url()).content.decode()
    assert "This environment was off-boarded on" in said
    assert way_back not in said

    client.force_login(stella)
    said = client.get(production.get_absolute_url()).content.decode()
    assert way_back in said


def test_staff_bring_it_back_by_a_button(client, end, production, stella):
    end()
    Environment.objects.exclude(offboarded_at=None).update(offboarded_at=timezone.now())
    client.force_login(stella)
    address = reverse("licenses:bring_back", args=[production.environment_id])

    client.get(address)
    assert Environment.objects.live().count() == 1

    client.post(address)
    assert Environment.objects.live().count() == 2
