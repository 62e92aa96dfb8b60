"""A SAML identity provider of its own: pysaml2 reads our metadata and request and writes the answer, xmlsec signs it.

pysaml2 would sign by calling the program xmlsec1; here the library does the same, so that nothing has to be installed.
"""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2 import BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

NS = {"a": "urn:oasis:names:tc:SAML:2.0:assertion", "d": "http://www.w3.org/2000/09/xmldsig#"}


def key_pair(folder, name):
    """Files of a key and its certificate, made now."""
    key = rsa.generate_private_key(65537, 2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    files = folder / f"{name}.key", folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    files[0].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    files[1].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return files


class Idp:
    """`metadata` is what it says of itself; `answer(address, sp, …)` what it sends to somebody's browser."""

    entity = "https://idp.acme.example/metadata"

    def __init__(self, folder, name="idp"):
        self.key, self.certificate = key_pair(folder, name)
        self._conf = {
            "entityid": self.entity,
            "crypto_backend": "XMLSecurity",
            "key_file": str(self.key),
            "cert_file": str(self.certificate),
            "service": {
                "idp": {
                    "endpoints": {"single_sign_on_service": [("https://idp.acme.example/sso", BINDING_HTTP_REDIRECT)]},
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                }
            },
        }
        self.metadata = create_metadata_string(None, IdPConfig().load(dict(self._conf))).decode()

    def answer(self, address, sp, subject="u-1", *, sign=True, change=None, algorithm="sha256", **said):
        """SAMLResponse and RelayState for the request in this address. `change(document)` before it is signed."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        server = Server(config=IdPConfig().load(self._conf | {"metadata": {"inline": [sp]}}))
        asked = server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT)
        about = server.response_args(asked.message)
        name = NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject)
        said = {"mail": f"{subject}@acme.example", "displayName": "Nia New"} | said
        made = server.create_authn_response(
            said,
            name_id=name,
            authn={"class_ref": PASSWORD},
            sign_assertion=False,
            sign_response=False,
            encrypt_assertion=False,
            **about,
        )
        root = etree.fromstring(str(made).encode())
        if change:
            change(root)
        if sign:
            self.sign(root.find("a:Assertion", NS), algorithm)
        return {"SAMLResponse": packed(root), "RelayState": query["RelayState"]}

    def sign(self, element, algorithm="sha256"):
        """Sign one element, enveloped."""
        ways = {
            "sha256": (xmlsec.constants.TransformRsaSha256, xmlsec.constants.TransformSha256),
            "sha1": (xmlsec.constants.TransformRsaSha1, xmlsec.constants.TransformSha1),
        }[algorithm]
        node = xmlsec.template.create(element, xmlsec.constants.TransformExclC14N, ways[0], ns="ds")
        element.insert(1, node)
        reference = xmlsec.template.add_reference(node, ways[1], uri=f"#{element.get('ID')}")
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(str(self.key), xmlsec.constants.KeyDataFormatPem)
        context.key.load_cert_from_file(str(self.certificate), xmlsec.constants.KeyDataFormatPem)
        xmlsec.tree.add_ids(element, ["ID"])
        context.sign(node)


def packed(root):
    """A document as a form carries it."""
    return base64.b64encode(etree.tostring(root)).decode()


def unpacked(text):
    """And back."""
    return etree.fromstring(base64.b64decode(text))
