"""Letters as people find them in their mailbox, for tests that follow their links."""

import re

from django.utils import timezone

from outbox import delivery
from outbox.models import Message


def newest_letter(post_office, recipient):
    """The one written last of those that have arrived there, over whichever line.

    All that is due is delivered first.
    """
    delivery.deliver(clock=timezone.now)
    newest = Message.objects.filter(recipient=recipient).latest("created_at")
    [letter] = [a for a in post_office.arrivals if a.message_id == newest.message_id]
    return letter.message


def link_in(letter):
    text = letter.get_body(("plain",)).get_content()
    return re.search(r"http://\S+", text)[0]
