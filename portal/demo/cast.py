"""The people of the demo, their companies, the service levels and the releases."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.models import PlatformRelease
from companies import actions
from companies.models import Company, ServiceLevel, User
from portal.demo.moments import Moments
from tickets.models import Holiday, ReadyAnswer, ServiceTarget

PASSWORD = "steward-demo"  # noqa: S105 everybody may know it
VENDOR = "aldwick.example"


@dataclass(frozen=True)
class Person:
    """One of the cast; `joined` is days ago, `has_account` False for one invited."""

    name: str
    email: str
    job: str = ""
    company: str = ""
    phone: str = ""
    joined: int = 900
    is_admin: bool = False
    has_account: bool = True


@dataclass(frozen=True)
class House:
    """A customer: how long it has been one, and what it has agreed on."""

    name: str
    level: str
    since: int
    time_zone: str = "Europe/Amsterdam"
    address: str = ""
    people: tuple[Person, ...] = field(default=())


STELLA = Person(
    "Stella Brandt",
    f"stella@{VENDOR}",
    "Support engineer",
    joined=2200,
    phone="+31 10 555 0101",
)
WILLEM = Person(
    "Willem Fraser",
    f"willem@{VENDOR}",
    "Account executive",
    joined=2200,
    phone="+31 10 555 0102",
)
ERIK = Person(
    "Erik Sand",
    f"erik@{VENDOR}",
    "Customer success manager",
    joined=1500,
    phone="+31 10 555 0103",
)
LEILA = Person(
    "Leila Nasser",
    f"leila@{VENDOR}",
    "Support engineer",
    joined=800,
    phone="+31 10 555 0104",
)
STAFF = (STELLA, WILLEM, ERIK, LEILA)


def _acme(name: str, job: str, joined: int = 900, **facts: bool | str) -> Person:
    email = f"{name.split()[0].lower()}@acme.example"
    return Person(name, email, job, "Acme", joined=joined, **facts)


def _globex(name: str, job: str, joined: int = 700, **facts: bool | str) -> Person:
    email = f"{name.split()[0].lower()}@globex.example"
    return Person(name, email, job, "Globex", joined=joined, **facts)


ACME = House(
    "Acme",
    "Platinum",
    since=1830,
    address="Acme Logistics\nHarbour Road 12\n3011 AB Rotterdam\nNetherlands",
    people=(
        _acme(
            "Alice Moreau",
            "Head of applications",
            1820,
            is_admin=True,
            phone="+31 20 555 0105",
        ),
        _acme("Bob Weber", "Systems engineer", 1820, phone="+31 20 555 0106"),
        _acme("Mira Kovac", "Cloud engineer", 1500, phone="+31 20 555 0107"),
        _acme("Samuel Okafor", "Operations engineer", 1810, phone="+31 20 555 0108"),
        _acme(
            "Ines Carvalho", "Product owner, transport", 1800, phone="+31 20 555 0109"
        ),
        _acme(
            "Hugo Lindqvist", "Product owner, warehouses", 1800, phone="+31 20 555 0110"
        ),
        _acme("Noor Bakker", "Service desk lead", 1500, phone="+31 20 555 0111"),
        _acme("Pavel Dvorak", "Business engineer", 1795, phone="+31 20 555 0112"),
        _acme("Yuki Tanabe", "Business engineer", 1795, phone="+31 20 555 0113"),
        _acme("Rosa Fuentes", "Yard planner", 40, has_account=False),
    ),
)
GLOBEX = House(
    "Globex",
    "Platform",
    since=1100,
    people=(
        _globex(
            "Charlie Novak", "IT manager", 1090, is_admin=True, phone="+31 30 555 0114"
        ),
        _globex("Dora Lind", "Integration engineer", 1085, phone="+31 30 555 0115"),
        _globex("Femi Adeyemi", "Systems engineer", 1085, phone="+31 30 555 0116"),
        _globex("Greta Holm", "Business analyst", 1080, phone="+31 30 555 0117"),
    ),
)
COMPANIES = (ACME, GLOBEX)

# Sample figures [TI-35]: minutes to the first answer and to the solution.
LEVELS = {
    "Platform": {
        "facts": {
            "support_hours": "Monday to Friday, 09:00 to 17:00",
            "availability": "99.5 % a month",
            "recovery_time": "24 hours",
            "recovery_point": "24 hours",
            "maintenance_notice_days": 5,
        },
        "targets": {
            1: (120, 960, False),
            2: (240, 2400, False),
            3: (960, 4800, False),
            4: (1440, None, False),
        },
    },
    "Platinum": {
        "facts": {
            "support_hours": "Critical and high 24 hours a day, others office hours",
            "availability": "99.95 % a month",
            "recovery_time": "4 hours",
            "recovery_point": "15 minutes",
            "maintenance_notice_days": 7,
        },
        "targets": {
            1: (30, 480, True),
            2: (120, 960, True),
            3: (480, 2400, False),
            4: (960, 4800, False),
        },
    },
}

# Major version: days since its release (negative: planned), newest minor and its age.
RELEASES = {
    8: (1880, "8.18.30", 800),
    9: (1400, "9.24.21", 260),
    10: (910, "10.21.4", 61),
    11: (455, "11.12.1", 19),
    12: (55, "12.1.3", 12),
    13: (-127, "", 0),
}

HOLIDAYS = ((1, 1, "New Year's Day"), (4, 27, "King's Day"))
READY_ANSWERS = {
    "Ask for the log": (
        "Hello {name},\n\nThank you for your message about {app}. Please send us the"
        " log of the hour in which it happened, and what you did just before."
    ),
    "With engineering": (
        "Hello {name},\n\nWe could repeat what you describe. Our engineers have it now,"
        " and we tell you here as soon as there is a version that mends it."
    ),
    "Does it work again?": (
        "Hello {name},\n\nWe have changed something about {app}. Does it work for you"
        " again? If so, you can mark {ticket} as solved yourself."
    ),
}
YEAR_END = ((12, 25, "Christmas Day"), (12, 26, "Second Christmas Day"))


def load(moments: Moments) -> dict[str, User]:
    """Everybody by e-mail address, with the levels and dates they depend on."""
    _releases(moments)
    _holidays(moments)
    _ready_answers()
    levels = {name: _level(name) for name in LEVELS}
    stella = _first_of_staff(moments)
    people = {STELLA.email: stella}
    for person in STAFF[1:]:
        people[person.email] = _person(person, None, stella, moments)
    for house in COMPANIES:
        company = actions.register_company(
            name=house.name,
            by=stella,
            at=moments.ago(house.since),
            service_level=levels[house.level],
            account_executive=people[WILLEM.email],
            customer_success_manager=people[ERIK.email],
            time_zone=house.time_zone,
            address=house.address,
        )
        for person in house.people:
            people[person.email] = _person(person, company, stella, moments)
        first = people[house.people[0].email]
        actions.name_contact(first, by=stella, at=first.registered_at)
    _security_contact(people["alice@acme.example"], moments)
    return people


def _security_contact(alice: User, moments: Moments) -> None:
    """Acme's is a mailbox that several people read, and has confirmed [CO-16]."""
    contact = actions.name_security_contact(
        alice.company,
        name="Acme Security Desk",
        email="security@acme.example",
        by=alice,
        at=moments.ago(420),
    )
    actions.confirm_security_contact(contact, at=moments.ago(419))


