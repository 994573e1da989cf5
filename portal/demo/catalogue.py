"""What the companies of the demo run: applications, environments, terms, servers.

Days are counted from today; `ends` is when what runs now runs out.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.models import Environment, Membership

PRODUCTION = Environment.Purpose.PRODUCTION
ACCEPTANCE = Environment.Purpose.ACCEPTANCE
TEST = Environment.Purpose.TEST
OTHER = Environment.Purpose.OTHER
OWNER = Membership.Role.PRODUCT_OWNER
ENGINEER = Membership.Role.BUSINESS_ENGINEER
OPERATOR = Membership.Role.OPERATOR


@dataclass(frozen=True)
class Place:
    """One environment; `server` is its name and ID where it is the customer's own.

    `is_renewed`: the next term is signed, its key not in use yet. `is_waiting`: that
    key is made already and only waits to be put into the app.
    """

    name: str
    purpose: str
    version: str
    ends: int
    users: int | None = None
    server: tuple[str, str] = ("", "")
    url: str = ""
    is_renewed: bool = False
    is_waiting: bool = False


@dataclass(frozen=True)
class App:
    """One application; people by the first part of their address."""

    name: str
    purpose: str
    company: str
    location: str
    contacts: tuple[str, ...]
    team: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    is_cloud: bool = False
    since: int = 1200
    stage: str = "delivered"


def _cloud(slug: str, version: str, ends: int, *, stages: str, users: int) -> tuple:
    """Environments of a Cloud application: p, a, t for the usual three."""
    names = {
        "p": ("production", PRODUCTION, f"https://{slug}.example/"),
        "a": ("acceptance", ACCEPTANCE, f"https://accp.{slug}.example/"),
        "t": ("test", TEST, f"https://test.{slug}.example/"),
    }
    return tuple(
        Place(
            names[stage][0],
            names[stage][1],
            version,
            ends,
            users if stage == "p" else 25,
            url=names[stage][2],
        )
        for stage in stages
    )


ACME_ON_PREMISES = (
    App(
        "Depot Control",
        "Gate, dock and stock control for six depots",
        "Acme",
        "Your data centre, Rotterdam",
        contacts=("bob", "samuel"),
        team=(("hugo", OWNER), ("pavel", ENGINEER)),
        since=1790,
        places=(
            Place(
                "production",
                PRODUCTION,
                "11.6.2",
                12,
                300,
                ("rtm-app-01", "7C41-E09B-55D2"),
                is_renewed=True,
            ),
            Place(
                "acceptance",
                ACCEPTANCE,
                "11.8.0",
                12,
                20,
                ("rtm-acc-01", "19AA-4F70-C3E8"),
                is_renewed=True,
            ),
            Place(
                "disaster-recovery",
                OTHER,
                "11.6.2",
                88,
                20,
                ("ams-dr-01", "E2D7-0B16-9A4C"),
            ),
        ),
    ),
    App(
        "Customs Declarations",
        "Export and transit declarations, filed from the manifest",
        "Acme",
        "Your data centre, Rotterdam",
        contacts=("bob", "noor"),
        team=(("ines", OWNER), ("yuki", ENGINEER)),
        since=1460,
        places=(
            Place(
                "production",
                PRODUCTION,
                "11.12.1",
                14,
                120,
                ("rtm-cus-01", "3F8E-61C0-D79B"),
            ),
            Place(
                "acceptance",
                ACCEPTANCE,
                "11.12.1",
                29,
                15,
                ("rtm-cus-02", "A5B2-7D34-08EF"),
            ),
        ),
    ),
    App(
        "Weighbridge",
        "Weighs lorries in and out and prints their tickets",
        "Acme",
        "Three sites, one server each",
        contacts=("bob",),
        team=(("hugo", OWNER), ("samuel", OPERATOR)),
        since=1130,
        places=(
            Place(
                "production",
                PRODUCTION,
                "10.18.1",
                6,
                40,
                ("ant-wb-01", "50C9-BE17-2A63"),
            ),
        ),
    ),
    App(
        "Yard Scheduler",
        "Parking, shunting and dock times for trailers",
        "Acme",
        "Your data centre, Antwerp",
        contacts=("samuel", "bob"),
        team=(("hugo", OWNER),),
        since=1650,
        places=(
            Place(
                "production",
                PRODUCTION,
                "9.24.3",
                -3,
                80,
                ("ant-app-02", "D41F-93A8-6C05"),
            ),
        ),
    ),
    App(
        "Shift Rosters",
        "Rosters for drivers, crews and the night desk",
        "Acme",
        "Your data centre, Rotterdam",
        contacts=("samuel",),
        team=(("noor", OWNER), ("pavel", ENGINEER)),
        since=940,
        places=(
            Place(
                "production",
                PRODUCTION,
                "11.2.0",
                304,
                500,
                ("rtm-hr-01", "86BD-2E5A-F170"),
            ),
            Place("test", TEST, "11.12.1", 304, 20, ("rtm-hr-02", "C73A-10D6-4B9E")),
        ),
    ),
    App(
        "Pallet Ledger",
        "Who owes whom how many pallets",
        "Acme",
        "Your data centre, Antwerp",
        contacts=("rosa",),
        team=(("hugo", OWNER), ("bob", OPERATOR)),
        since=33,
        stage="signed",
    ),
    App(
        "Tachograph Archive",
        "Driving times of the fleet, kept for the inspectorate",
        "Acme",
        "Your data centre, Rotterdam",
        contacts=("bob",),
        since=1780,
        stage="offboarded",
    ),
)

ACME_CLOUD = (
    App(
        "Driver App",
        "Orders, routes and proof of delivery on the driver's phone",
        "Acme",
        "Cloud EU",
        contacts=("bob",),
        team=(
            ("ines", OWNER),
            ("mira", ENGINEER),
            ("pavel", ENGINEER),
            ("samuel", OPERATOR),
            ("noor", OPERATOR),
        ),
        is_cloud=True,
        since=1030,
        places=_cloud("driver.acme", "12.1.3", 210, stages="pat", users=500),
    ),
    App(
        "Fleet Planner",
        "Plans tomorrow's routes overnight",
        "Acme",
        "Cloud EU",
        contacts=("mira",),
        team=(("ines", OWNER), ("bob", OPERATOR), ("yuki", ENGINEER)),
        is_cloud=True,
        since=760,
        places=_cloud("planner.acme", "12.0.4", 140, stages="pat", users=90),
    ),
    App(
        "Claims Desk",
        "Damage and loss, from the photo to the payment",
        "Acme",
        "Cloud EU",
        contacts=("bob",),
        team=(("noor", OWNER), ("yuki", ENGINEER)),
        is_cloud=True,
        since=520,
        places=_cloud("claims.acme", "12.1.3", 60, stages="pa", users=60),
    ),
    App(
        "Customer Tracking",
        "Shows customers where their goods are",
        "Acme",
        "Cloud EU",
        contacts=("bob",),
        team=(("ines", OWNER), ("dora", ENGINEER), ("pavel", ENGINEER)),
        is_cloud=True,
        since=610,
        places=_cloud("tracking.acme", "12.1.3", 330, stages="pat", users=2000),
    ),
    App(
        "Dock Booking",
        "Carriers book their own time at the dock",
        "Acme",
        "Cloud EU",
        contacts=("mira",),
        is_cloud=True,
        since=4,
        stage="ordered",
    ),
)

GLOBEX = (
    App(
        "Spare Parts",
        "Stock and orders of spare parts for service teams",
        "Globex",
        "Own server room, Utrecht",
        contacts=("femi", "charlie"),
        team=(("greta", OWNER),),
        since=1060,
        places=(
            Place(
                "production",
                PRODUCTION,
                "11.12.1",
                21,
                75,
                ("utr-parts-1", "0E6C-D28B-71F4"),
                is_renewed=True,
                is_waiting=True,
            ),
            Place("test", TEST, "11.12.1", 190, 10, ("utr-parts-2", "B819-45E0-C6A7")),
        ),
    ),
    App(
        "Calibration Log",
        "When which instrument was checked, and by whom",
        "Globex",
        "Own server room, Utrecht",
        contacts=("femi",),
        team=(("greta", OWNER),),
        since=700,
        places=(
            Place(
                "production",
                PRODUCTION,
                "10.21.4",
                47,
                30,
                ("utr-cal-1", "69F3-8A0D-E25B"),
            ),
        ),
    ),
    App(
        "Supplier Portal",
        "Orders, confirmations and invoices with suppliers",
        "Globex",
        "Cloud EU",
        contacts=("dora",),
        team=(("greta", OWNER), ("femi", OPERATOR)),
        is_cloud=True,
        since=640,
        places=_cloud("suppliers.globex", "12.1.3", 250, stages="pa", users=140),
    ),
    App(
        "Field Service",
        "Visits, parts and reports of service engineers",
        "Globex",
        "Cloud EU",
        contacts=("charlie",),
        team=(("dora", ENGINEER),),
        is_cloud=True,
        since=390,
        places=_cloud("field.globex", "11.12.1", 120, stages="p", users=45),
    ),
)

APPS = (*ACME_ON_PREMISES, *ACME_CLOUD, *GLOBEX)
