"""A real IMAP server for tests, run as a process of its own.

    with ImapServer() as server:
        server.deliver(b"From: …")
        ...
        assert server.folder("INBOX") == []

The protocol is Twisted's; the mailboxes live in memory. Tests put mail in and look at
folders by IMAP too.
"""

import imaplib
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

PROCESS = Path(__file__).with_name("imap_process.py")
USER, PASSWORD = "bounces@steward.example", "a long: pass/word"


class ImapServer:
    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, str(PROCESS)], stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    @property
    def url(self):
        user, password = (quote(one, safe="") for one in (USER, PASSWORD))
        return f"imap://{user}:{password}@127.0.0.1:{self.port}/INBOX"

    def client(self):
        box = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        box.login(USER, PASSWORD)
        return box

    def deliver(self, raw):
        box = self.client()
        assert box.append("INBOX", "()", time.time(), raw)[0] == "OK"
        box.logout()

    def folder(self, name):
        """The mails that lie there, whole."""
        box = self.client()
        if box.select(name, readonly=True)[0] != "OK":
            return []
        _status, [found] = box.search(None, "ALL")
        mails = [
            box.fetch(number, "(BODY.PEEK[])")[1][0][1]
            for number in (found or b"").split()
        ]
        box.logout()
        return mails
