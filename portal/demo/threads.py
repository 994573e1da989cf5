"""What the people of the demo have asked support, and what support answered.

Moments are hours before now. A line is (who, what, hours ago, text); what is "asks"
for a question back, "holds" and "solves" for an answer that moves the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass

from tickets.models import Ticket

INCIDENT, QUESTION, CHANGE = (
    Ticket.Kind.INCIDENT,
    Ticket.Kind.QUESTION,
    Ticket.Kind.CHANGE,
)
EVERYONE, MANY, FEW = Ticket.Impact.EVERYONE, Ticket.Impact.MANY, Ticket.Impact.A_FEW
STOPPED = Ticket.Urgency.STOPPED
HAMPERED = Ticket.Urgency.HAMPERED
LATER = Ticket.Urgency.CAN_WAIT

ANSWERS, ASKS, HOLDS, SOLVES = "answers", "asks", "holds", "solves"
REPLIES, NOTES, CALLS = "replies", "notes", "calls"
DAY = 24


@dataclass(frozen=True)
class Line:
    """One thing said or done in a thread."""

    who: str
    what: str
    ago: float
    text: str = ""


@dataclass(frozen=True)
class Talk:
    """One ticket from its opening to where it stands today."""

    app: str
    by: str
    kind: str
    subject: str
    text: str
    impact: int
    urgency: int
    ago: float
    environment: str = "production"
    followers: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


OPEN = (
    Talk(
        "Fleet Planner",
        "mira",
        INCIDENT,
        "Route optimiser returns empty plans",
        "Since the last run every plan comes back without a single stop. The run ends"
        " with “0 of 214 orders assigned”. Nothing was changed on our side.\n\n"
        "We can plan Rotterdam and Ghent by hand for some hours, not longer.",
        EVERYONE,
        STOPPED,
        7.77,
        followers=("bob", "ines"),
        lines=(
            Line("leila", CALLS, 7.7),
            Line(
                "leila",
                ANSWERS,
                7.5,
                "Thank you for the call. We see the empty plans for all depots. The"
                " map data of last night is incomplete for the Benelux; we are"
                " putting the version before it back.",
            ),
            Line(
                "leila", NOTES, 6.9, "Tile server 3 served half a file. Ask data team."
            ),
            Line(
                "mira",
                REPLIES,
                3.1,
                "Antwerp has plans again, Rotterdam and Ghent are still empty.",
            ),
            Line(
                "leila",
                ANSWERS,
                2.6,
                "Two of three map servers are on the older data. The third follows"
                " within the hour; please plan Rotterdam last.",
            ),
        ),
    ),
    Talk(
        "Driver App",
        "bob",
        INCIDENT,
        "Deliveries arrive late on drivers' phones since 4.12.0",
        "New orders reach the phones ten to fifteen minutes after the planner has sent"
        " them. It began with release 4.12.0. Drivers call the desk all the time.",
        MANY,
        STOPPED,
        9.5,
        followers=("noor",),
        lines=(
            Line(
                "stella",
                ANSWERS,
                8.9,
                "We see the same in your logs: the push queue is drained once a quarter"
                " of an hour. Can you tell us whether phones on the older app behave"
                " better?",
            ),
            Line("noor", REPLIES, 6.0, "Yes. The eleven phones on 4.11.3 are fine."),
        ),
    ),
    Talk(
        "Customs Declarations",
        "noor",
        QUESTION,
        "Why are some transit documents filed twice?",
        "Four declarations of yesterday show two movement numbers. The broker has"
        " accepted both, so we had to withdraw one by hand.",
        MANY,
        HAMPERED,
        2.6 * DAY,
        followers=("bob",),
        lines=(
            Line(
                "stella",
                ASKS,
                2.1 * DAY,
                "Thank you. Please send us the debug log of the XML export for one of"
                " the four: Settings, Diagnostics, Export log. With it we can see"
                " whether the broker or the app repeated the message.",
            ),
        ),
    ),
    Talk(
        "Shift Rosters",
        "samuel",
        CHANGE,
        "Move the test key to a new server",
        "Our test server is replaced next week. The new server ID is on its way from"
        " the platform team; we should like the key for it by Friday.",
        FEW,
        STOPPED,
        1.2 * DAY,
        environment="test",
        lines=(
            Line(
                "leila",
                ANSWERS,
                1.0 * DAY,
                "That works. As soon as you have the server ID you can make the key"
                " yourself under Licenses; the old one runs on until you activate it.",
            ),
        ),
    ),
    Talk(
        "Customer Tracking",
        "dora",
        INCIDENT,
        "Pallet numbers of our warehouse are cut after ten digits",
        "In the feed for Globex the last two digits of every pallet number are missing."
        " Twelve are needed to find a pallet.",
        FEW,
        HAMPERED,
        0.9 * DAY,
        environment="acceptance",
        followers=("bob",),
    ),
    Talk(
        "Claims Desk",
        "yuki",
        CHANGE,
        "Raise the file storage of production to 200 GB",
        "Photos fill the storage faster than planned: 118 of 150 GB. At this pace it is"
        " full in ten weeks.",
        MANY,
        LATER,
        3.3 * DAY,
        lines=(
            Line(
                "stella",
                HOLDS,
                2.9 * DAY,
                "Agreed with your account executive. Engineering enlarges the volume in"
                " the next maintenance window; the app restarts once.",
            ),
        ),
    ),
    Talk(
        "Driver App",
        "ines",
        QUESTION,
        "Can drivers sign on the tablet of the customer?",
        "Some customers have a tablet at the gate and do not want to sign on a phone."
        " Is there a way, or is this an idea for the forum?",
        FEW,
        LATER,
        4.5,
    ),
    Talk(
        "Depot Control",
        "hugo",
        CHANGE,
        "Second dock gate for depot Ghent",
        "From next month gate 2 in Ghent is in use. Which changes are ours, and which"
        " do you make? The layout is in the attachment of our order of last week.",
        MANY,
        HAMPERED,
        1.9 * DAY,
        lines=(
            Line(
                "leila",
                ASKS,
                1.1 * DAY,
                "Gates are yours to add, under Depots, Ghent, Gates. For the barrier we"
                " need its network address. Could you ask your installer for it?",
            ),
        ),
    ),
    Talk(
        "Spare Parts",
        "femi",
        INCIDENT,
        "Labels print without the bin location",
        "Since the update the line with the bin is empty on every label.",
        MANY,
        HAMPERED,
        1.4 * DAY,
        lines=(
            Line("leila", ANSWERS, 1.2 * DAY, "We can reproduce it and are looking."),
        ),
    ),
    Talk(
        "Supplier Portal",
        "dora",
        QUESTION,
        "How long are rejected invoices kept?",
        "Our auditors ask for a number of years.",
        FEW,
        LATER,
        2.2 * DAY,
    ),
    Talk(
        "Field Service",
        "charlie",
        CHANGE,
        "New address for production",
        "We should like visits.globex.example instead of field.globex.example.",
        MANY,
        LATER,
        6.0 * DAY,
        lines=(
            Line(
                "stella",
                ASKS,
                4.8 * DAY,
                "Gladly. Please point the new name at our entrance first and tell us"
                " when it is done; the certificate follows within the hour.",
            ),
        ),
    ),
)

SOLVED = (
    Talk(
        "Driver App",
        "bob",
        INCIDENT,
        "Proof of delivery without signature image",
        "About one in twenty deliveries has an empty signature.",
        MANY,
        HAMPERED,
        41 * DAY,
        followers=("noor",),
        lines=(
            Line("stella", ANSWERS, 40.8 * DAY, "Thank you, we are on it."),
            Line(
                "stella",
                SOLVES,
                38 * DAY,
                "Fixed in 4.11.3: very long signatures were cut. The images are not"
                " lost; we have put back those of the last 30 days.",
            ),
        ),
    ),
    Talk(
        "Depot Control",
        "samuel",
        CHANGE,
        "Move the acceptance key to rtm-acc-01",
        "The old acceptance server is switched off. New server ID: 19AA-4F70-C3E8.",
        FEW,
        STOPPED,
        24 * DAY,
        environment="acceptance",
        lines=(
            Line("leila", SOLVES, 23.6 * DAY, "Done. You can make the key yourself."),
        ),
    ),
    Talk(
        "Weighbridge",
        "bob",
        QUESTION,
        "Does 10.21 read the new axle sensors?",
        "The sensors speak version 3 of the protocol.",
        FEW,
        HAMPERED,
        64 * DAY,
        lines=(
            Line("leila", SOLVES, 63 * DAY, "From 10.20 on, yes. Yours is 10.18.1."),
        ),
    ),
    Talk(
        "Fleet Planner",
        "ines",
        INCIDENT,
        "Planning run took three hours instead of one",
        "The run ended at four in the morning.",
        MANY,
        HAMPERED,
        17 * DAY,
        lines=(
            Line(
                "stella",
                ANSWERS,
                16.8 * DAY,
                "A neighbour on the same machine was busy. We have moved you.",
            ),
            Line("stella", SOLVES, 14 * DAY, "Three nights in a row below 55 minutes."),
            Line("ines", REPLIES, 13.9 * DAY, "It is: 51 minutes last night. Thanks."),
            Line("stella", SOLVES, 13.5 * DAY, "Good to hear. We close this one."),
        ),
    ),
    Talk(
        "Claims Desk",
        "noor",
        QUESTION,
        "Export of all claims of one customer",
        "Our lawyer needs every claim of one customer of 2024 as a table.",
        FEW,
        LATER,
        90 * DAY,
        lines=(
            Line(
                "leila",
                SOLVES,
                88 * DAY,
                "Claims, filter by customer and year, then Export: a CSV file.",
            ),
        ),
    ),
    Talk(
        "Spare Parts",
        "charlie",
        QUESTION,
        "May we run the test key on a second laptop?",
        "For a demonstration of two days.",
        FEW,
        LATER,
        50 * DAY,
        lines=(
            Line(
                "stella", SOLVES, 49 * DAY, "A key is for one server. Make a new one."
            ),
        ),
    ),
)
