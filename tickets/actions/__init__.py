"""What happens when somebody does something to a ticket.

Every verb locks the ticket, writes its events, winds its clocks and posts its mail in
one transaction. Customers open, reply, solve and follow; the vendor's staff answer,
note, judge the priority, and move the ticket between the desks.
"""

from tickets.actions.conversation import (
    answer,
    ask_customer,
    note,
    open_for_customer,
    open_ticket,
    reply,
    reply_and_solve,
)
from tickets.actions.endings import (
    close_solved,
    close_unanswered,
    remind_waiting,
)
from tickets.actions.following import add_by_address, follow, unfollow
from tickets.actions.moves import (
    assign,
    close,
    judge_priority,
    log_call,
    put_on_hold,
    resume,
    rewind_clocks,
    solve,
    take,
)

__all__ = [
    "add_by_address",
    "answer",
    "ask_customer",
    "assign",
    "close",
    "close_solved",
    "close_unanswered",
    "follow",
    "judge_priority",
    "log_call",
    "note",
    "open_for_customer",
    "open_ticket",
    "put_on_hold",
    "remind_waiting",
    "reply",
    "reply_and_solve",
    "resume",
    "rewind_clocks",
    "solve",
    "take",
    "unfollow",
]
