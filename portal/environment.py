"""Reads environment variables, and stops with one sentence where one cannot be right.

A person who starts the portal with a wrong setting reads which variable it is and what
to write instead; never a traceback, and never a secret's value.
"""

import base64
import binascii
import logging
import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

NOTSET = environ.Env.NOTSET
SWITCHES = {"on", "off", "true", "false", "yes", "no", "y", "n", "ok", "1", "0"}

HOW_TO_MAKE = {
    "SECRET_KEY": "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "SIGNING_MASTER_KEY": (
        "python3 -c 'import base64, os;"
        " print(base64.b64encode(os.urandom(32)).decode())'"
    ),
}
EXAMPLES = {
    "REDIS_URL": "redis://localhost:6379/0",
    "DATABASE_URL": "postgres://steward:password@localhost:5432/steward",
}


class UnusableError(ValueError):
    """A value that cannot be right; the message continues the variable's name."""


class Environment(environ.Env):
    """django-environ that reads an empty variable as none and explains itself."""

    def read(self, path: Path) -> None:
        """Take what `path` sets and the process has not set, if the file exists."""
        if path.is_file() and os.environ.get("READ_ENV_FILES") != "off":
            self.read_env(path)
        self.ENVIRON = {name: value for name, value in os.environ.items() if value}

    def get_value(
        self,
        var: str,
        cast: Any = None,
        default: Any = NOTSET,
        parse_default: bool = False,
    ) -> Any:
        given = self.ENVIRON.get(var, "")
        try:
            if given:
                RULES.get(var, accept)(given)
                check_type(given, cast or self.scheme.get(var, (None,))[0])
            return super().get_value(var, cast, default, parse_default)
        except ImproperlyConfigured:
            raise SystemExit(f"{var} is not set: {how_to_set(var)}.") from None
        except UnusableError as problem:
            raise SystemExit(f"{var} {problem}.") from None


def how_to_set(var: str) -> str:
    """The half sentence that helps a person who lacks this variable."""
    if var in HOW_TO_MAKE:
        return f"put it into the environment or .env, made by {HOW_TO_MAKE[var]}"
    example = EXAMPLES.get(var, "see .env.example")
    return f"put it into the environment or .env, for example {var}={example}"


def accept(value: str) -> None:
    """The rule of a variable that may be anything."""


def check_type(value: str, cast: Any) -> None:
    """Refuse what would silently become False, or end in a traceback."""
    if cast is bool and value.lower() not in SWITCHES:
        raise UnusableError(f"is {value!r}; write on or off")
    if cast is int and not re.fullmatch(r"-?\d+", value):
        raise UnusableError(f"is {value!r}; write a whole number")


def whole_numbers(value: str) -> None:
    if not re.fullmatch(r"-?\d+(,-?\d+)*", value):
        raise UnusableError(
            f"is {value!r}; write whole numbers with commas between them"
        )


def not_negative(value: str) -> None:
    if not value.isdecimal():
        raise UnusableError(f"is {value!r}; write a whole number of days, 0 or more")


def positive(value: str) -> None:
    if not value.isdecimal() or int(value) == 0:
        raise UnusableError(f"is {value!r}; write a whole number, 1 or more")


def some_hours(value: str) -> None:
    if not value.isdecimal() or int(value) == 0:
        raise UnusableError(f"is {value!r}; write a whole number of hours, 1 or more")


def signing_master_key(value: str) -> None:
    try:
        length = len(base64.b64decode(value, validate=True))
    except binascii.Error:
        length = 0
    if length != 32:
        make = HOW_TO_MAKE["SIGNING_MASTER_KEY"]
        raise UnusableError(f"is not 32 bytes in base64; make one with {make}")


def signing_master_keys(value: str) -> None:
    for one in value.split(","):
        signing_master_key(one)


def an_url(schemes: str, example: str, *, path: bool) -> Callable[[str], None]:
    """A rule: one of these schemes, a host unless a file is meant, a sane port."""

    def rule(value: str) -> None:
        try:
            parts = urlsplit(value)
            port_is_sane = parts.port is None or parts.port > 0
        except ValueError:
            port_is_sane = False
        if not port_is_sane:
            raise UnusableError(
                f"holds no port number where one belongs; write {example}"
            )
        if parts.scheme not in schemes.split():
            raise UnusableError(f"does not begin as one of {schemes}; write {example}")
        if path and len(parts.path) < 2:
            raise UnusableError(f"names no database; write {example}")
        if not path and not parts.hostname:
            raise UnusableError(f"names no host; write {example}")

    return rule


