"""The server of a mailbox is spoken to at the number that was checked, whatever its name means a moment later."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from portico.fetching import Unreachable
from tenant_apps.mailroom import connecting

pytestmark = pytest.mark.no_database
OPEN, INSIDE = "93.184.216.34", "10.0.0.7"


@pytest.fixture
def names(monkeypatch):
    """`names("…")` = what the name means, look-up for look-up; the last one stays. Its value counts the look-ups."""

    def mean(*numbers):
        asked = []

        def answer(host, port, *_, **__):
            asked.append(host)
            number = numbers[min(len(asked), len(numbers)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return asked

    return mean


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_name_that_changes_its_mind_leads_where_was_checked(names, monkeypatch, is_plain):
    asked, connected = names(OPEN, INSIDE), []
    monkeypatch.setattr(socket, "create_connection", lambda place, *_: connected.append(place) or 1 / 0)
    number = connecting.number_of("imap.example", 993)
    with pytest.raises(ZeroDivisionError):
        connecting.Box("imap.example", 993, number, is_plain=is_plain, timeout=1)
    assert (connected, asked) == ([(OPEN, 993)], ["imap.example"])


@pytest.mark.parametrize("number", [INSIDE, "127.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:10.0.0.7"])
def test_our_own_network_is_nobodys_mailbox(names, number):
    names(number)
    with pytest.raises(Unreachable):
        connecting.number_of("imap.example", 993)


def test_a_certificate_that_nobody_vouches_for_is_refused(stranger):
    with pytest.raises(ssl.SSLCertVerificationError):
        connecting.Box("localhost", stranger, "127.0.0.1", is_plain=False, timeout=5)


@pytest.fixture
def stranger(tmp_path):
    """The port of somebody who says of themselves that they are this server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_vouched_for_by_itself("localhost", tmp_path / "both.pem"))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True) as line:
                line.sendall(b"* OK hello\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def _vouched_for_by_itself(name, path):
    key = ec.generate_private_key(ec.SECP256R1())
    who, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = x509.CertificateBuilder(
        who, who, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return path
