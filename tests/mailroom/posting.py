"""What providers post, signed as they sign it, with keys that are made here."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import uuid4

from tests.mailroom.letters import STRANGER

JSON = "application/json"
MAILGUN_KEY = "key-of-mailgun"
SVIX_SECRET = "whsec_" + b64encode(b"a key of resend's, made here").decode()
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"


def postmark(raw):
    return json.dumps({"From": STRANGER, "Subject": "x", "RawEmail": raw.decode()}), JSON, {}


def postmark_in_parts(raw):
    said = {"From": STRANGER, "FromFull": {"Email": STRANGER, "Name": "Zoe"}, "TextBody": "It flickers."}
    said |= {"Subject": "The lamp"} | dict.fromkeys(("To", "Cc", "Bcc", "OriginalRecipient"), "")
    said |= {name: [] for name in ("Headers", "ToFull", "CcFull", "Attachments")}
    return json.dumps(said), JSON, {}


def form(fields):
    lines = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    return "".join(lines) + "--b--\r\n", "multipart/form-data; boundary=b", {}


def sendgrid(raw):
    return form({"email": raw.decode(), "envelope": json.dumps({"to": ["x@y.example"], "from": STRANGER})})


def mailgun(raw, key=MAILGUN_KEY, at=None, token=None):
    return form({"body-mime": raw.decode()} | mailgun_signed(key, at, token))


def mailgun_signed(key=MAILGUN_KEY, at=None, token=None):
    """Mailgun's three fields."""
    moment, token = str(int(at or time.time())), token or uuid4().hex
    signature = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": moment, "token": token, "signature": signature}


def resend(number="em-1", secret=SVIX_SECRET, at=None, kind="email.received"):
    body = json.dumps({"type": kind, "created_at": "2026-11-30T00:00:00Z", "data": {"email_id": number}})
    return body, JSON, svix(body, secret, at)


def svix(body, secret=SVIX_SECRET, at=None):
    """The three headers of Svix."""
    from base64 import b64decode

    moment, number = str(int(at or time.time())), "msg_1"
    key = b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{number}.{moment}.{body}".encode(), hashlib.sha256).digest()
    signatures = f"v1,{b64encode(b'of an older key').decode()} v1,{b64encode(made).decode()}"
    return {"svix-id": number, "svix-timestamp": moment, "svix-signature": signatures}


def brevo(files=()):
    one = {"Headers": {"From": STRANGER, "Subject": "The lamp"}, "RawTextBody": "It flickers.", "Attachments": []}
    one["Attachments"] = [{"Name": name, "ContentType": "text/plain", "DownloadToken": token} for name, token in files]
    return json.dumps({"items": [one]}), JSON, {}


def ses(raw, version="2", **changed):
    inner = {"content": b64encode(raw).decode(), "receipt": {"action": {"encoding": "BASE64"}}}
    return json.dumps(sns_notice(inner, version) | changed), JSON, {}


def ses_in_bucket(name, bucket="mails"):
    """The notice of a mail that Amazon has put into a bucket."""
    action = {"type": "S3", "topicArn": TOPIC, "bucketName": bucket, "objectKeyPrefix": "", "objectKey": name}
    inner = {"notificationType": "Received", "receipt": {"action": action}, "mail": {"messageId": name}}
    return json.dumps(sns_notice(inner)), JSON, {}


def sns_notice(inner, version="2"):
    """What Amazon's notification service posts about something, signed."""
    message = json.dumps(inner)
    said = {"Type": "Notification", "MessageId": hashlib.sha256(message.encode()).hexdigest()[:32], "TopicArn": TOPIC}
    return sns_signed(said | {"Message": message, "Timestamp": "2026-11-30T00:00:00.000Z"}, version)


def sns_signed(said, version="2"):
    """The same with Amazon's signature, by the certificate that `amazon()` makes."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    is_notice = said["Type"] == "Notification"
    names = ("Message", "MessageId", *(("Subject",) if is_notice else ("SubscribeURL",)), "Timestamp")
    names += ("TopicArn", "Type") if is_notice else ("Token", "TopicArn", "Type")
    words = "".join(f"{name}\n{said[name]}\n" for name in names if name in said)
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 (Amazon's older one)
    made = amazon()[0].sign(words.encode(), padding.PKCS1v15(), digest)
    return said | {"SignatureVersion": version, "Signature": b64encode(made).decode(), "SigningCertURL": CERTIFICATE}


@lru_cache
def amazon(expired=False):
    """A key, and a certificate for it (PEM)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = amazon()[0] if expired else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    until = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(until - timedelta(days=30)).not_valid_after(until)
    return key, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def keep_certificate(pem=None):
    """Amazon's certificate as it is kept for a day once it was fetched: nothing is asked outside."""
    from django.core.cache import cache

    from portico.signed import certificate_key

    cache.set(certificate_key(CERTIFICATE), pem or amazon()[1])