def _first_of_staff(moments: Moments) -> User:
    """Somebody must open the first account; nobody is there to do it for her."""
    stella = User(
        name=STELLA.name,
        email=STELLA.email,
        job_title=STELLA.job,
        phone=STELLA.phone,
        is_staff=True,
        created_at=moments.ago(STELLA.joined),
    )
    stella.save(force_insert=True)
    actions.reset_password(stella, PASSWORD, at=moments.ago(STELLA.joined))
    return stella


def _person(
    person: Person, company: Company | None, by: User, moments: Moments
) -> User:
    at = moments.ago(person.joined, 10)
    user = actions.add_person(
        email=person.email,
        name=person.name,
        by=by,
        at=at,
        company=company,
        is_company_admin=person.is_admin,
        is_staff=company is None,
        job_title=person.job,
        phone=person.phone,
    )
    if person.has_account:
        actions.reset_password(user, PASSWORD, at=at)
    return user


def _level(name: str) -> ServiceLevel:
    level = ServiceLevel(name=name, **LEVELS[name]["facts"])
    level.save(force_insert=True)
    for priority, (response, resolution, always) in LEVELS[name]["targets"].items():
        ServiceTarget(
            service_level=level,
            priority=priority,
            response_minutes=response,
            resolution_minutes=resolution,
            around_the_clock=always,
        ).save(force_insert=True)
    return level


def _releases(moments: Moments) -> None:
    for major, (age, latest, latest_age) in RELEASES.items():
        PlatformRelease(
            major=major,
            available_on=moments.day(-age),
            is_planned=age < 0,
            latest=latest,
            latest_on=moments.day(-latest_age) if latest else None,
        ).save()


def _holidays(moments: Moments) -> None:
    year = moments.today.year
    days = [(year + later, *day) for later in (0, 1) for day in HOLIDAYS + YEAR_END]
    for holiday_year, month, day, name in days:
        Holiday(day=moments.today.replace(holiday_year, month, day), name=name).save()


def _ready_answers() -> None:
    for name, text in READY_ANSWERS.items():
        ReadyAnswer(name=name, text=text).save()
