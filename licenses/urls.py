"""Addresses of licenses and keys, and of what is asked for beyond them."""

from django.urls import path

from licenses.views import (
    air_gap,
    expansions,
    files,
    issued,
    keys,
    license_keys,
    licenses,
    offboarding,
    public_keys,
    servers,
    verifying,
)

app_name = "licenses"

urlpatterns = [
    path("licenses/", licenses.license_list, name="list"),
    path("licenses/export/", licenses.license_export, name="export"),
    path("licenses/verify/", verifying.verify, name="verify"),
    path("licenses/<uuid:pk>/", licenses.license_detail, name="detail"),
    path("licenses/requests/", expansions.expansion_list, name="expansions"),
    path("licenses/requests/<uuid:pk>/", expansions.expansion_detail, name="expansion"),
    path(
        "licenses/requests/<uuid:pk>/withdraw/",
        expansions.withdraw_expansion,
        name="withdraw_expansion",
    ),
    path("licenses/<uuid:pk>/expand/", expansions.ask_expansion, name="expand"),
    path("licenses/issued/", issued.everywhere, name="issued"),
    path("licenses/<uuid:pk>/servers/", servers.server_list, name="servers"),
    path("licenses/<uuid:pk>/issued/", issued.of_license, name="issued_of_license"),
    path("licenses/<uuid:pk>/key/", license_keys.license_key, name="license_key"),
    path("licenses/servers/<uuid:pk>/file/", files.machine_file, name="machine_file"),
    path(
        "licenses/servers/<uuid:pk>/deactivate/",
        servers.deactivate,
        name="deactivate",
    ),
    path("licenses/servers/<uuid:pk>/free/", servers.free, name="free"),
    path("licenses/files/<uuid:pk>/", files.keep_file, name="keep_file"),
    path("licenses/<uuid:pk>/generate/", keys.generate_key, name="generate"),
    path("licenses/keys/<uuid:pk>/", keys.key_detail, name="key"),
    path("licenses/keys/<uuid:pk>/file/", keys.key_file, name="key_file"),
    path("licenses/keys/<uuid:pk>/activate/", keys.activate_key, name="activate"),
    path("licenses/keys/<uuid:pk>/send/", keys.send_key_link, name="send_link"),
    path("licenses/public-keys/", public_keys.public_keys, name="public_keys"),
    path(
        "licenses/public-keys/<uuid:pk>.pem",
        public_keys.public_key_file,
        name="public_key_file",
    ),
    path(
        "environments/<uuid:pk>/offboard/",
        offboarding.offboard,
        name="offboard",
    ),
    path(
        "environments/<uuid:pk>/bring-back/",
        offboarding.bring_back,
        name="bring_back",
    ),
    path(
        "applications/<uuid:pk>/licenses/",
        licenses.for_application,
        name="for_application",
    ),
    path(
        "applications/<uuid:pk>/licenses/air-gap/",
        air_gap.air_gap,
        name="air_gap",
    ),
    path(
        "applications/<uuid:pk>/licenses/issued/",
        issued.of_application,
        name="issued_of_application",
    ),
]
