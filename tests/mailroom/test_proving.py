"""Whether a mail is from whom it says, by the relay's word or by a signature; a spam filter is asked as it speaks."""

import base64
import socket
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tenant_apps.mailroom import proving, spam
from tenant_apps.mailroom.models import Incoming
from tenant_apps.mailroom.reading.taking import take_apart
from tests.mailroom.letters import CLEO, letter

pytestmark = pytest.mark.no_database
RELAY = "mx.portico.example"


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (f"{RELAY}; dmarc=pass header.from=acme.example", "dmarc"),
        (f"{RELAY} 1; spf=pass smtp.mailfrom=cleo@acme.example", "dmarc"),
        (f"{RELAY}; dkim=pass (2048-bit key) header.d=acme.example", "dmarc"),
        (f"{RELAY}; dkim=pass header.i=@acme.example", "dmarc"),
        (f"{RELAY}; dmarc=fail (p=reject) header.from=acme.example", "failed"),
        (f"{RELAY}; dmarc=fail (p=none) header.from=acme.example", ""),
        (f"{RELAY}; dmarc=pass header.from=evil.example", ""),
        (f"{RELAY}; dkim=pass header.d=cme.example", ""),
        (f"{RELAY}; dkim=pass header.d=example", ""),
        (f"{RELAY}; dkim=pass header.d=mail.acme.example", ""),
        (f"{RELAY}; x=y (dmarc=pass header.from=acme.example)", ""),
        (f"{RELAY}.evil.example; dmarc=pass header.from=acme.example", ""),
        (f"x {RELAY}; dmarc=pass header.from=acme.example", ""),
        ("", ""),
    ],
)
def test_the_relays_word_counts_for_the_domain_of_the_sender(results, found):
    said, _ = take_apart(letter(CLEO, Authentication_Results=results))
    assert proving.by_relay(said, RELAY) == found
    assert proving.by_relay(said, "") == ""


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


def signed(key, raw, domain, **more):
    import dkim

    secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return dkim.sign(raw, b"s", domain.encode(), secret, include_headers=[b"from", b"subject"], **more) + raw


@pytest.mark.parametrize(
    ("domain", "change", "found"),
    [
        ("acme.example", (b"", b""), "dmarc"),
        ("evil.example", (b"", b""), ""),
        ("acme.example", (b"flickers", b"burns"), ""),
        ("acme.example", (b"cleo@acme", b"mia@acme"), ""),
    ],
)
def test_a_signature_counts_for_its_own_domain_and_what_it_covers(key, domain, change, found):
    raw = signed(key, letter(CLEO), domain).replace(*change) if change[0] else signed(key, letter(CLEO), domain)
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    known = {f"s._domainkey.{domain}": b"v=DKIM1; k=rsa; p=" + public}
    assert proving.by_signature(take_apart(raw)[0], raw, known.get) == found


def test_a_signature_that_leaves_room_below_proves_nothing(key):
    raw = signed(key, letter(CLEO), "acme.example", length=True) + b"\nSend money."
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    keys = {"s._domainkey.acme.example": b"v=DKIM1; p=" + public}
    assert proving.by_signature(take_apart(raw)[0], raw, keys.get) == ""


@pytest.mark.parametrize(
    ("answer", "score"),
    [(b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.2 / 5.0\r\n\r\n", 15.2), (b"HTTP/1.1 400\r\n\r\n", None)],
)
def test_a_spam_filter_says_its_score(settings, answer, score):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.SPAMD_URL = f"spamd://127.0.0.1:{server.getsockname()[1]}"

        def serve():
            line, _ = server.accept()
            while piece := line.recv(65536):
                heard.append(piece)
            line.sendall(answer)
            line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        assert spam.score_of(Incoming(), {}, b"Subject: x\n\ny") == score
        thread.join(5)
    assert b"".join(heard).startswith(b"CHECK SPAMC/1.5\r\nContent-length: 13\r\n\r\n")
