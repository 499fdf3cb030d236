"""nginx as we run it: the file of ``deploy/`` with a few values filled in, before a real server."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from exam_server.clock import utcnow
from tests.seats import LIMIT_S
from tests.services import free_port
from tests.source import ROOT

TEMPLATE = ROOT / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@dataclass
class Front:
    """A running nginx."""

    folder: Path
    port: int
    plain_port: int
    process: "subprocess.Popen[bytes]"

    @property
    def base(self) -> str:
        """Return the address browsers use."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def authority(self) -> str:
        """Return the file of the certificate."""
        return str(self.folder / "certificate.pem")

    def stop(self) -> None:
        """Stop in order: the log is written."""
        self.process.terminate()
        self.process.wait(LIMIT_S)

    def processes_by_room(self) -> dict[str, set[str]]:
        """Return the web processes that lines of each room went to; after stopping."""
        found: dict[str, set[str]] = {}
        for line in (self.folder / "access.log").read_text(encoding="utf-8").splitlines():
            if " /socket.io/ " in line:
                upstream = re.search(r"(127\.0\.0\.1:\d+) \d+ room=(\S+)$", line)
                assert upstream, line
                found.setdefault(upstream[2], set()).add(upstream[1])
        return found


@contextmanager
def front(ports: Sequence[int]) -> Iterator[Front]:
    """Start nginx before web processes on these ports."""
    if NGINX is None:
        pytest.skip("nginx is not installed: bin/test installs it")
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))
    folder.chmod(0o755)  # nginx works as another user when root starts it
    https, http = free_port(), free_port()
    write_certificate(folder)
    values = {
        "EXAM_HOST": "127.0.0.1",
        "EXAM_HTTPS": str(https),
        "EXAM_HTTP": str(http),
        "EXAM_CERTIFICATE": str(folder / "certificate.pem"),
        "EXAM_CERTIFICATE_KEY": str(folder / "key.pem"),
        "EXAM_SERVERS": " ".join(servers(ports)),
        "EXAM_USER": "nobody nogroup" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name,
        "EXAM_RUN": str(folder),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    text = re.sub(r"\$\{(EXAM_\w+)\}", lambda found: values[found[1]], text)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    subprocess.run([*command[:3], "-t", "-q"], check=True)
    process = subprocess.Popen(command)
    try:
        yield Front(folder, https, http, process)
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        shutil.rmtree(folder, ignore_errors=True)


def servers(ports: Sequence[int]) -> list[str]:
    """Return a line a web process, as the template's head describes them."""
    return [f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in ports]


def write_certificate(folder: Path) -> None:
    """Write a certificate for this machine that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utcnow() - timedelta(days=1))
        .not_valid_after(utcnow() + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(private)
