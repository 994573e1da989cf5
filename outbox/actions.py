"""What a person may do to a letter. Writing is `posting`, sending is `delivery`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox import lanes, tasks
from outbox.models import AddressStanding, Attempt, Message


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
def try_now(message: Message, *, by: Any, at: datetime) -> Message:
    """Tries a letter at once: one that waits for a later try, or one that is settled.

    The way to the mail server is tried with it, even if it rests at the moment. Refused
    while a worker has the letter in hand, and when it has lost its meaning.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.is_settled:
        message = send_again(message, by=by, at=at)
    else:
        _require_in_line(message)
        message.due_at = min(message.due_at, at)
        message.save(update_fields=["due_at"])
        Attempt.objects.create(
            message=message, outcome=Attempt.Outcome.REQUEUED, words=str(by), at=at
        )
        tasks.nudge_after_commit()
    lanes.try_lane_now()
    return message


@transaction.atomic
def cancel(message: Message, *, by: Any, at: datetime) -> Message:
    """Ends a letter that waits; it stays in the log, and is never written again.

    Refused once a worker has it in hand, and when nothing is left to cancel.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.is_settled:
        raise ValidationError(_("This letter waits no longer."))
    _require_in_line(message)
    message.state, message.due_at = Message.State.CANCELLED, None
    message.save(update_fields=["state", "due_at"])
    Attempt.objects.create(
        message=message, outcome=Attempt.Outcome.WITHDRAWN, words=str(by), at=at
    )
    return message


def _require_in_line(message: Message) -> None:
    if message.state == Message.State.SENDING:
        raise ValidationError(_("A worker has this letter in hand. Look again soon."))


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


@transaction.atomic
def trust(standing: AddressStanding, *, at: datetime) -> None:
    """Mail arrives there again, as somebody has said who knows; the mark goes.

    What comes back later marks the address anew. Refused when nothing came back.
    """
    marked = AddressStanding.objects.bounced().select_for_update()
    if not marked.filter(pk=standing.pk).exists():
        raise ValidationError(_("Mail to this address does not come back."))
    AddressStanding.objects.note_proof(standing.address, at)
