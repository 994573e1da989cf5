"""Pages of tickets: what they show, to whom, and what they refuse."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from outbox.models import Message
from tests.factories.apps import ApplicationFactory
from tests.factories.tickets import (
    AttachmentFactory,
    TicketFactory,
    TicketMessageFactory,
)
from tests.tickets.conftest import after
from tickets import actions, opening
from tickets.models import Ticket

LIST = reverse("tickets:list")
NEW = reverse("tickets:new")


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def page(client, url, **data):
    response = client.get(url, data)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    return " ".join(html.split())


def filled_in(**changes):
    return {
        "kind": "incident",
        "application": "",
        "environment": "",
        "subject": "Route optimiser returns empty plans",
        "text": "Since 06:00 the plans are empty.",
        "impact": "1",
        "urgency": "1",
        "form_token": str(uuid.uuid4()),
    } | changes


# The list


def test_the_list_shows_open_tickets_with_their_clock(as_bob, ticket):
    html = page(as_bob, LIST)

    assert "Route optimiser returns empty plans" in html
    assert f"#{ticket.pk}, incident" in html
    assert 'class="clock' in html
    assert "Fleet Planner" in html


def test_the_tabs_part_and_count_the_tickets(as_bob, ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    assert ticket.subject not in page(as_bob, LIST)
    assert ticket.subject in page(as_bob, LIST, state="solved")
    assert ticket.subject in page(as_bob, LIST, state="all")
    assert ticket.subject not in page(as_bob, LIST, state="waiting")
    assert 'Solved <span class="tab-count">1</span>' in page(as_bob, LIST)
    assert 'Open <span class="tab-count">0</span>' in page(as_bob, LIST)


def test_the_most_urgent_stand_first_and_the_paused_last(as_bob, fleet):
    TicketFactory(application=fleet, subject="Third", due_at=None)
    TicketFactory(application=fleet, subject="Second", due_at=after(hours=2))
    TicketFactory(application=fleet, subject="First", due_at=after(hours=1))

    html = page(as_bob, LIST)

    assert html.index("First") < html.index("Second") < html.index("Third")


def test_the_other_tabs_are_newest_first(as_bob, fleet):
    TicketFactory(application=fleet, subject="Older", solved=True)
    TicketFactory(application=fleet, subject="Newer", solved=True)

    html = page(as_bob, LIST, state="solved")

    assert html.index("Newer") < html.index("Older")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"q": "optimiser"}, True),
        ({"q": "weber"}, True),
        ({"q": "billing"}, False),
        ({"kind": "incident"}, True),
        ({"kind": "change"}, False),
        ({"priority": "2"}, True),
        ({"priority": "1"}, False),
        ({"application": str(uuid.uuid4())}, False),
        ({"kind": "nonsense", "priority": "x"}, True),
    ],
)
def test_search_and_filters(as_bob, ticket, address, found):
    assert (ticket.subject in page(as_bob, LIST, **address)) is found


def test_a_filter_by_app_is_named_and_can_be_removed(as_bob, ticket, fleet):
    html = page(as_bob, LIST, application=fleet.pk, q="optimiser")

    assert "Remove filter Fleet Planner" in html
    assert 'href="?q=optimiser"' in html


def test_an_app_one_may_not_see_is_not_named(client, ticket, fleet, charlie):
    client.force_login(charlie)

    html = page(client, LIST, application=fleet.pk)

    assert "Fleet Planner" not in html
    assert "No ticket matches" in html


def test_a_stranger_sees_none_of_it(client, ticket, charlie):
    """E25"""
    client.force_login(charlie)

    html = page(client, LIST, state="all")

    assert ticket.subject not in html
    assert 'All <span class="tab-count">0</span>' in html


def test_somebody_of_another_company_sees_that_app_only(
    client, ticket, open_ticket, depot, dora
):
    """E32"""
    open_ticket(application=depot, subject="Scale driver")
    client.force_login(dora)

    html = page(client, LIST)

    assert ticket.subject in html
    assert "Scale driver" not in html


@pytest.mark.parametrize("state", ["open", "waiting", "solved", "all"])
def test_empty_lists_say_what_would_be_here(as_bob, state):
    html = page(as_bob, LIST, state=state)

    assert 'class="empty"' in html


def test_support_reads_whom_a_ticket_waits_for(client, ticket, stella, bob):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))

    client.force_login(bob)
    assert "</svg>Waiting for you</span>" in page(client, LIST)
    client.force_login(stella)
    html = page(client, LIST)
    assert "Waiting for you" not in html
    assert "</svg>Waiting for the customer</span>" in html
    assert "<small>Acme</small>" in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(
    as_bob, open_ticket, count, django_assert_num_queries
):
    for _ in range(count):
        open_ticket()
    as_bob.get(LIST)

    # The person, the sidebar, the tabs, the rows, the holidays.
    with django_assert_num_queries(5):
        as_bob.get(LIST)


def test_pages_lead_to_each_other(as_bob, fleet):
    for number in range(51):
        TicketFactory(application=fleet, subject=f"Ticket {number:02}")

    first = as_bob.get(LIST, {"state": "all"})
    second = page(as_bob, LIST + first.context["page"].next)

    assert "Ticket 50" in first.content.decode()
    assert "Ticket 00" not in first.content.decode()
    assert "Ticket 00" in second
    assert "51 to 51 of 51" in words(second)


# One ticket


def test_the_page_of_a_ticket(as_bob, ticket):
    html = page(as_bob, ticket.get_absolute_url())

    assert "Since 06:00 the plans are empty." in html
    assert "many are affected and work has stopped" in html
    assert "First response" in html
    assert "agreed: 2 h" in html
    assert "(this ticket)" in html


def test_answers_of_the_vendor_stand_out(as_bob, ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(hours=1))

    html = page(as_bob, ticket.get_absolute_url())

    assert html.count('class="msg msg-vendor"') == 1
    assert "Stella Brandt took the ticket" in html
    assert "Stella Brandt works on it" not in html


def test_customers_do_not_see_internal_notes(client, ticket, stella, bob, alice):
    """E30"""
    actions.note(ticket=ticket, by=stella, text="Looks odd.", at=after(hours=1))

    for reader, shown in ((bob, False), (alice, False), (stella, True)):
        client.force_login(reader)
        assert ("Looks odd." in page(client, ticket.get_absolute_url())) is shown


def test_what_is_typed_is_shown_as_text(as_bob, open_ticket):
    """E31"""
    ticket = open_ticket(
        subject="<script>alert(1)</script>", text="<img src=x onerror=alert(2)>"
    )

    html = page(as_bob, ticket.get_absolute_url()) + page(as_bob, LIST)

    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_critical_ticket_asks_for_a_call_until_one_is_logged(
    as_bob, open_ticket, stella
):
    """E26"""
    ticket = open_ticket(impact=1, urgency=1)
    assert "Call us as well" in page(as_bob, ticket.get_absolute_url())
    assert "call us as well" in page(as_bob, LIST)

    actions.log_call(ticket=ticket, by=stella, at=after(minutes=4))

    assert "Call us as well" not in page(as_bob, ticket.get_absolute_url())
    assert "call us as well" not in page(as_bob, LIST)


def test_where_nothing_is_promised_the_page_says_so(as_bob, open_ticket, acme):
    """TI-09"""
    acme.service_level = None
    acme.save()

    html = page(as_bob, open_ticket().get_absolute_url())

    assert "No times are promised" in html


@pytest.mark.parametrize("count", [1, 3])
def test_a_long_thread_asks_as_often_as_a_short_one(
    as_bob, ticket, stella, dora, count, django_assert_num_queries
):
    for number in range(count):
        message = actions.answer(
            ticket=ticket, by=stella, text="So.", at=after(hours=number)
        )
        AttachmentFactory(message=message)
        TicketMessageFactory(ticket=ticket, author=dora)
    as_bob.get(ticket.get_absolute_url())

    # The person, the sidebar, the ticket, its events, messages, files, followers,
    # the holidays.
    with django_assert_num_queries(8):
        as_bob.get(ticket.get_absolute_url())


def test_a_reply(as_bob, ticket, bob):
    response = as_bob.post(
        ticket.get_absolute_url(), {"text": "More of it."}, follow=True
    )

    html = response.content.decode()
    assert "Your reply is sent." in html
    assert "More of it." in html
    assert ticket.messages.filter(author=bob).count() == 2


def test_a_reply_with_files(as_bob, ticket):
    as_bob.post(
        ticket.get_absolute_url(),
        {"text": "Here.", "files": [SimpleUploadedFile("a.log", b"empty")]},
    )

    assert "a.log" in page(as_bob, ticket.get_absolute_url())


def test_a_reply_that_solves(as_bob, ticket):
    as_bob.post(ticket.get_absolute_url(), {"text": "Works.", "solve": "1"})

    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.SOLVED


def test_an_empty_reply_is_refused_and_nothing_changes(as_bob, ticket):
    response = as_bob.post(ticket.get_absolute_url(), {"text": " "})

    assert "One thing to correct" in response.content.decode()
    assert ticket.messages.count() == 1


def test_what_was_typed_is_kept_when_a_file_is_refused(as_bob, ticket, uploads):
    response = as_bob.post(
        ticket.get_absolute_url(),
        {"text": "A long story.", "files": [SimpleUploadedFile("a.exe", b"MZ")]},
    )

    html = response.content.decode()
    assert "A long story." in html
    assert "a.exe is a program" in html
    assert not any(path.is_file() for path in uploads.rglob("*"))


def test_a_double_click_is_one_reply(as_bob, ticket):
    data = {"text": "Once.", "form_token": str(uuid.uuid4())}

    for _ in range(2):
        as_bob.post(ticket.get_absolute_url(), data)

    assert ticket.messages.filter(text="Once.").count() == 1


def test_a_closed_ticket_offers_a_new_one_that_follows(as_bob, ticket, stella):
    """TI-27, E28"""
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))
    actions.close(ticket=ticket, by=stella, at=after(hours=2))

    html = page(as_bob, ticket.get_absolute_url())
    refused = as_bob.post(ticket.get_absolute_url(), {"text": "Again."})

    assert f"{NEW}?follows={ticket.pk}" in html
    assert "<textarea" not in html
    assert ticket.messages.count() == 1
    assert refused.status_code == 200


def test_the_follow_up_is_linked(as_bob, ticket, fleet, stella):
    """TI-27"""
    address = f"{NEW}?follows={ticket.pk}"
    assert f"Follows #{ticket.pk}" in page(as_bob, address)

    as_bob.post(address, filled_in(application=fleet.pk, subject="Again"))

    follow_up = Ticket.objects.get(subject="Again")
    assert follow_up.follows == ticket
    assert f">#{ticket.pk}</a>" in page(as_bob, follow_up.get_absolute_url())


# What one may do beside replying


def test_solving_asks_first(as_bob, ticket):
    address = reverse("tickets:solve", args=[ticket.pk])
    assert f"Is ticket #{ticket.pk} solved?" in page(as_bob, address)
    ticket.refresh_from_db()
    assert ticket.is_open

    response = as_bob.post(address, follow=True)

    assert f"Ticket #{ticket.pk} is solved." in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.SOLVED


def test_solving_twice_says_that_it_is_solved(as_bob, ticket):
    address = reverse("tickets:solve", args=[ticket.pk])
    as_bob.post(address)

    response = as_bob.post(address, follow=True)

    assert "is solved already" in response.content.decode()


def test_following_and_leaving(client, ticket, dora):
    client.force_login(dora)
    assert "Follow</button>" in page(client, ticket.get_absolute_url())

    client.post(reverse("tickets:follow", args=[ticket.pk]))
    assert list(ticket.followers.all()) == [dora]
    assert "Unfollow</button>" in page(client, ticket.get_absolute_url())

    client.post(reverse("tickets:unfollow", args=[ticket.pk]))
    assert not ticket.followers.exists()


def test_the_asker_gets_the_mail_anyway(as_bob, ticket):
    assert "Follow</button>" not in page(as_bob, ticket.get_absolute_url())


def test_adding_a_colleague(as_bob, ticket, dora):
    address = reverse("tickets:people", args=[ticket.pk])
    page(as_bob, address)

    as_bob.post(address, {"email": "dora@globex.example"})

    assert list(ticket.followers.all()) == [dora]


@pytest.mark.parametrize("email", ["charlie@globex.example", "x", ""])
def test_adding_a_stranger_is_refused(as_bob, ticket, charlie, email):
    response = as_bob.post(
        reverse("tickets:people", args=[ticket.pk]), {"email": email}
    )

    assert "One thing to correct" in response.content.decode()
    assert not ticket.followers.exists()


@pytest.mark.parametrize("name", ["detail", "solve", "follow", "unfollow", "people"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_ticket_of_others_does_not_exist(client, ticket, charlie, name, method):
    """E25"""
    client.force_login(charlie)

    response = getattr(client, method)(
        reverse(f"tickets:{name}", args=[ticket.pk]), {"text": "x", "email": "x@y.z"}
    )

    expected = 405 if name in ("follow", "unfollow") and method == "get" else 404
    assert response.status_code == expected
    ticket.refresh_from_db()
    assert ticket.is_open
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("number", ["1", "99999999999999999999999999"])
def test_a_number_that_does_not_exist(as_bob, number):
    assert as_bob.get(f"/tickets/{number}/").status_code == 404


# A new ticket


def test_a_new_ticket(as_bob, fleet):
    page(as_bob, NEW)

    response = as_bob.post(NEW, filled_in(application=fleet.pk), follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain[-1][0] == ticket.get_absolute_url()
    assert ticket.company == fleet.company
    assert ticket.priority == 1
    assert f"Ticket #{ticket.pk} is with us." in response.content.decode()


def test_a_general_matter_belongs_to_ones_own_company(client, fleet, dora):
    client.force_login(dora)

    client.post(NEW, filled_in(application="general"))

    assert Ticket.objects.get().company == dora.company


def test_a_ticket_on_anothers_app_belongs_to_that_company(client, fleet, dora):
    """TI-13"""
    client.force_login(dora)

    client.post(NEW, filled_in(application=fleet.pk))

    assert Ticket.objects.get().company == fleet.company


def test_an_app_one_may_not_see_is_refused(client, fleet, charlie):
    """E25"""
    client.force_login(charlie)

    response = client.post(NEW, filled_in(application=fleet.pk))

    assert response.status_code == 200
    assert not Ticket.objects.exists()
    assert client.get(NEW, {"application": fleet.pk}).status_code == 404


@pytest.mark.parametrize("address", [{"application": "x"}, {"follows": "1"}])
def test_an_address_that_leads_nowhere(as_bob, fleet, address):
    assert as_bob.get(NEW, address).status_code == 404


def test_an_address_that_says_nothing_is_the_plain_form(as_bob, fleet):
    assert "Send ticket" in page(as_bob, NEW, follows="x")


def test_the_ticket_of_another_cannot_be_followed_up(client, ticket, charlie):
    client.force_login(charlie)

    assert client.get(NEW, {"follows": ticket.pk}).status_code == 404


def test_what_is_missing_is_said_and_what_was_typed_is_kept(as_bob, fleet):
    response = as_bob.post(NEW, filled_in(application=fleet.pk, subject="", impact=""))

    html = response.content.decode()
    assert "2 things to correct" in html
    assert "Since 06:00 the plans are empty." in html
    assert "<title>Error:" in html
    assert not Ticket.objects.exists()


def test_a_double_click_is_one_ticket(as_bob, fleet):
    data = filled_in(application=fleet.pk)

    first, second = (as_bob.post(NEW, data) for _ in range(2))

    assert first.url == second.url
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 2


def test_the_form_shows_the_matrix_and_the_promises(as_bob, fleet):
    html = page(as_bob, NEW)

    assert 'class="m1 c00"' in html
    assert 'class="m4 c22"' in html
    assert "Call us as well" in html


def test_documentation_and_forum_are_named_only_if_there_are_any(
    as_bob, fleet, settings
):
    """TI-05"""
    assert "Documentation" not in page(as_bob, NEW)

    settings.DOCUMENTATION_URL = "https://docs.aldwick.example"

    html = page(as_bob, NEW)
    assert '<a href="https://docs.aldwick.example">Documentation</a>' in html
    assert "Forum" not in html


def test_very_many_apps_begin_with_a_search(client, alice, monkeypatch):
    monkeypatch.setattr(opening, "MOST_CHOICES", 2)
    for name in ("Ares", "Billing", "Claims"):
        ApplicationFactory(company=alice.company, name=name)
    client.force_login(alice)

    html = page(client, NEW, q="bill")

    assert "Which app is it about?" in html
    assert "Billing" in html
    assert "Ares" not in html
    assert "?application=general" in html
    assert "Send ticket" in page(client, NEW, application="general")


# Support enters what a customer said


def test_support_opens_a_ticket_for_who_is_on_the_phone(client, fleet, bob, stella):
    """TI-02, TI-03"""
    client.force_login(stella)
    address = f"{NEW}?application={fleet.pk}"
    assert "Who asks" in page(client, address)

    client.post(
        address,
        filled_in(application=fleet.pk, asked_by="BOB@acme.example", has_called="on"),
    )

    ticket = Ticket.objects.get()
    assert ticket.opened_by == bob
    assert ticket.messages.get().author == bob
    assert ticket.called_at is not None
    assert {event.by for event in ticket.events.all()} == {stella}
    assert "bob@acme.example" in Message.objects.values_list("recipient", flat=True)


@pytest.mark.parametrize("email", ["charlie@globex.example", "nobody@acme.example"])
def test_support_cannot_open_one_for_a_stranger(client, fleet, charlie, stella, email):
    client.force_login(stella)

    response = client.post(
        f"{NEW}?application={fleet.pk}",
        filled_in(application=fleet.pk, asked_by=email),
    )

    html = response.content.decode()
    assert f"{email} is not on the team of Fleet Planner." in html
    assert not Ticket.objects.exists()


def test_customers_ask_for_themselves(as_bob, fleet, alice):
    assert "Who asks" not in page(as_bob, NEW)

    as_bob.post(NEW, filled_in(application=fleet.pk, asked_by=alice.email))

    assert Ticket.objects.get().opened_by.email == "bob@acme.example"


# Files


@pytest.fixture
def file(ticket):
    return AttachmentFactory(message=ticket.messages.get(), name='a "b"\n.html')


def test_a_file_is_a_download_in_which_nothing_runs(as_bob, file):
    response = as_bob.get(file.get_absolute_url())

    assert b"".join(response.streaming_content) == b"06:00 empty plan"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_file_of_others_does_not_exist(client, file, charlie, method):
    """E25"""
    client.force_login(charlie)

    response = getattr(client, method)(file.get_absolute_url())

    assert response.status_code == (404 if method == "get" else 405)


def test_a_file_of_an_internal_note_does_not_exist_for_customers(
    client, ticket, bob, stella
):
    """E30"""
    note = TicketMessageFactory(ticket=ticket, internal=True)
    file = AttachmentFactory(message=note)

    client.force_login(bob)
    assert client.get(file.get_absolute_url()).status_code == 404
    client.force_login(stella)
    response = client.get(file.get_absolute_url())
    assert response.status_code == 200
    response.close()


def test_files_are_not_served_by_their_place(as_bob, file):
    assert as_bob.get(f"/media/{file.file.name}").status_code == 404
    assert as_bob.get(f"/static/{file.file.name}").status_code == 404


# The tab of an app


def test_the_tab_of_an_app(as_bob, ticket, open_ticket, depot, fleet):
    open_ticket(application=depot, subject="Scale driver")

    html = page(as_bob, reverse("tickets:for_application", args=[fleet.pk]))

    assert ticket.subject in html
    assert "Scale driver" not in html
    assert f"{NEW}?application={fleet.pk}" in html


def test_the_tab_of_an_app_without_tickets(as_bob, fleet):
    html = page(as_bob, reverse("tickets:for_application", args=[fleet.pk]))

    assert "No tickets yet" in html


def test_the_tab_of_a_strange_app_does_not_exist(client, fleet, charlie):
    """E25"""
    client.force_login(charlie)

    response = client.get(reverse("tickets:for_application", args=[fleet.pk]))

    assert response.status_code == 404


def test_pages_need_a_sign_in(client, ticket):
    for url in (LIST, NEW, ticket.get_absolute_url()):
        assert client.get(url).status_code == 302
