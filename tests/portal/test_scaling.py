from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from apps.models import Application
from companies.models import Company, User
from contacts.models import TechnicalContact
from licenses.models import License
from portal import scaling
from tickets.models import Ticket, TicketMessage

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_fill_writes_what_was_asked_for():
    size = scaling.Size(companies=3, applications=10, licenses=12, tickets=20)

    dict(scaling.fill(size, at=AT))

    assert Company.objects.count() == 3
    assert User.objects.count() == 9
    assert Application.objects.count() == 10
    assert TechnicalContact.objects.count() == 10
    assert License.objects.count() == 12
    assert Ticket.objects.count() == 20
    assert TicketMessage.objects.count() >= 40


@pytest.mark.django_db
def test_a_second_fill_stands_beside_the_first():
    size = scaling.Size(companies=1, applications=2, licenses=2, tickets=2)

    for _ in range(2):
        dict(scaling.fill(size, at=AT))

    assert Company.objects.count() == 2
    assert License.objects.values("number").distinct().count() == 4


@pytest.mark.django_db
def test_licenses_need_applications():
    with pytest.raises(CommandError, match="--applications"):
        call_command("scale", companies=1, applications=0, licenses=1, tickets=0)
