import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from exam_server.https.authority import (
    CERTIFICATE_LASTS,
    fingerprint,
    is_to_be_renewed,
    make_certificate,
    make_root,
    may_sign,
    names_in,
    read_pair,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = ["exam.school.example", "10.1.2.3", "room-server"]


def test_a_certificate_names_the_server_and_nobody_else() -> None:
    root = make_root("考试服务器", NAMES, NOW)
    made = make_certificate(root, NAMES, NOW)
    assert names_in(made.certificate) == set(NAMES)
    made.certificate.verify_directly_issued_by(root.certificate)
    read = read_pair(made.certificate_pem(), made.key_pem())
    assert fingerprint(read.certificate) == fingerprint(made.certificate)


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8", "2001:db8::1", "school.example"])
def test_the_root_cannot_sign_for_the_world(name: str) -> None:
    root = make_root("考试服务器", NAMES, NOW)
    assert not may_sign(root.certificate, name)
    with pytest.raises(ValueError, match=name):
        make_certificate(root, [*NAMES, name], NOW)


@pytest.mark.parametrize("name", ["192.168.1.20", "fe80::1", "seat.lan", "a.exam.school.example"])
def test_the_root_signs_for_private_addresses_and_its_names(name: str) -> None:
    assert may_sign(make_root("考试服务器", NAMES, NOW).certificate, name)


def test_a_public_address_of_the_server_itself_is_allowed_alone() -> None:
    root = make_root("考试服务器", ["203.0.113.7", "8.8.4.4"], NOW).certificate
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value
    single = ipaddress.ip_network("8.8.4.4/32")
    assert x509.IPAddress(single) in (allowed.permitted_subtrees or [])
    assert not may_sign(root, "8.8.4.5")


def test_a_certificate_is_renewed_before_it_ends() -> None:
    made = make_certificate(make_root("考试服务器", NAMES, NOW), NAMES, NOW).certificate
    assert not is_to_be_renewed(made, NOW + timedelta(days=300))
    assert is_to_be_renewed(made, NOW + CERTIFICATE_LASTS - timedelta(days=90))
