"""The portal's settings as the tests need them: safe defaults, a fast hasher.

Database and Redis come from the environment, which `bin/test` fills; the defaults
here only let `pytest` start on a machine that runs both at their usual ports.
"""

import os

_DEFAULTS = {
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
    "SIGNING_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtLi4=",
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/steward",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PUBLIC_URL": "http://testserver",
    "EMAIL_URL": "smtp://127.0.0.1:1025",
    "READ_ENV_FILES": "off",
    "STATIC_MANIFEST": "off",
    "SIGN_ON_PRIVATE_NETWORKS": "on",
}
for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)

# With several pytest processes each empties its own cache only. The note keeps a child
# process, which inherits both, from counting on.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and os.environ.get("REDIS_URL_OF") != _worker:
    _server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{_server}/{int(_number) + int(_worker[2:])}"
    os.environ["REDIS_URL_OF"] = _worker

from portal.settings import *  # noqa: E402, F403 - the defaults must stand first

# MD5 is broken and quick: a suite signs in thousands of times and guards nothing.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# WhiteNoise then looks for a file when it is asked for, not for all at every start.
WHITENOISE_AUTOREFRESH = True

# A browser keeps its connections, and with them the server's threads: each request
# gives its database connection back, or the test database could not be removed.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - comes with the star

# A file, as in the trial: in memory all threads would share one connection.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": f"{DATABASES['default']['NAME']}.test"  # noqa: F405
    }
