"""Foreign things do not exist: every address with an id, tried by who has no business.

Whatever takes an id has a row in `ROWS`; an address without one fails the walk [E25].
"""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from operations.models import MaintenanceWindow
from tests.house.test_doors import patterns
from tickets.models import Ticket

WALKED = [
    (f"{namespace}:{pattern.name}" if namespace else pattern.name, pattern)
    for namespace, address, pattern in patterns(get_resolver())
    if namespace != "admin" and not address.startswith(("admin/", "accounts/"))
]
WITH_ID = {name: one for name, one in WALKED if one.pattern.converters}
PLAIN = {name: one for name, one in WALKED if not one.pattern.converters}

# Open to everybody by intent; what they show is proven where they are.
PUBLIC = {
    "brand": "the vendor's colours",
    "mark": "the vendor's mark",
    "healthz": "for machines",
    "readyz": "for machines",
    "companies:confirm_security_contact": "a signed link to a mailbox",
    "companies:unsubscribe": "a signed link: it switches off letters of one topic",
    "companies:invitation": "the token of a letter is the key",
    "contacts:still_link": "the link of a letter: one person says “still me”",
    "licenses:public_key_file": "the vendor's public key",
    "licenses:public_keys": "the vendor's public keys",
    "licensing:account": "the vendor's public key",
    "licensing:components": "apps show a license key, no session",
    "licensing:heartbeat": "the same",
    "licensing:heartbeat_again": "the same",
    "licensing:processes_of": "the same",
    "licensing:reset": "the same",
    "licensing:reset_again": "the same",
    "licensing:entitlements": "apps show a license key, no session",
    "licensing:license_file": "the same",
    "licensing:machine_file": "the same",
    "licensing:machine": "the same",
    "licensing:machines": "the same",
    "licensing:machines_of": "the same",
    "licensing:license": "apps show a license key, no session",
    "licensing:me": "the same",
    "licensing:renew": "machines show a token, no session",
    "licensing:suspend": "machines show a token, no session",
    "licensing:reinstate": "machines show a token, no session",
    "licensing:revoke": "machines show a token, no session",
    "licensing:check_in": "machines show a token, no session",
    "licensing:policy_of": "machines show a token, no session",
    "licensing:policies": "machines show a token, no session",
    "licensing:policy": "machines show a token, no session",
    "licensing:products": "machines show a token, no session",
    "licensing:product": "machines show a token, no session",
    "licensing:all_entitlements": "machines show a token, no session",
    "licensing:entitlement": "machines show a token, no session",
    "licensing:licenses": "machines show a token, no session",
    "licensing:tokens": "machines show a token, no session",
    "licensing:token": "machines show a token, no session",
    "licensing:ping": "for machines",
    "licensing:validate": "apps show a license key, no session",
    "licensing:validate_key": "the same, in its body",
    "calendar_feed": "the secret of the address is the key; for calendar programs",
    "mailbox": "the trial's mail, not there in production",
    "mailbox_letter": "the same",
    "mailbox_html": "the same",
    "mailbox_source": "the same",
    "mailbox_attachment": "the same",
}

# Of no company: made-up facts, for staff.
NOBODYS = {"letter", "letter_html"}

