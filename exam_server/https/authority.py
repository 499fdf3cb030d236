"""The site's certificate authority: a root to install once, and a certificate for this server.

Whoever installs a root trusts whatever it signs. So ours may sign for the site's own names and
for private addresses alone (name constraints, RFC 5280 4.2.1.10), and its key never leaves the
server.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_LASTS = timedelta(days=3650)
# Browsers of some systems refuse longer ones, of private authorities too.
CERTIFICATE_LASTS = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=90)
CLOCKS_DIFFER = timedelta(days=1)
PRIVATE = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PRIVATE_NAMES = ("local", "lan", "internal", "localhost")


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def certificate_pem(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        """Return the private key as unencrypted PEM, for a file its owner alone can read."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def read_pair(certificate_pem: bytes, key_pem: bytes) -> Pair:
    """Return a pair from its PEM files; raises ValueError for anything else."""
    key = serialization.load_pem_private_key(key_pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        msg = "not an elliptic-curve key"
        raise TypeError(msg)
    return Pair(x509.load_pem_x509_certificate(certificate_pem), key)


def make_root(site: str, names: Iterable[str], now: datetime) -> Pair:
    """Return a new root that may sign for the names, for private names and private addresses.

    ``site`` is what people see in the list of their authorities.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, site[:64])])
    allowed = [_tree(each) for each in (*PRIVATE_NAMES, *PRIVATE, *sorted(set(names)))]
    certificate = (
        _begun(subject, subject, key.public_key(), now, ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def make_certificate(root: Pair, names: Sequence[str], now: datetime) -> Pair:
    """Return a certificate for a server of these names and addresses, signed by the root.

    Raises ValueError naming the first that the root may not sign for: a new root is needed.
    """
    for name in names:
        if not may_sign(root.certificate, name):
            msg = name
            raise ValueError(msg)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    of_root = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    certificate = (
        _begun(subject, root.certificate.subject, key.public_key(), now, CERTIFICATE_LASTS)
        .add_extension(x509.SubjectAlternativeName(list(map(_general, names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(of_root.value),
            critical=False,
        )
        .sign(root.key, hashes.SHA256())
    )
    return Pair(certificate, key)


def may_sign(root: x509.Certificate, name: str) -> bool:
    """Say whether the root's constraints allow a name or an address."""
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value
    address = _ip(name)
    for tree in allowed.permitted_subtrees or ():
        if address and isinstance(tree, x509.IPAddress) and _is_within(address, tree):
            return True
        if not address and isinstance(tree, x509.DNSName) and _is_below(name, tree.value):
            return True
    return False


def names_in(certificate: x509.Certificate) -> set[str]:
    """Return the names and addresses a certificate is for."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return {*found.get_values_for_type(x509.DNSName), *addresses}


def is_to_be_renewed(certificate: x509.Certificate, now: datetime) -> bool:
    """Say whether a certificate ends soon or has ended."""
    return certificate.not_valid_after_utc - now < RENEWED_BEFORE


def fingerprint(certificate: x509.Certificate) -> str:
    """Return a certificate's SHA-256 in groups that people can compare."""
    text = certificate.fingerprint(hashes.SHA256()).hex().upper()
    return " ".join(text[first : first + 4] for first in range(0, len(text), 4))


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now - CLOCKS_DIFFER + lasts)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _tree(name: str) -> x509.GeneralName:
    """Return what a constraint allows: a network, a single address, or a name and all below it."""
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _is_within(address: Address, tree: x509.IPAddress) -> bool:
    network = tree.value
    return isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network) and address in network


def _general(name: str) -> x509.GeneralName:
    address = _ip(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _ip(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _is_below(name: str, tree: str) -> bool:
    return name == tree or name.endswith(f".{tree}")
