"""Who asks for the measured pages, and what one request costs in statements."""

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.models import Application
from companies.models import User
from licenses.models import License
from licenses.views.licenses import PAGE_SIZE
from tickets.models import Ticket
from ui.pages import Cursor

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")


def pages() -> list[tuple[str, str, str, str]]:
    """Name, kind, address and cookie of every measured page."""
    admin, staff = _admin(), _staff()
    member = User.objects.filter(company=admin.company, memberships__isnull=False)[0]
    mine, team, all_rows = cookie(admin), cookie(member), cookie(staff)
    ticket = Ticket.objects.filter(company=admin.company, messages__isnull=False)
    ticket = long_ticket(ticket.order_by("number").first())
    application = _license_of(admin).environment.application_id
    last = {
        "apps": last_page(Application.objects.order_by("name", "id"), 50),
        "tickets": last_page(Ticket.objects.order_by("-number"), 50) + "&state=all",
    }
    return [
        ("applications of a company", "list", "/applications/", mine),
        ("applications of a team", "list", "/applications/", team),
        ("applications, all", "list", "/applications/", all_rows),
        ("applications, last page", "list", f"/applications/{last['apps']}", all_rows),
        ("application", "detail", f"/applications/{application}/", mine),
        *license_pages(),
        ("tickets of a company", "list", "/tickets/?state=all", mine),
        ("tickets, open", "list", "/tickets/", all_rows),
        ("tickets, all", "list", "/tickets/?state=all", all_rows),
        ("tickets, last page", "list", f"/tickets/{last['tickets']}", all_rows),
        ("ticket with 20 posts", "detail", f"/tickets/{ticket.pk}/", mine),
    ]  # fmt: skip


def license_pages() -> list[tuple[str, str, str, str]]:
    """Those about licenses, in the same form."""
    admin = _admin()
    mine, all_rows = cookie(admin), cookie(_staff())
    last = last_page(License.objects.order_by("due_on", "id"), PAGE_SIZE)
    return [
        ("licenses of a company", "list", "/licenses/", mine),
        ("licenses, all", "list", "/licenses/", all_rows),
        ("licenses, last page", "list", f"/licenses/{last}", all_rows),
        ("license", "detail", f"/licenses/{_license_of(admin).pk}/", mine),
    ]


def _admin() -> User:
    return User.objects.filter(is_company_admin=True).order_by("email")[7]


def _staff() -> User:
    email = "bench@vendor.example"
    return User.objects.get_or_create(email=email, is_staff=True)[0]


def _license_of(admin: User) -> License:
    licenses = License.objects.on_premises()
    return licenses.filter(environment__application__company=admin.company)[0]


def last_page(rows: QuerySet, size: int) -> str:
    """The query of the last full page of an ordered list, as the pager writes it."""
    order = [name.removeprefix("-") for name in rows.query.order_by]
    before = rows.count() - size
    values = rows.values_list(*order)[before - 1]
    return f"?after={Cursor(before, list(values))}"


def long_ticket(ticket: Ticket) -> Ticket:
    """The ticket, with its thread filled up to twenty posts."""
    for _ in range(20 - ticket.messages.count()):
        ticket.messages.create(
            author_id=ticket.opened_by_id, text="And once more.\n\nNothing new."
        )
    return ticket


def cookie(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session["_auth_user_backend"] = "companies.backends.AccountBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def cost(url: str, cookie: str) -> tuple[int, int]:
    """Statements and bytes of one request that finds the caches warm."""
    name, _, value = cookie.partition("=")
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[name] = value
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    statements = [row for row in captured if not row["sql"].upper().startswith(CONTROL)]
    return len(statements), len(response.content)
