"""Asks the portal in this container whether it lives; exit code 0 when it does.

It names the public host, since the portal answers to no other.
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    port = os.environ.get("PORT") or "8000"
    public = urlsplit(os.environ.get("PUBLIC_URL") or "http://127.0.0.1:8000")
    request = urllib.request.Request(  # noqa: S310 - always this machine
        f"http://127.0.0.1:{port}/healthz", headers={"Host": public.netloc}
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310
            return 0 if response.status == 200 else 1
    except urllib.error.URLError as problem:
        print(problem)
        return 1


if __name__ == "__main__":
    sys.exit(main())