# Address: which row of Acme's it leads to, and for whom it is there.
ROWS = {
    "application_activity": ("depot", "bob"),
    "application_activity_export": ("depot", "bob"),
    "application_detail": ("depot", "bob"),
    "application_past": ("depot", "bob"),
    "application_past_export": ("depot", "bob"),
    "application_told": ("depot", "bob"),
    "applications:access": ("depot", "bob"),
    "applications:add_environment": ("depot", "bob"),
    "applications:change_environment": ("environment", "bob"),
    "applications:change_rights": ("environment", "bob"),
    "applications:change_role": ("membership", "bob"),
    "applications:edit": ("depot", "bob"),
    "applications:export_rights": ("depot", "bob"),
    "applications:leave": ("membership", "bob"),
    "companies:archive_file": ("archive", "alice"),
    "companies:ask_security_contact_again": ("security_contact", "alice"),
    "companies:deactivate": ("colleague", "alice"),
    "companies:name_admin": ("colleague", "alice"),
    "companies:name_contact": ("colleague", "alice"),
    "companies:open_notice": ("notice", "bob"),
    "companies:own_invitation": ("invitation", "gus"),
    "companies:person": ("colleague", "alice"),
    "companies:reactivate": ("colleague", "alice"),
    "companies:read_notice": ("notice", "bob"),
    "companies:remove_security_contact": ("security_contact", "alice"),
    "companies:send_invitation": ("invitation", "alice"),
    "companies:unname_admin": ("colleague", "alice"),
    "companies:unread_notice": ("notice", "bob"),
    "companies:withdraw_invitation": ("invitation", "alice"),
    "contacts:accept": ("handover", "priya"),
    "contacts:appoint": ("depot", "bob"),
    "contacts:ask_again": ("contact", "alice"),
    "contacts:cancel": ("handover", "bob"),
    "contacts:change_hosting": ("depot", "stella"),
    "contacts:decline": ("handover", "priya"),
    "contacts:dismiss": ("contact", "bob"),
    "contacts:for_application": ("depot", "bob"),
    "contacts:handover": ("handover", "priya"),
    "contacts:name_contact": ("returns", "alice"),
    "contacts:offboard": ("depot", "stella"),
    "contacts:offer": ("depot", "bob"),
    "contacts:remind": ("handover", "bob"),
    "contacts:replace": ("contact", "alice"),
    "contacts:write_again": ("contact", "alice"),
    "licenses:activate": ("key", "bob"),
    "licenses:air_gap": ("depot", "bob"),
    "licenses:deactivate": ("seat", "bob"),
    "licenses:detail": ("license", "bob"),
    "licenses:expand": ("cloud_license", "bob"),
    "licenses:expansion": ("expansion", "bob"),
    "licenses:for_application": ("depot", "bob"),
    "licenses:free": ("held", "stella"),
    "licenses:generate": ("license", "bob"),
    "licenses:issued_of_application": ("depot", "bob"),
    "licenses:issued_of_license": ("license", "bob"),
    "licenses:keep_file": ("file", "bob"),
    "licenses:key": ("key", "bob"),
    "licenses:key_file": ("key", "bob"),
    "licenses:bring_back": ("environment", "stella"),
    "licenses:offboard": ("environment", "bob"),
    "licenses:withdraw_expansion": ("expansion", "bob"),
    "licenses:license_key": ("license", "bob"),
    "licenses:machine_file": ("seat", "bob"),
    "licenses:send_link": ("key", "bob"),
    "licenses:servers": ("license", "bob"),
    "operations:acknowledge": ("window", "bob"),
    "operations:calendar_file": ("window", "bob"),
    "operations:for_application": ("track", "bob"),
    "operations:maintenance_detail": ("window", "bob"),
    "revoke_calendar": ("feed", "bob"),
    "tickets:attachment": ("attachment", "bob"),
    "tickets:detail": ("ticket", "bob"),
    "tickets:follow": ("ticket", "alice"),
    "tickets:for_application": ("depot", "bob"),
    "tickets:people": ("ticket", "bob"),
    "tickets:solve": ("ticket", "bob"),
    "tickets:unfollow": ("ticket", "alice"),
}
# Admin of another company; hers on the team of one other app of Acme; without company.
STRANGERS = ("charlie", "dora", "eve")
# Of Acme, but on no team: sees the people, and none of the apps.
COLLEAGUE = "frank"
ABOUT_PEOPLE = {name for name in ROWS if ROWS[name][0] == "colleague"}


@pytest.fixture(scope="module")
def world(world_of):
    with world_of(rows=1) as world:
        yield world


@pytest.fixture
def address(world):
    def of(name):
        row = getattr(world, ROWS[name][0])
        return reverse(name, args=[getattr(row, "id", row.pk)])

    return of


def signed_in(world, who):
    client = Client()
    client.force_login(getattr(world.people, who))
    return client


def codes(client, address):
    return {client.get(address).status_code, client.post(address).status_code}


def refusals(world, who, name):
    """404; or 403 at a door that this person may not pass, whatever the id.

    405 goes with it where the view does not take the method.
    """
    person, door = getattr(world.people, who), WITH_ID[name].callback.door
    is_shut = (door == "staff" and not person.is_staff) or (
        door == "company admin" and not person.is_company_admin
    )
    closed = 403 if is_shut else 404
    return {closed}, {closed, 405}


def test_every_address_with_an_id_has_its_row():
    assert WITH_ID.keys() - PUBLIC.keys() - NOBODYS == ROWS.keys()


def test_what_is_public_is_public_by_intent():
    doors = {name for name, one in WALKED if one.callback.door.startswith("public: ")}

    assert doors == PUBLIC.keys()


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("who", STRANGERS)
def test_foreign_things_do_not_exist(db, world, address, name, who):
    found = codes(signed_in(world, who), address(name))

    assert found in refusals(world, who, name)


@pytest.mark.parametrize("name", sorted(ROWS.keys() - ABOUT_PEOPLE))
def test_apps_without_me_do_not_exist(db, world, address, name):
    found = codes(signed_in(world, COLLEAGUE), address(name))

    assert found in refusals(world, COLLEAGUE, name)


@pytest.mark.parametrize("name", ROWS)
def test_whoever_is_meant_finds_it(db, world, address, name):
    client = signed_in(world, ROWS[name][1])

    answer = client.get(address(name))
    if answer.status_code == 405:
        answer = client.post(address(name))

    assert answer.status_code in {200, 302}
    assert spoken(answer) or answer["Location"]


@pytest.mark.parametrize("name", ROWS)
def test_an_address_is_shut_before_signing_in(db, world, address, name, client):
    sign_in = reverse("account_login")

    for answer in (client.get(address(name)), client.post(address(name))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{sign_in}?next=")


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - PUBLIC.keys()))
def test_a_page_is_shut_before_signing_in(db, world, name, client):
    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_closed_account_opens_nothing(db, world, address):
    client = signed_in(world, "bob")
    world.people.bob.is_active = False
    world.people.bob.save()

    answers = {client.get(address(name)).status_code for name in ROWS}

    assert answers == {302}


