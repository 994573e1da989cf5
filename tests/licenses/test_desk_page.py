"""The page of a license at the desk: what it shows first, and which buttons."""

import pytest
from django.urls import reverse
from django.utils import timezone

from licenses import actions
from licenses.desk_page import POINTLESS, STOPS
from licenses.models import License
from tests.factories.licenses import LicenseFactory

pytestmark = pytest.mark.django_db

RUNNING = {"renew_this", "plan_end", "suspend_this", "revoke_this"}


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def page_of(license):
    return reverse("admin:licenses_license_change", args=[license.pk])


def buttons(desk, license):
    html = desk.get(page_of(license)).content.decode()
    names = {name: f"admin:licenses_license_{name}" for name in POINTLESS}
    return {
        name
        for name, address in names.items()
        if reverse(address, args=[license.pk]) in html
    }


def test_a_running_license_can_be_renewed_and_stopped(desk):
    assert buttons(desk, LicenseFactory()) == RUNNING


def test_a_suspended_license_can_be_reinstated(desk, stella):
    license = LicenseFactory()
    at = timezone.now()
    actions.suspend_license(license=license, reason="Unpaid.", by=stella, at=at)

    assert buttons(desk, license) == RUNNING - {"suspend_this"} | {"reinstate_this"}


def test_a_revoked_license_has_no_button_left(desk, stella):
    license = LicenseFactory()
    at = timezone.now()
    actions.revoke_license(license=license, reason="Fraud.", by=stella, at=at)

    assert buttons(desk, license) == set()


def test_a_planned_end_can_be_taken_back(desk, stella):
    license = LicenseFactory()
    License.objects.filter(pk=license.pk).update(terminates_on=license.ends_on)

    assert buttons(desk, license) == RUNNING | {"unplan_end"}


def test_the_page_leads_to_app_and_company_and_says_how_it_stands(desk):
    license = LicenseFactory()

    html = desk.get(page_of(license)).content.decode()

    for row in (license.application, license.company):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        assert reverse(name, args=[row.pk]) in html
    assert "Active" in html
    assert "license.active" not in html


def test_what_never_happened_has_no_line(desk, stella):
    license = LicenseFactory()
    fields = desk.get(page_of(license)).context_data["adminform"].readonly_fields
    before = desk.get(page_of(license)).content.decode()
    actions.suspend_license(
        license=license, reason="Unpaid.", by=stella, at=timezone.now()
    )

    after = desk.get(page_of(license)).content.decode()

    assert set(STOPS) <= set(fields), "none of them can be written"
    assert "Why suspended" not in before
    assert "Why suspended" in after
    assert "Unpaid." in after
