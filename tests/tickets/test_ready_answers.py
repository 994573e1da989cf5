"""Ready answers: chosen on the page of a ticket, read and changed, then sent."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from tests.factories.apps import ApplicationFactory
from tests.factories.tickets import ReadyAnswerFactory, TicketFactory
from tickets.models import ReadyAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


@pytest.fixture
def ticket(acme, bob):
    app = ApplicationFactory(company=acme, name="Depot Control")
    return TicketFactory(application=app, opened_by=bob)


def page_of(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def typed(desk, ticket, **asked):
    page = desk.get(page_of(ticket), asked)
    assert page.status_code == 200
    return page.context_data["forms"]["answer"]["text"].value() or ""


def test_a_ready_answer_stands_in_the_field_with_what_is_known(desk, ticket, bob):
    text = "Dear {name},\n\n{ticket} is about {app}. Set {host} in the file."
    answer = ReadyAnswerFactory(text=text)

    words = typed(desk, ticket, ready=answer.pk)

    assert words == (
        f"Dear {bob.name},\n\n#{ticket.pk} is about Depot Control."
        " Set {host} in the file."
    )
    assert ticket.messages.count() == 0, "nothing is sent by choosing"


def test_on_a_general_matter_the_app_is_the_companys_name(desk, acme, bob):
    ticket = TicketFactory(general=True, opened_by=bob)
    answer = ReadyAnswerFactory(text="About {app}.")

    assert typed(desk, ticket, ready=answer.pk) == "About Acme."


@pytest.mark.parametrize("key", ["0", "zzz", "", "²", "9" * 30])
def test_a_ready_answer_that_is_not_there_leaves_the_field_empty(desk, ticket, key):
    ReadyAnswerFactory()

    assert typed(desk, ticket, ready=key) == ""


def test_those_in_the_readers_language_come_first(desk, ticket, bob):
    bob.language = "nl"
    bob.save()
    for name, language in (("Angle", "en"), ("Zon", "nl"), ("Appel", "nl")):
        ReadyAnswerFactory(name=name, language=language)

    shown = desk.get(page_of(ticket)).context_data["ready"]

    assert [answer.name for answer in shown] == ["Appel", "Zon", "Angle"]


def test_support_writes_its_ready_answers_itself(desk):
    address = reverse("admin:tickets_readyanswer_add")
    facts = {"name": "Logs", "language": "en", "text": "Please send the log file."}

    desk.post(address, facts)
    again = desk.post(address, facts).content.decode()

    assert ReadyAnswer.objects.get().text == "Please send the log file."
    assert "There is a ready answer with this name in this language." in again


def test_a_name_once_per_language():
    ReadyAnswerFactory(name="Logs", language="en")
    ReadyAnswerFactory(name="Logs", language="de")

    with pytest.raises(IntegrityError):
        ReadyAnswerFactory(name="Logs", language="en")
