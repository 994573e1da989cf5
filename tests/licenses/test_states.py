"""Suspended, reinstated, revoked; under another policy; with other features."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from licenses import actions
from licenses.models import License, Policy
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory
from tests.factories.licenses import EntitlementFactory, PolicyFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def suspend(license, at, by=None, reason="The invoice of June is open."):
    return actions.suspend_license(license=license, reason=reason, by=by, at=at)


def subjects():
    return list(Message.objects.order_by("id").values_list("subject", flat=True))


def test_suspend_license_tells_the_contacts_why(production, at, stella):
    suspend(production, at, by=stella)

    assert production.standing(TODAY).state_code == "license.suspended"
    message = Message.objects.first()
    assert message.subject == "Depot Control: the license of production is suspended"
    assert "The invoice of June is open." in message.text
    assert Message.objects.count() == 2


def test_reinstate_license_lets_it_run_again(production, at):
    suspend(production, at)

    actions.reinstate_license(license=production, by=None, at=at)

    assert production.standing(TODAY).state_code == "license.expiring"
    assert "Depot Control: the license of production is valid again" in subjects()


def test_a_renewal_of_a_suspended_license_gives_its_keys_when_it_runs_again(
    production, at
):
    """LI-19"""
    key = actions.generate_key(license=production, server_id="A-1", by=None, at=at)
    actions.activate_key(key=key, by=None, at=at)
    suspend(production, at)
    end = date(2027, 12, 6)
    actions.renew_license(license=production, ends_on=end, by=None, at=at)

    actions.reinstate_license(license=production, by=None, at=at)

    assert production.keys.waiting().get().ends_on == end


def test_a_license_is_suspended_again_and_people_are_told_again(production, at):
    suspend(production, at)
    actions.reinstate_license(license=production, by=None, at=at)
    later = at.replace(hour=9)

    suspend(production, later)

    assert Message.objects.filter(template="licenses/emails/suspended").count() == 4


def test_revoke_license_is_for_good(production, at):
    actions.revoke_license(license=production, reason="Cancelled", by=None, at=at)

    assert production.standing(TODAY).state_code == "license.revoked"
    assert not License.objects.live().exists()
    with pytest.raises(ValidationError, match="is revoked"):
        suspend(production, at)
    with pytest.raises(ValidationError, match="is revoked"):
        actions.reinstate_license(license=production, by=None, at=at)


def test_a_reason_is_due(production, at):
    with pytest.raises(ValidationError, match="Say why"):
        suspend(production, at, reason="  ")
    with pytest.raises(ValidationError, match="200 characters"):
        suspend(production, at, reason="x" * 201)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_customers_stop_no_license(request, production, at, who):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        suspend(production, at, by=person)
    with pytest.raises(PermissionDenied):
        actions.put_under_policy(license=production, policy=None, by=person, at=at)


def test_what_is_not_suspended_is_not_reinstated(production, at):
    with pytest.raises(ValidationError, match="not suspended"):
        actions.reinstate_license(license=production, by=None, at=at)


# Policies


def put(license, policy, at):
    return actions.put_under_policy(license=license, policy=policy, by=None, at=at)


def test_a_policy_brings_its_grace_and_keeps_the_end(production, at):
    put(production, PolicyFactory(grace_days=5), at)

    assert production.days_of_grace == 5
    assert production.ends_on == date(2026, 12, 6)


def test_a_policy_may_begin_a_new_term(production, at):
    policy = PolicyFactory(
        transfer_strategy=Policy.TransferStrategy.RESET_EXPIRY, duration_months=24
    )

    put(production, policy, at)

    production.refresh_from_db()
    assert production.ends_on == date(2028, 11, 20)
    assert production.terms.filter(ends_on=production.ends_on).exists()


def test_a_new_term_does_not_outlive_a_planned_end(production, at):
    policy = PolicyFactory(transfer_strategy=Policy.TransferStrategy.RESET_EXPIRY)
    actions.plan_end(license=production, on=production.ends_on, by=None, at=at)

    with pytest.raises(ValidationError, match="planned to end"):
        put(production, policy, at)


def test_a_new_term_begins_before_the_contract_would_have(production, at):
    production.starts_on, production.ends_on = date(2029, 1, 1), date(2029, 12, 31)
    production.save()
    policy = PolicyFactory(transfer_strategy=Policy.TransferStrategy.RESET_EXPIRY)

    put(production, policy, at)

    production.refresh_from_db()
    assert production.starts_on == date(2026, 11, 21)


def test_a_license_is_signed_under_a_policy(depot, driver, at):
    """The end is the one that is signed, the days of grace are its policy's."""
    environment = EnvironmentFactory(application=depot, name="test")
    policy = PolicyFactory(
        transfer_strategy=Policy.TransferStrategy.RESET_EXPIRY, grace_days=7
    )
    end = date(2029, 12, 31)
    made = {"environment": environment, "ends_on": end, "by": None, "at": at}

    with pytest.raises(ValidationError, match="not offered"):
        actions.create_license(**made, policy=PolicyFactory(application=driver))
    license = actions.create_license(**made, policy=policy)

    assert (license.policy, license.ends_on, license.grace_days) == (policy, end, 7)


