"""What comes with the role, in either hosting."""

import pytest
from django.urls import reverse

from contacts import duties
from tickets.models import Ticket


@pytest.mark.parametrize("kind", Ticket.Kind.values)
@pytest.mark.parametrize("hosting", ["driver", "depot"])
def test_a_contact_opens_tickets_of_every_kind(client, bob, request, hosting, kind):
    """TC-17"""
    application = request.getfixturevalue(hosting)
    client.force_login(bob)

    answer = client.post(
        reverse("tickets:new"),
        {
            "application": str(application.pk),
            "kind": kind,
            "impact": 3,
            "urgency": 3,
            "subject": "The plans are empty",
            "text": "Since six in the morning.",
        },
    )

    ticket = Ticket.objects.get()
    assert answer.url == reverse("tickets:detail", args=[ticket.number])
    assert (ticket.application, ticket.kind) == (application, kind)
    assert ticket.opened_by == bob


def test_support_turns_to_the_contact_first(depot, driver):
    """TC-30, TC-10"""
    on_premises = [str(duty.meaning) for duty in duties.receives(depot, is_you=True)]
    on_cloud = [str(duty.meaning) for duty in duties.receives(driver, is_you=True)]

    assert "support turns to you first" in on_premises
    assert "your colleagues turn to you first when the app is down" in on_cloud
