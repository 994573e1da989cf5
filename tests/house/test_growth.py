"""No page asks the database more often because there are more rows.

The figures are statements on a request whose session is in the cache. The second one
holds where the rows fill more than a page: then the pager counts them, once.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.context import ACCOUNT_PLACES, PLACES
from tests.house.test_strangers import PLAIN, PUBLIC, WITH_ID

pytestmark = pytest.mark.django_db

MOST_FOR_A_LIST = 8
MOST_FOR_A_PAGE = 9
MOST_FOR_A_PREVIEW = 22
MOST_FOR_THE_OVERVIEW = 15

# Address, reader, and the row of the world it is about or what it asks for.
OVERVIEWS = {
    ("home", "alice", ""): (15, 15),
    ("home", "bob", ""): (15, 15),
    ("home", "stella", ""): (12, 12),
}
LISTS = {
    ("application_export", "alice", ""): (5, 5),
    ("application_list", "alice", ""): (7, 7),
    ("application_list", "bob", "?state=ending"): (7, 7),
    ("application_list", "stella", ""): (7, 7),
    ("companies:activity", "alice", ""): (4, 4),
    ("companies:activity", "stella", "?q=depot"): (3, 3),
    ("companies:export_activity", "alice", ""): (2, 2),
    ("companies:export_rights", "alice", ""): (6, 6),
    ("companies:invitations", "alice", ""): (3, 3),
    ("companies:people", "alice", ""): (4, 6),
    ("companies:notices", "bob", ""): (4, 5),
    ("companies:notices", "stella", "?which=unread&topic=license"): (4, 5),
    ("companies:people", "stella", ""): (3, 4),
    ("calendar", "alice", ""): (3, 3),
    ("licenses:expansions", "alice", ""): (3, 4),
    ("licenses:expansions", "stella", "?which=all"): (3, 4),
    ("licenses:export", "alice", ""): (2, 2),
    ("licenses:export", "stella", "?as=xlsx"): (2, 2),
    ("licenses:issued", "alice", ""): (3, 4),
    ("licenses:issued", "bob", "?which=all-keys"): (3, 3),
    ("licenses:issued", "stella", "?which=all-files&as=csv"): (2, 2),
    ("licenses:list", "alice", ""): (4, 4),
    ("licenses:list", "bob", "?which=ending"): (4, 4),
    ("licenses:list", "stella", ""): (3, 4),
    ("operations:maintenance_list", "alice", ""): (5, 5),
    ("operations:maintenance_list", "bob", "?which=past"): (5, 5),
    ("search", "alice", "?q=fleet"): (6, 6),
    ("tickets:list", "alice", ""): (5, 5),
    ("tickets:list", "bob", "?state=all"): (5, 5),
    ("tickets:list", "stella", ""): (5, 5),
}
DETAILS = {
    ("application_activity", "bob", "depot"): (5, 5),
    ("application_activity_export", "bob", "depot"): (4, 4),
    ("application_detail", "alice", "depot"): (9, 9),
    ("application_past", "bob", "depot"): (8, 9),
    ("application_past", "alice", "depot"): (5, 6),
    ("application_past_export", "bob", "depot"): (7, 7),
    ("application_detail", "bob", "depot"): (9, 9),
    ("application_detail", "bob", "track"): (9, 9),
    ("application_detail", "stella", "depot"): (9, 9),
    ("applications:access", "bob", "depot"): (8, 8),
    ("applications:access", "bob", "track"): (9, 9),
    ("applications:export_rights", "bob", "track"): (8, 8),
    ("companies:archive", "alice", ""): (3, 3),
    ("companies:company", "alice", ""): (9, 9),
    ("companies:deactivate", "alice", "colleague"): (8, 8),
    ("companies:person", "alice", "colleague"): (5, 5),
    ("companies:sign_in", "alice", ""): (4, 4),
    ("contacts:for_application", "bob", "depot"): (5, 5),
    ("contacts:handover", "priya", "handover"): (8, 8),
    ("licenses:detail", "bob", "license"): (9, 9),
    ("licenses:expansion", "bob", "expansion"): (3, 3),
    ("licenses:for_application", "bob", "depot"): (8, 8),
    ("licenses:issued_of_application", "bob", "depot"): (4, 5),
    ("licenses:issued_of_license", "bob", "license"): (4, 5),
    ("licenses:key", "bob", "key"): (8, 8),
    ("licenses:servers", "bob", "license"): (6, 7),
    ("operations:calendar_file", "bob", "window"): (2, 2),
    ("operations:for_application", "bob", "track"): (5, 5),
    ("operations:maintenance_detail", "bob", "window"): (8, 8),
    ("tickets:detail", "alice", "ticket"): (8, 8),
    ("tickets:detail", "bob", "ticket"): (8, 8),
    ("tickets:for_application", "bob", "depot"): (5, 6),
}
# Every package is asked once whom it would tell.
PREVIEWS = {
    ("application_told", "bob", "depot"): (22, 22),
    ("application_told", "bob", "track"): (21, 21),
}
FORMS = {
    ("applications:new", "alice", ""): (3, 3),
    ("companies:invite", "alice", ""): (2, 2),
    ("companies:mail_times", "bob", ""): (4, 4),
    ("companies:notice_choices", "bob", ""): (3, 3),
    ("companies:account", "alice", ""): (5, 5),
    ("contacts:appoint", "bob", "depot"): (8, 8),
    ("contacts:offer", "bob", "depot"): (7, 7),
    ("contacts:still", "bob", ""): (2, 2),
    ("licenses:expand", "bob", "cloud_license"): (5, 5),
    ("licenses:generate", "bob", "license"): (7, 7),
    ("licenses:verify", "bob", ""): (2, 2),
    ("tickets:new", "bob", ""): (9, 9),
    ("tickets:new", "bob", "?application={depot.pk}"): (8, 8),
}
PAGES = OVERVIEWS | LISTS | DETAILS | PREVIEWS | FORMS


@pytest.fixture(scope="module")
def asked(world_of):
    """Per page: its statements with one, three and thirty rows of everything."""
    measured = {page: [] for page in PAGES}
    for rows in (1, 3, 30):
        with world_of(rows) as world:
            clients = signed_in(world)
            for page, found in measured.items():
                found.append(statements(world, clients, *page))
    return measured


def signed_in(world):
    """A client for every reader, past the first request, which looks into the table."""
    clients = {}
    for who in {who for _name, who, _about in PAGES}:
        clients[who] = Client()
        clients[who].force_login(getattr(world.people, who))
        clients[who].get(reverse("companies:account"))
    return clients


def statements(world, clients, name, who, about):
    if not about or about.startswith("?"):
        address = reverse(name) + about.format(**vars(world))
    else:
        row = getattr(world, about)
        address = reverse(name, args=[getattr(row, "id", row.pk)])
    with CaptureQueriesContext(connection) as queries:
        answer = clients[who].get(address)
        assert answer.getvalue() if answer.streaming else answer.content
    assert answer.status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_more_rows_are_no_more_statements(asked, page):
    few, many = PAGES[page]

    assert [len(found) for found in asked[page]] == [few, few, many], "\n".join(
        sql[:400] for sql in asked[page][-1]
    )


@pytest.mark.parametrize(
    ("pages", "most"),
    [
        (OVERVIEWS, MOST_FOR_THE_OVERVIEW),
        (LISTS, MOST_FOR_A_LIST),
        (DETAILS, MOST_FOR_A_PAGE),
        (PREVIEWS, MOST_FOR_A_PREVIEW),
        (FORMS, MOST_FOR_A_PAGE),
    ],
    ids=["overviews", "lists", "details", "previews", "forms"],
)
def test_every_page_keeps_to_its_budget(pages, most):
    assert [page for page, (_few, many) in pages.items() if many > most] == []


def test_every_place_of_the_navigation_is_counted():
    places = {place[1] for place in PLACES + ACCOUNT_PLACES}

    assert places - {name for name, _who, _about in PAGES} == set()


# Pages about one row of a few facts, with nothing on them that could grow.
SMALL = {
    "applications:add_environment",
    "applications:change_environment",
    "applications:change_role",
    "applications:edit",
    "applications:leave",
    "companies:ask_archive",
    "companies:edit_company",
    "companies:name_admin",
    "companies:name_security_contact",
    "companies:remove_security_contact",
    "companies:name_contact",
    "companies:own_invitation",
    "companies:reactivate",
    "companies:sign_on_off",
    "companies:sign_on_on",
    "companies:sign_on_provider",
    "companies:sign_on_test",
    "companies:unname_admin",
    "companies:withdraw_invitation",
    "contacts:ask_again",
    "contacts:cancel",
    "contacts:change_hosting",
    "contacts:dismiss",
    "contacts:name_contact",
    "contacts:offboard",
    "contacts:replace",
    "letter",
    "letter_html",
    "letters",
    "licenses:bring_back",
    "licenses:offboard",
    "licenses:withdraw_expansion",
    "licenses:air_gap",
    "licenses:deactivate",
    "licenses:free",
    "licenses:key_file",
    "licenses:license_key",
    "licenses:machine_file",
    "tickets:attachment",
    "tickets:people",
    "tickets:solve",
}
# Buttons: they take POST alone.
BUTTONS = {
    "companies:archive_file",
    "companies:ask_service_level",
    "companies:ask_security_contact_again",
    "applications:change_rights",
    "companies:open_notice",
    "companies:read_notice",
    "companies:read_notices",
    "companies:reset_notice_choices",
    "companies:unread_notice",
    "contacts:accept",
    "contacts:decline",
    "contacts:remind",
    "contacts:write_again",
    "companies:send_invitation",
    "licenses:activate",
    "licenses:keep_file",
    "licenses:send_link",
    "operations:acknowledge",
    "revoke_calendar",
    "tickets:follow",
    "tickets:unfollow",
}


def test_every_address_is_counted_or_has_nothing_to_count():
    counted = {name for name, _who, _about in PAGES}

    assert (WITH_ID.keys() | PLAIN.keys()) - PUBLIC.keys() == counted | SMALL | BUTTONS