# Pages without an id: what they list, find and export


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - PUBLIC.keys()))
@pytest.mark.parametrize("who", ["charlie", "eve"])
def test_no_page_shows_a_stranger_anything_of_acme(db, world, name, who):
    client = signed_in(world, who)

    said = spoken(client.get(reverse(name), follow=True))

    assert [word for word in world.words_of_acme if word in said] == []


# Each finds rows without being the whole of a name, so that no page echoes one.
SEARCHES = [
    ("application_list", "q=Depot%20Con"),
    ("application_list", "q=Bob%20Web"),
    ("application_list", "q=7C41-E09B"),
    ("application_export", "q=Depot%20Con"),
    ("companies:activity", "q=Depot%20Con"),
    ("companies:export_activity", "q=Depot%20Con"),
    ("companies:people", "q=Bob%20Web"),
    ("companies:people", "state=external"),
    ("licenses:export", "q=Depot%20Con"),
    ("licenses:expansions", "which=all"),
    ("licenses:issued", "which=all-files"),
    ("licenses:issued", "which=keys"),
    ("licenses:issued", "which=all-keys&as=csv"),
    ("licenses:list", "q=Depot%20Con"),
    ("licenses:list", "which=activate"),
    ("operations:maintenance_list", "which=past"),
    ("search", "q=Depot%20Con"),
    ("search", "q=Bob%20Web"),
    ("search", "q=Empty%20plan"),
    ("tickets:list", "q=Empty%20plan"),
    ("tickets:list", "state=all"),
]


@pytest.mark.parametrize(("name", "query"), SEARCHES)
def test_searching_finds_nothing_foreign(db, world, name, query):
    address = f"{reverse(name)}?{query}"

    mine = spoken(signed_in(world, "alice").get(address))
    foreign = spoken(signed_in(world, "charlie").get(address))

    assert [word for word in world.words_of_acme if word in mine]
    assert [word for word in world.words_of_acme if word in foreign] == []


@pytest.mark.parametrize("row", ["depot", "license", "key", "ticket", "colleague"])
def test_an_exact_name_finds_nothing_foreign_either(db, world, row):
    """The page says the words again; it leads nowhere."""
    thing = getattr(world, row)
    words = str(getattr(thing, "number", None) or getattr(thing, "email", thing.pk))
    address = f"{reverse('search')}?q={words}"

    mine, foreign = (
        spoken(signed_in(world, who).get(address)) for who in ("alice", "charlie")
    )

    assert row == "key" or f'href="{thing.get_absolute_url()}"' in mine
    assert f'href="{thing.get_absolute_url()}"' not in foreign


def spoken(answer):
    """The text of a page or a file, also of one that is streamed."""
    content = answer.getvalue() if answer.streaming else answer.content
    return content.decode()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("tickets:new", "application={depot}"),
        ("tickets:new", "follows={ticket}"),
    ],
)
def test_what_an_address_names_must_be_mine(db, world, name, query):
    named = query.format(depot=world.depot.pk, ticket=world.ticket.pk)
    address = f"{reverse(name)}?{named}"

    assert codes(signed_in(world, "bob"), address) == {200}
    assert codes(signed_in(world, "charlie"), address) == {404}


def test_a_form_takes_no_foreign_row(db, world):
    """What is posted by hand is as little a choice as what was never offered."""
    client = signed_in(world, "charlie")
    before = Ticket.objects.count()

    answer = client.post(
        reverse("tickets:new"),
        {
            "application": str(world.depot.pk),
            "environment": str(world.environment.pk),
            "kind": "question",
            "impact": 3,
            "urgency": 3,
            "subject": "Let me in",
            "text": "As if it were mine.",
        },
    )

    assert answer.status_code == 200
    assert "application" in answer.context["form"].errors
    assert Ticket.objects.count() == before


# Guests


def test_a_guest_sees_the_one_app_of_her_team(db, world):
    """Dora of Globex works on Dock Planner of Acme, and on nothing else [E32]."""
    client = signed_in(world, "dora")
    others = {"Depot Control", "Track and Trace", "Returns Desk", "Empty plans"}

    for name in sorted(PLAIN.keys() - PUBLIC.keys()):
        said = spoken(client.get(reverse(name), follow=True))
        assert {word for word in others if word in said} == set(), name
    assert "Dock Planner" in spoken(client.get(reverse("application_list")))


def test_a_guest_reads_of_a_shared_window_her_own_part(db, world):
    """Work that touches many apps names to each reader those they may see."""
    client = signed_in(world, "dora")
    shared = MaintenanceWindow.objects.visible_to(world.people.dora).get()

    said = spoken(client.get(shared.get_absolute_url()))

    assert "Dock Planner" in said
    assert "Track and Trace" not in said
