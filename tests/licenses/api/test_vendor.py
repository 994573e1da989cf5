"""The vendor's own machines, by tokens: licenses made, changed, stopped, read."""

from datetime import UTC, date, datetime, timedelta

import pytest

from licenses import actions
from licenses.models import ApiToken, License
from tests.factories.apps import EnvironmentFactory
from tests.factories.licenses import EntitlementFactory, PolicyFactory, SeatFactory
from tests.licenses.api.conftest import code_of, validate_key

pytestmark = pytest.mark.django_db
Kind = ApiToken.Kind


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def made(stella, at):
    def token(kind=Kind.ADMIN, **facts):
        return actions.make_token(kind=kind, name="CI", by=stella, at=at, **facts)[1]

    return token


@pytest.fixture
def vendor(app, made):
    """Asks with a token for every license."""
    headers = bearer(made())

    class Vendor:
        def __getattr__(self, method):
            ask = getattr(app, method)
            return lambda address, *body: ask(address, *body, **headers)

    return Vendor()


def named(kind, row):
    return {"data": {"type": kind, "id": str(row.pk)}}


def wish_of(environment, policy=None, **attributes):
    relationships = {"environment": named("environments", environment)}
    if policy:
        relationships["policy"] = named("policies", policy)
    return {"data": {"attributes": attributes, "relationships": relationships}}


# Tokens


@pytest.mark.parametrize(
    "headers",
    [
        lambda text: {"Authorization": f"Bearer {text}"},
        lambda text: {"Authorization": f"token {text}"},
    ],
)
def test_a_token_of_a_license_is_as_good_as_its_key(app, made, production, at, headers):
    actions.make_license_key(license=production, by=None, at=at)
    text = made(Kind.ACTIVATION, license=production)

    answer = app.get("me", **headers(text))

    assert answer.json()["data"]["id"] == str(production.pk)
    assert app.get("licenses", **headers(text)).status_code == 403


def test_an_unknown_a_revoked_and_an_old_token_are_refused(app, now, stella, at):
    assert code_of(app.get("me", **bearer("admin-00v3"))) == "TOKEN_INVALID"

    token, text = actions.make_token(
        kind=Kind.ADMIN, name="CI", by=stella, at=at, expires_at=at + timedelta(hours=1)
    )
    now.value = at + timedelta(hours=1)
    assert code_of(app.get("me", **bearer(text))) == "TOKEN_EXPIRED"

    actions.revoke_token(token=token, by=stella, at=at)
    assert code_of(app.get("me", **bearer(text))) == "TOKEN_INVALID"


def test_a_token_ends_with_the_work_of_its_maker(app, made, stella):
    text = made()
    stella.is_staff = False
    stella.save()

    assert app.get("me", **bearer(text)).status_code == 401


def test_me_is_the_token(vendor):
    data = vendor.get("me").json()["data"]

    assert data["attributes"]["kind"] == "admin-token"
    assert "token" not in data["attributes"]


def test_a_token_of_one_app_sees_no_other(app, made, production, cloud_license):
    text = made(Kind.PRODUCT, application=production.application)

    listed = app.get("licenses", **bearer(text)).json()["data"]

    assert [one["id"] for one in listed] == [str(production.pk)]
    other = app.get(f"licenses/{cloud_license.pk}", **bearer(text))
    assert code_of(other) == "NOT_FOUND"
    assert app.get("tokens", **bearer(text)).status_code == 403
    assert len(app.get("products", **bearer(text)).json()["data"]) == 1


def test_tokens_are_made_listed_and_revoked(vendor, app, production):
    body = {
        "data": {
            "attributes": {"name": "depot server"},
            "relationships": {"license": named("licenses", production)},
        }
    }

    made = vendor.post("tokens", body)

    assert made.status_code == 201
    text = made.json()["data"]["attributes"]["token"]
    assert text.startswith("activ-")
    assert len(vendor.get("tokens").json()["data"]) == 2
    gone = vendor.delete(f"tokens/{made.json()['data']['id']}")
    assert gone.status_code == 204
    assert app.get("me", **bearer(text)).status_code == 401


# Licenses


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "licenses"),
        ("post", "licenses"),
        ("patch", "licenses/{pk}"),
        ("delete", "licenses/{pk}"),
        ("post", "licenses/{pk}/actions/renew"),
        ("post", "licenses/{pk}/actions/suspend"),
        ("post", "licenses/{pk}/actions/reinstate"),
        ("delete", "licenses/{pk}/actions/revoke"),
        ("put", "licenses/{pk}/policy"),
        ("post", "licenses/{pk}/entitlements"),
        ("delete", "licenses/{pk}/entitlements"),
        ("get", "policies"),
        ("get", "products"),
        ("get", "entitlements"),
        ("get", "tokens"),
    ],
)
def test_a_license_key_is_no_token_of_the_vendor(app, key, production, method, address):
    answer = getattr(app, method)(address.format(pk=production.pk), key=key)

    assert answer.status_code == 403, answer.content
    production.refresh_from_db()
    assert not production.is_revoked
    assert not production.is_suspended


