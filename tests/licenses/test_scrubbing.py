import logging
import logging.config

import pytest
from django.conf import settings

from licenses import keys
from licenses.scrubbing import ScrubbedFormatter, scrub

KEY = keys.sign(b'{"license":{"id":"44444444"}}', bytes(32))
PLAIN = "9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3"


@pytest.mark.parametrize(
    "line",
    [
        KEY,
        f"GET /v1/licenses/{KEY.replace('/', '%2F', 1)}/actions/validate",
        f"refused {KEY} for 7C41",
        f"Authorization: License {KEY}",
        PLAIN,
        f"GET /v1/licenses/{PLAIN}",
        PLAIN.lower(),
        KEY[:60],
    ],
)
def test_a_key_is_taken_out(line):
    shown = scrub(line)

    assert "[removed]" in shown
    for secret in (KEY[10:40], PLAIN[7:20], PLAIN[7:20].lower()):
        assert secret not in shown


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /v1/licenses/OUR-OWN",
        "Not Found: /v1/licenses/OUR-OWN KEY/machines",
        '"GET /v1/licenses/OUR-OWN/actions/validate?x=1 HTTP/1.1" 200',
        "GET /v1/accounts/4f2bb1d6/licenses/OUR-OWN/entitlements",
        "GET /v1/me?auth=license:OUR-OWN",
        "GET /v1/me?x=1&token=OUR-OWN",
        "{'Authorization': 'License OUR-OWN', 'Host': 'x'}",
        "Authorization: Basic OUR-OWN",
        '{"meta":{"key":"OUR-OWN","scope":{}}}',
        f"Bearer prod-{64 * 'a'}v3",
    ],
)
def test_keys_of_any_look_are_taken_out_of_their_places(line):
    shown = scrub(line)

    assert "[removed]" in shown
    assert "OUR-OWN" not in shown
    assert 32 * "a" not in shown


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /v1/licenses/4f2bb1d6-7d2c-4d7b-9d7e-9a34d5b1f6a0/machines",
        "Too Many Requests: /v1/licenses/actions/validate-key",
        "License LIC-20417 renewed",
        "licenses: 12 reminders about 14 licenses",
        "Key E2D4-71B9 on rtm-app-01",
        "GET /licenses/keys/4f2bb1d6-7d2c-4d7b-9d7e-9a34d5b1f6a0/",
        "license-renewal:2026-12-06:15:20417+20418",
    ],
)
def test_everything_else_stays(line):
    assert scrub(line) == line


def test_the_portals_own_logs_are_scrubbed(capsys):
    line = settings.LOGGING["formatters"]["line"]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": line},
            "handlers": {
                "here": {"class": "logging.StreamHandler", "formatter": "line"}
            },
            "loggers": {"trial": {"handlers": ["here"], "propagate": False}},
        }
    )

    try:
        raise ValueError(KEY)
    except ValueError:
        logging.getLogger("trial").exception("lost %s", KEY)

    shown = capsys.readouterr().err
    assert KEY[10:40] not in shown
    assert "lost key/[removed]" in shown
    assert "ValueError: key/[removed]" in shown


def test_a_key_in_an_address_stays_out_of_the_log(client, db, caplog):
    client.get(f"/v1/nowhere/{KEY}")

    [record] = caplog.records
    shown = ScrubbedFormatter().format(record)
    assert shown == "Not Found: /v1/nowhere/key/[removed]"
