"""What a person may do to a letter. Writing is `posting`, sending is `delivery`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox import tasks
from outbox.models import Attempt, Message


@transaction.atomic
def send_again(message: Message, *, by: Any, at: datetime) -> Message:
    """Puts a settled letter in line again, with all its tries before it.

    The same words go out under the same Message-ID, so whoever has it already sees one
    letter. Refused while the letter waits anyway, and when it has lost its meaning.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.is_settled:
        raise ValidationError(_("This letter waits to be sent already."))
    if message.blanked_at:
        raise ValidationError(_("The words of this letter are no longer kept."))
    if message.has_outlived_its_meaning(at):
        raise ValidationError(_("What this letter says is no longer true."))
    message.state = Message.State.WAITING
    message.due_at = at
    message.tries = message.crashes = 0
    message.sent_at = None
    message.save(update_fields=["state", "due_at", "tries", "crashes", "sent_at"])
    Attempt.objects.create(
        message=message, outcome=Attempt.Outcome.REQUEUED, words=str(by), at=at
    )
    tasks.nudge_after_commit()
    return message


@transaction.atomic
def stop(*, recipient: str, topics: Iterable[str], at: datetime) -> int:
    """Ends what waits for somebody who has left these lists; returns how many.

    A letter in a worker's hand is not called back.
    """
    waiting = Message.objects.that_can_be_stopped(recipient, topics)
    unwanted = list(waiting.select_for_update().values_list("pk", flat=True))
    Message.objects.filter(pk__in=unwanted).update(
        state=Message.State.CANCELLED, due_at=None
    )
    Attempt.objects.bulk_create(
        Attempt(message_id=pk, outcome=Attempt.Outcome.UNWANTED, at=at)
        for pk in unwanted
    )
    return len(unwanted)
