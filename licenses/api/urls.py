"""Addresses for machines: none ends with a slash, for POST does not survive a detour.

Each stands under /v1/ and under /v1/accounts/{id}/. A license may be named by its key,
which holds a slash, so `path` takes all of it.
"""

from django.urls import include, path, re_path

from licenses.api import catalogue, checkout, machines, vendor, views

app_name = "licensing"

_resources = [
    path("ping", views.ping, name="ping"),
    path("me", views.me, name="me"),
    path("licenses/actions/validate-key", views.validate_key, name="validate_key"),
    path("licenses/<path:license>/actions/validate", views.validate, name="validate"),
    path("licenses/<path:license>/actions/renew", vendor.renew, name="renew"),
    path("licenses/<path:license>/actions/suspend", vendor.suspend, name="suspend"),
    path(
        "licenses/<path:license>/actions/reinstate",
        vendor.reinstate,
        name="reinstate",
    ),
    path("licenses/<path:license>/actions/revoke", vendor.revoke, name="revoke"),
    path("licenses/<path:license>/actions/check-in", vendor.check_in, name="check_in"),
    path("licenses/<path:license>/policy", vendor.policy, name="policy_of"),
    path("licenses/<path:license>/machines", machines.of_license, name="machines_of"),
    path(
        "licenses/<path:license>/entitlements",
        vendor.entitlements,
        name="entitlements",
    ),
    path(
        "licenses/<path:license>/actions/check-out",
        checkout.license_file,
        name="license_file",
    ),
    path(
        "machines/<path:machine>/actions/check-out",
        checkout.machine_file,
        name="machine_file",
    ),
    path("machines/<path:machine>/actions/ping", machines.ping, name="heartbeat"),
    path(
        "machines/<path:machine>/actions/ping-heartbeat",
        machines.ping,
        name="heartbeat_again",
    ),
    path("machines/<path:machine>/actions/reset", machines.reset, name="reset"),
    path(
        "machines/<path:machine>/actions/reset-heartbeat",
        machines.reset,
        name="reset_again",
    ),
    path("machines/<path:machine>/components", machines.parts, name="components"),
    path("machines/<path:machine>/processes", machines.parts, name="processes_of"),
    path("machines", machines.machines, name="machines"),
    path("machines/<path:machine>", machines.machine, name="machine"),
    path("licenses/<path:license>", vendor.license_detail, name="license"),
    path("licenses", vendor.licenses, name="licenses"),
    path("entitlements", catalogue.entitlements, name="all_entitlements"),
    path("entitlements/<str:entitlement>", catalogue.entitlement, name="entitlement"),
    path("policies", catalogue.policies, name="policies"),
    path("policies/<str:policy>", catalogue.policy, name="policy"),
    path("products", catalogue.products, name="products"),
    path("products/<str:product>", catalogue.product, name="product"),
    path("tokens", catalogue.tokens, name="tokens"),
    path("tokens/<str:token>", catalogue.token, name="token"),
]

urlpatterns = [
    path("accounts/<str:account>", views.account, name="account"),
    re_path(r"^(?:accounts/(?P<account>[^/]+)/)?", include(_resources)),
]
