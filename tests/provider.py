"""The OpenID provider that tests start, and what they say to it."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests

PROGRAM = Path(__file__).parent / "companies" / "oidc_provider.py"
CLIENT_ID, CLIENT_SECRET = "steward-portal", "a secret of the client"


class Provider:
    """One running provider; `seat` says who sits before it."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([sys.executable, str(PROGRAM), str(self.port)])
        self._wait()

    def _wait(self):
        for _attempt in range(200):
            try:
                return self.seat()
            except requests.ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("the provider does not start")

    def seat(self, email=None, *, spoil="", redirect_uri=None, **claims):
        """Whoever comes next is this person, with these claims."""
        facts = {"sub": f"subject of {email}", "name": "Nora Blake"}
        if email:
            facts |= {"email": email, "email_verified": True}
        stage = {"claims": {**facts, **claims}, "spoil": spoil}
        if redirect_uri is not None:
            stage["redirect_uri"] = redirect_uri
        requests.post(
            f"{self.issuer}/control", data=json.dumps(stage), timeout=5
        ).raise_for_status()

    def consent(self, address, answer="yes"):
        """What a browser does there: the page, its button; the path back to us."""
        requests.get(address, timeout=5).raise_for_status()
        sent = requests.post(
            address, data={"answer": answer}, allow_redirects=False, timeout=5
        )
        back = urlsplit(sent.headers["Location"])
        return f"{back.path}?{back.query}"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
