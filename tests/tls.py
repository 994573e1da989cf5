"""A certificate authority for tests, and a TLS front for any server of theirs.

    authority = Authority(folder)
    with TlsFront(authority.server("127.0.0.1"), backend_port) as front:
        ...

Clients trust it by `SSL_CERT_FILE`, as they would trust a company's own authority.
"""

import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _named("Authority of the tests")
        self.certificate = self._signed(
            self.name, self.key, x509.BasicConstraints(ca=True, path_length=0)
        )
        self.path = folder / "authority.pem"
        self.path.write_bytes(_pem(self.certificate))

    def server(self, host):
        """The TLS side of a server that answers to this address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        certificate = self._signed(_named(host), key, names)
        path = self.folder / f"{host}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(private + _pem(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, subject, key, *extensions):
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            issuer_name=self.name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - DAY,
            not_valid_after=now + DAY,
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.key, hashes.SHA256())


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class TlsFront:
    """Speaks TLS on a port of its own, and passes on to a server what it hears.

    `heard` is what clients said inside; a `prelude` may talk to them before TLS.
    """

    def __init__(self, context, port, prelude=None):
        self.context = context
        self.backend = port
        self.prelude = prelude
        self.heard = b""

    def __enter__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listening.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _address = self.listening.accept()
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        behind = socket.create_connection(("127.0.0.1", self.backend))
        with suppress(OSError), client, behind:
            if self.prelude and not self.prelude(client, behind):
                return
            with self.context.wrap_socket(client, server_side=True) as safe:
                back = Thread(target=_pour, args=(behind, safe), daemon=True)
                back.start()
                _pour(safe, behind, self._note)
                back.join(10)

    def _note(self, words):
        self.heard += words


def _pour(source, target, note=lambda words: None):
    with suppress(OSError):
        while words := source.recv(65536):
            note(words)
            target.sendall(words)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def before_starttls(client, behind):
    """IMAP's way from plain text to TLS (RFC 3501, 6.2.1); False if nobody goes it."""
    behind.recv(1024)  # its greeting was ours to give
    client.sendall(b"* OK ready\r\n")
    with client.makefile("rb", buffering=0) as lines:
        for line in lines:
            tag, command = line.split()[:2]
            if command == b"STARTTLS":
                client.sendall(tag + b" OK begin\r\n")
                return True
            if command != b"CAPABILITY":
                client.sendall(tag + b" BAD not before STARTTLS\r\n")
                continue
            client.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n")
            client.sendall(tag + b" OK done\r\n")
    return False