def test_a_license_is_made_with_its_key(vendor, app, depot, at):
    place = EnvironmentFactory(application=depot, name="disaster recovery")
    policy = PolicyFactory(floating=True, duration_months=6)

    answer = vendor.post("licenses", wish_of(place, policy, maxUsers=40))

    assert answer.status_code == 201, answer.content
    license = License.objects.get()
    assert license.ends_on == date(2027, 5, 20)
    assert (license.policy, license.users) == (policy, 40)
    key = answer.json()["data"]["attributes"]["key"]
    assert validate_key(app, key).json()["meta"]["code"] == "VALID"


def test_a_license_is_made_with_a_key_and_an_end_of_the_vendors_own(vendor, depot):
    place = EnvironmentFactory(application=depot)
    end = "2027-12-06T23:00:00.000Z"

    answer = vendor.post("licenses", wish_of(place, key="OUR-OWN-1", expiry=end))

    attributes = answer.json()["data"]["attributes"]
    assert attributes["key"] == "OUR-OWN-1"
    assert attributes["expiry"] == end
    assert License.objects.get().ends_on == date(2027, 12, 6)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"expiry": "soon"}, "EXPIRY_INVALID"),
        ({"expiry": "2027-12-06"}, "EXPIRY_INVALID"),
        ({"maxUsers": "40"}, "MAXUSERS_INVALID"),
        ({"maxMachines": True}, "MAXMACHINES_INVALID"),
        ({"maxMachines": 2**40}, "MAXMACHINES_INVALID"),
        ({"metadata": []}, "METADATA_INVALID"),
        ({"key": "short"}, "LICENSE_INVALID"),
    ],
)
def test_a_wish_that_does_not_fit_changes_nothing(vendor, depot, attributes, code):
    place = EnvironmentFactory(application=depot)

    answer = vendor.post("licenses", wish_of(place, **attributes))

    assert answer.status_code == 422
    assert code_of(answer) == code
    assert not License.objects.exists()


def test_an_environment_has_one_license(vendor, production):
    """E13"""
    answer = vendor.post("licenses", wish_of(production.environment))

    assert answer.status_code == 422
    assert License.objects.count() == 1


def test_a_license_is_changed(vendor, production):
    attributes = {"maxMachines": 3, "metadata": {"tier": "gold"}}

    answer = vendor.patch(
        f"licenses/{production.pk}", {"data": {"attributes": attributes}}
    )

    assert answer.status_code == 200, answer.content
    production.refresh_from_db()
    assert production.max_servers == 3
    assert production.metadata == {"tier": "gold"}


def test_a_key_is_never_changed(vendor, production):
    body = {"data": {"attributes": {"key": "ANOTHER-1"}}}

    answer = vendor.patch(f"licenses/{production.pk}", body)

    assert code_of(answer) == "KEY_NOT_ALLOWED"


def test_a_license_is_renewed_by_one_term(vendor, production):
    answer = vendor.post(f"licenses/{production.pk}/actions/renew")

    assert answer.status_code == 200
    production.refresh_from_db()
    assert production.ends_on == date(2027, 12, 6)


def test_a_license_is_suspended_reinstated_and_revoked(vendor, app, production, at):
    key = actions.make_license_key(license=production, by=None, at=at)
    address = f"licenses/{production.pk}"

    vendor.post(f"{address}/actions/suspend", {"meta": {"reason": "Unpaid"}})
    assert validate_key(app, key).json()["meta"]["code"] == "SUSPENDED"
    assert vendor.get(address).json()["data"]["attributes"]["suspended"]

    vendor.post(f"{address}/actions/reinstate")
    assert validate_key(app, key).json()["meta"]["code"] == "VALID"
    again = vendor.post(f"{address}/actions/reinstate")
    assert again.status_code == 422

    assert vendor.delete(f"{address}/actions/revoke").status_code == 204
    assert validate_key(app, key).json()["meta"]["code"] == "NOT_FOUND"
    assert vendor.get(address).status_code == 404
    production.refresh_from_db()
    assert production.revocation_reason == "CI"


def test_a_license_is_found_by_its_key(vendor, production, at):
    key = actions.make_license_key(license=production, by=None, at=at)

    assert vendor.get(f"licenses/{key}").json()["data"]["id"] == str(production.pk)


def test_no_policy_asks_for_check_ins(vendor, production):
    answer = vendor.post(f"licenses/{production.pk}/actions/check-in")

    assert code_of(answer) == "CHECK_IN_NOT_REQUIRED"