def test_a_policy_of_another_app_is_refused(production, driver, at):
    with pytest.raises(ValidationError, match="not offered"):
        put(production, PolicyFactory(application=driver), at)
    with pytest.raises(ValidationError, match="not offered"):
        put(production, PolicyFactory(retired_at=at), at)


def test_a_key_that_is_made_keeps_its_kind(production, at):
    actions.make_license_key(license=production, by=None, at=at)

    with pytest.raises(ValidationError, match="another kind"):
        put(production, PolicyFactory(scheme=Policy.Scheme.SIGNED), at)


def test_a_policy_lets_in_the_servers_that_are_there(production, at):
    put(production, PolicyFactory(floating=True), at)
    for name in ("SERVER-A", "SERVER-B"):
        actions.activate_server(license=production, server_id=name, by=None, at=at)

    with pytest.raises(ValidationError, match="2 servers hold the license"):
        put(production, None, at)
    production.refresh_from_db()
    assert production.policy


def test_a_license_opens_what_its_policy_opens_and_more(production, at):
    policy = PolicyFactory()
    policy.entitlements.set([EntitlementFactory(code="export")])
    put(production, policy, at)
    own = [EntitlementFactory(code="archive"), policy.entitlements.get()]

    actions.set_entitlements(license=production, entitlements=own, by=None, at=at)

    assert [one.code for one in production.opens] == ["archive", "export"]


@pytest.mark.parametrize(
    ("basis", "today", "end"),
    [
        ("FROM_EXPIRY", date(2026, 11, 21), date(2027, 12, 6)),
        ("FROM_EXPIRY", date(2027, 2, 1), date(2027, 12, 6)),
        ("FROM_NOW", date(2026, 11, 21), date(2027, 11, 20)),
        ("FROM_NOW_IF_EXPIRED", date(2026, 12, 6), date(2027, 12, 6)),
        ("FROM_NOW_IF_EXPIRED", date(2026, 12, 8), date(2027, 12, 7)),
    ],
)
def test_the_next_term_counts_as_the_policy_says(production, basis, today, end):
    production.policy = PolicyFactory(renewal_basis=basis)

    assert production.next_end(today) == end


def test_a_term_of_months_ends_the_day_before(production):
    """E11: leap day."""
    production.policy = PolicyFactory(duration_months=1)
    production.ends_on = date(2028, 1, 30)

    assert production.next_end(date(2028, 1, 1)) == date(2028, 2, 28)


def test_a_policy_has_reminder_days_of_its_own(production, at):
    """E10, LI-21"""
    put(production, PolicyFactory(reminder_days="20,10"), at)

    assert actions.remind_of_renewal(at=at).licenses == 1
    assert production.reminders.get().days_before == 20


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reminder_days": "soon"}, "reminder_days"),
        ({"overage": Policy.Overage.QUARTER}, "overage"),
        (
            {"overage": Policy.Overage.QUARTER, "is_floating": True, "max_servers": 6},
            "overage",
        ),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(facts, field):
    with pytest.raises(ValidationError) as refusal:
        Policy(name="odd", **facts).full_clean()

    assert field in refusal.value.message_dict
