"""The IMAP server of `tests.imap_server`: says its port, then serves until killed."""

from contextlib import suppress
from io import BytesIO

from imap_server import PASSWORD, USER
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import Portal
from twisted.internet import defer, protocol, reactor
from twisted.mail import imap4
from zope.interface import implementer


@implementer(imap4.IMessage, imap4.IMessageFile)
class Mail:
    def __init__(self, uid, raw, flags):
        self.uid, self.raw, self.flags = uid, raw, set(flags)

    def open(self):
        return BytesIO(self.raw)

    def getUID(self):  # noqa: N802 - the names are the library's, here and below
        return self.uid

    def getFlags(self):  # noqa: N802
        return self.flags

    def getSize(self):  # noqa: N802
        return len(self.raw)

    def getBodyFile(self):  # noqa: N802
        return BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def getInternalDate(self):  # noqa: N802
        return "01-Jan-2026 00:00:00 +0000"

    def getHeaders(self, negate, *names):  # noqa: N802
        return {}

    def isMultipart(self):  # noqa: N802
        return False


@implementer(imap4.IMailbox)
class Folder:
    def __init__(self):
        self.mails, self.next_uid, self.listeners = [], 1, []

    def getFlags(self):  # noqa: N802
        return ["\\Seen", "\\Deleted", "\\Flagged"]

    def getHierarchicalDelimiter(self):  # noqa: N802
        return "/"

    def getUIDValidity(self):  # noqa: N802
        return 7

    def getUIDNext(self):  # noqa: N802
        return self.next_uid

    def getUID(self, number):  # noqa: N802
        return self.mails[number - 1].uid

    def getMessageCount(self):  # noqa: N802
        return len(self.mails)

    def getRecentCount(self):  # noqa: N802
        return 0

    def getUnseenCount(self):  # noqa: N802
        return 0

    def isWriteable(self):  # noqa: N802
        return True

    def requestStatus(self, names):  # noqa: N802
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener):  # noqa: N802
        self.listeners.append(listener)

    def removeListener(self, listener):  # noqa: N802
        self.listeners.remove(listener)

    def addMessage(self, body, flags=(), date=None):  # noqa: N802
        raw = body if isinstance(body, bytes) else body.read()
        self.mails.append(Mail(self.next_uid, raw, flags))
        self.next_uid += 1
        return defer.succeed(None)

    def expunge(self):
        gone = [mail.uid for mail in self.mails if "\\Deleted" in mail.flags]
        self.mails = [mail for mail in self.mails if mail.uid not in gone]
        return gone

    def _chosen(self, numbers, by_uid):
        with suppress(ValueError):  # it was said before
            numbers.last = self.next_uid if by_uid else len(self.mails)
        for place, mail in enumerate(self.mails, 1):
            if (mail.uid if by_uid else place) in numbers:
                yield place, mail

    def fetch(self, numbers, uid):
        return list(self._chosen(numbers, uid))

    def store(self, numbers, flags, mode, uid):
        for _place, mail in self._chosen(numbers, uid):
            if mode < 0:
                mail.flags -= set(flags)
            else:
                mail.flags = set(flags) | (mail.flags if mode else set())
        return {place: mail.flags for place, mail in self._chosen(numbers, uid)}


class Account(imap4.MemoryAccount):
    def _emptyMailbox(self, name, id):  # noqa: N802, A002
        return Folder()


account = Account(USER)
account.addMailbox("INBOX")


class Realm:
    def requestAvatar(self, avatar_id, mind, *interfaces):  # noqa: N802
        return imap4.IAccount, account, lambda: None


people = InMemoryUsernamePasswordDatabaseDontUse(**{USER: PASSWORD.encode()})


class Factory(protocol.ServerFactory):
    def buildProtocol(self, address):  # noqa: N802
        server = imap4.IMAP4Server()
        server.portal = Portal(Realm(), [people])
        server.factory = self
        return server


if __name__ == "__main__":
    port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
    print(port.getHost().port, flush=True)
    reactor.run()