def test_a_license_comes_under_another_policy(vendor, production, driver):
    address = f"licenses/{production.pk}/policy"
    policy = PolicyFactory(floating=True)

    assert vendor.get(address).status_code == 404
    vendor.put(address, named("policies", policy))

    production.refresh_from_db()
    assert production.policy == policy
    assert vendor.get(address).json()["data"]["id"] == str(policy.pk)
    other = PolicyFactory(application=driver)
    assert code_of(vendor.put(address, named("policies", other))) == "POLICY_INVALID"


def test_features_are_attached_and_detached(vendor, production):
    feature = EntitlementFactory(code="export")
    address = f"licenses/{production.pk}/entitlements"
    body = {"data": [named("entitlements", feature)["data"]]}

    assert vendor.post(address, body).status_code == 200
    assert production.opens == [feature]
    assert vendor.delete(address, body).status_code == 204
    assert License.objects.get().opens == []
    unknown = {"data": [{"type": "entitlements", "id": str(production.pk)}]}
    assert vendor.post(address, unknown).status_code == 422


def test_what_the_vendor_sells_is_listed(vendor, production):
    policy, feature = PolicyFactory(), EntitlementFactory(code="export")
    product = production.application

    for name, row in {
        "policies": policy,
        "entitlements": feature,
        "products": product,
    }.items():
        assert vendor.get(name).json()["data"][0]["id"] == str(row.pk)
        assert vendor.get(f"{name}/{row.pk}").status_code == 200
        assert vendor.get(f"{name}/nothing").status_code == 404
    assert vendor.get("entitlements/export").status_code == 200


# Servers


def test_the_vendor_resets_a_heartbeat_and_takes_a_file(vendor, production, at):
    actions.make_license_key(license=production, by=None, at=at)
    seat = SeatFactory(license=production, last_heartbeat_at=at)

    answer = vendor.post(f"machines/{seat.pk}/actions/reset")

    assert answer.json()["data"]["attributes"]["heartbeatStatus"] == "NOT_STARTED"
    file = vendor.post(f"machines/{seat.pk}/actions/check-out")
    assert file.json()["data"]["type"] == "machine-files"
    assert len(vendor.get("machines").json()["data"]) == 1


def test_lists_go_on_page_by_page(vendor, depot):
    for number in range(3):
        place = EnvironmentFactory(application=depot, name=f"place {number}")
        vendor.post("licenses", wish_of(place))

    first = vendor.get("licenses?page[size]=2&page[number]=1").json()

    assert len(first["data"]) == 2
    assert "page%5Bnumber%5D=2" in first["links"]["next"]


def test_a_moment_is_read_in_any_zone(vendor, depot):
    place = EnvironmentFactory(application=depot)
    end = datetime(2027, 1, 1, tzinfo=UTC).isoformat()

    vendor.post("licenses", wish_of(place, expiry=end))

    assert License.objects.get().ends_on == date(2027, 1, 1)


@pytest.mark.parametrize("link", ["license", "product"])
@pytest.mark.parametrize("named", ["garbage", "7C41", None, 7])
def test_a_token_for_something_unknown_is_not_one_for_everything(vendor, link, named):
    data = {
        "attributes": {"name": "CI"},
        "relationships": {link: {"data": {"id": named}}},
    }

    answer = vendor.post("tokens", {"data": data})

    assert answer.status_code in (404, 422)
    assert ApiToken.objects.count() == 1


def test_a_stopped_license_gives_the_vendor_no_file_either(vendor, production, at):
    seat = SeatFactory(license=production, activated_at=at)
    actions.suspend_license(license=production, reason="unpaid", by=None, at=at)

    for address in (f"licenses/{production.pk}", f"machines/{seat.pk}"):
        answer = vendor.post(f"{address}/actions/check-out")

        assert (answer.status_code, code_of(answer)) == (403, "LICENSE_SUSPENDED")


def test_a_cloud_license_gives_no_file_and_is_not_called_suspended(
    vendor, cloud_license
):
    answer = vendor.post(f"licenses/{cloud_license.pk}/actions/check-out")

    assert (answer.status_code, code_of(answer)) == (422, "LICENSE_STOPPED")


def test_an_end_of_the_vendors_own_stays_under_a_policy_of_new_terms(vendor, depot):
    policy = PolicyFactory(transfer_strategy="RESET_EXPIRY")
    wish = wish_of(
        EnvironmentFactory(application=depot, name="test"),
        policy,
        expiry="2029-12-31T23:00:00.000Z",
    )

    answer = vendor.post("licenses", wish)

    made = License.objects.get(pk=answer.json()["data"]["id"])
    assert (made.ends_on, made.policy) == (date(2029, 12, 31), policy)
    assert made.terms.count() == 1


def test_a_feature_is_asked_for_by_any_text(vendor):
    assert vendor.get("entitlements/%00").status_code == 404
