"""The authority's files in the data folder: made at the first start, renewed at later ones."""

import ipaddress
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from cryptography import x509

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.https.authority import (
    Pair,
    is_to_be_renewed,
    make_certificate,
    make_root,
    may_sign,
    names_in,
    read_pair,
)

log = structlog.get_logger()

FOLDER = "https"
ROOT, SERVER = "root", "server"
# Where a packet to the world would leave this machine; none is sent.
FAR_AWAY = ("192.0.2.1", 9)


class NameNotAllowedError(Exception):
    """The root may not sign for a name; its words say what to do."""


@dataclass(frozen=True)
class Site:
    """What seats trust and what the server shows them."""

    root: x509.Certificate
    certificate: Path
    key: Path
    names: list[str]


def prepared_site(settings: Settings) -> Site:
    """Return the site's certificates, made or renewed where needed.

    Raises NameNotAllowedError when a new name needs a new root.
    """
    folder = settings.var / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    now = utcnow()
    wished, names = wished_names(settings), names_of(settings)
    root = _read(folder, ROOT)
    if root is None:
        root = make_root(f"考试服务器 Exam server {names[0]}", names, now)
        _write(folder, ROOT, root)
        log.info("a certificate authority was made for this site", folder=str(folder))
    # The root stays when the machine has moved to another network; what it cannot sign is left out.
    names = [each for each in names if each in wished or may_sign(root.certificate, each)]
    server = _read(folder, SERVER)
    if server is None or not _still_serves(server.certificate, root, names, now):
        _write(folder, SERVER, _signed(root, names, now))
        log.info("a certificate was made for this server", names=names)
    return Site(root.certificate, folder / f"{SERVER}.crt", folder / f"{SERVER}.key", names)


def standing_root(settings: Settings) -> x509.Certificate | None:
    """Return the site's root, if there is one."""
    path = settings.var / FOLDER / f"{ROOT}.crt"
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def names_of(settings: Settings) -> list[str]:
    """Return the names and addresses under which seats reach this server, the best first."""
    host = socket.gethostname()
    own = [*addresses_here(), host, f"{host}.local", "localhost", "127.0.0.1"]
    return list(dict.fromkeys([*wished_names(settings), *own]))


def wished_names(settings: Settings) -> list[str]:
    """Return the names that the operator has set."""
    return [each.strip() for each in settings.https_names.split(",") if each.strip()]


def addresses_here() -> list[str]:
    """Return this machine's addresses in its networks, the one that leads outside first."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(FAR_AWAY)
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        listed = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found += [str(each[4][0]) for each in listed]
    return [each for each in found if not ipaddress.ip_address(each).is_loopback]


def _signed(root: Pair, names: list[str], now: datetime) -> Pair:
    try:
        return make_certificate(root, names, now)
    except ValueError as refused:
        msg = (
            f"站点根证书不能为“{refused}”签发。请删除数据目录中的 {FOLDER} 文件夹后重新启动，"
            "并在各座位重新安装根证书。 "
            f"The site's root may not sign for {refused}: delete the folder {FOLDER} in the data "
            "folder, start again, and install the new root at the seats."
        )
        raise NameNotAllowedError(msg) from refused


def _still_serves(
    certificate: x509.Certificate, root: Pair, names: list[str], now: datetime
) -> bool:
    is_ours = certificate.issuer == root.certificate.subject
    return (
        is_ours and names_in(certificate) >= set(names) and not is_to_be_renewed(certificate, now)
    )


def _read(folder: Path, name: str) -> Pair | None:
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    if not (certificate.exists() and key.exists()):
        return None
    return read_pair(certificate.read_bytes(), key.read_bytes())


def _write(folder: Path, name: str, pair: Pair) -> None:
    handle = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pair.key_pem())
    (folder / f"{name}.crt").write_bytes(pair.certificate_pem())