def email_url(value: str) -> None:
    scheme = value.partition(":")[0]
    if scheme not in environ.Env.EMAIL_SCHEMES or scheme.startswith("smtp"):
        an_url(
            "smtp smtps smtp+tls smtp+ssl consolemail filemail memorymail dummymail",
            "smtp+tls://user:password@mail.example.com:587",
            path=False,
        )(value)


def public_url(value: str) -> None:
    example = "https://portal.example.com"
    an_url("http https", example, path=False)(value)
    parts = urlsplit(value)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UnusableError(f"has something after the host; write {example}")


def hosts(value: str) -> None:
    if "/" in value:
        raise UnusableError(
            f"is {value!r}; write host names with commas between them, no URL"
        )


def origins(value: str) -> None:
    if not all(re.match(r"https?://[^/]+$", origin) for origin in value.split(",")):
        raise UnusableError(
            f"is {value!r}; write https://portal.example.com, commas between"
        )


def time_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        raise UnusableError(
            f"is {value!r}; write a name such as Europe/Amsterdam"
        ) from None


def address(value: str) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        raise UnusableError(f"is {value!r}; write an e-mail address")


def colour(value: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise UnusableError(f"is {value!r}; write a colour such as #1f53c4")


def support_hours(value: str) -> None:
    day = "(mon|tue|wed|thu|fri|sat|sun)"
    clock = r"([01]\d|2[0-4]):[0-5]\d"
    for part in value.lower().split(","):
        if not re.fullmatch(rf"\s*{day}(-{day})?\s+{clock}-{clock}\s*", part):
            example = "Mon-Thu 09:00-17:00, Fri 09:00-12:00"
            raise UnusableError(f"is {value!r}; write hours such as {example}")


def link(value: str) -> None:
    an_url("http https", "https://docs.example.com/", path=False)(value)


def log_level(value: str) -> None:
    names = logging.getLevelNamesMapping()
    if value not in names:
        raise UnusableError(f"is {value!r}; write one of {', '.join(names)}")


RULES: dict[str, Callable[[str], None]] = {
    "ACTIVITY_KEPT_DAYS": not_negative,
    "ACTIVITY_SEARCHED_DAYS": not_negative,
    "ALLOWED_HOSTS": hosts,
    "CSRF_TRUSTED_ORIGINS": origins,
    "DATABASE_URL": an_url(
        "postgres postgresql psql pgsql sqlite", EXAMPLES["DATABASE_URL"], path=True
    ),
    "DEFAULT_FROM_EMAIL": address,
    "DOCUMENTATION_URL": link,
    "EMAIL_URL": email_url,
    "FORUM_URL": link,
    "HANDOVER_DAYS": not_negative,
    "INVITATION_DAYS": positive,
    "INVITATION_REMINDER_DAYS": not_negative,
    "INVITATIONS_PER_DAY": positive,
    "LICENSE_FILES_KEPT_DAYS": not_negative,
    "LICENSE_GRACE_DAYS": not_negative,
    "LICENSE_KEPT_DAYS": not_negative,
    "LOG_LEVEL": log_level,
    "MAINTENANCE_NOTICE_DAYS": not_negative,
    "PUBLIC_URL": public_url,
    "REAUTHENTICATION_HOURS": some_hours,
    "REDIS_URL": an_url("redis rediss", EXAMPLES["REDIS_URL"], path=False),
    "RENEWAL_REMINDER_DAYS": whole_numbers,
    "SIGNING_MASTER_KEY": signing_master_key,
    "SIGNING_MASTER_KEY_PREVIOUS": signing_master_keys,
    "SUPPORT_EMAIL": address,
    "SUPPORT_END_WARNING_DAYS": whole_numbers,
    "SUPPORT_HOURS": support_hours,
    "TIME_ZONE": time_zone,
    "TRUSTED_PROXIES": not_negative,
    "VENDOR_ACCENT": colour,
}
