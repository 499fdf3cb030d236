"""Where a server is, and one small HTTP request to it."""

import asyncio
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

ENGINE = "EIO=4&transport=websocket"


@dataclass(frozen=True)
class Address:
    """A web process or the proxy before several; ``live_path`` is where its live lines begin."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    live_path: str = f"/socket.io/?{ENGINE}"

    @property
    def netloc(self) -> str:
        """Return host and port."""
        return f"{self.host}:{self.port}"

    def live(self, live_url: str) -> "Address":
        """Return the address of the live line that a sign-in has named."""
        if not live_url:
            return self
        found = urlsplit(urljoin(f"http://{self.netloc}/", live_url))
        path = found.path if found.path.endswith("/") else f"{found.path}/"
        if "socket.io" not in path:
            path += "socket.io/"
        query = f"{found.query}&{ENGINE}" if found.query else ENGINE
        host, port = found.hostname or self.host, found.port or self.port
        return Address(host, port, self.tls, f"{path}?{query}")


def address_of(url: str, root: Path | None = None) -> Address:
    """Return the address of ``http://…`` or ``https://…``; ``root`` is one more to trust.

    Examples
    --------
    >>> address_of("http://127.0.0.1:8000").netloc
    '127.0.0.1:8000'
    """
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    return Address(parts.hostname or "127.0.0.1", port, _trusting(root) if is_tls else None)


def _trusting(root: Path | None) -> ssl.SSLContext:
    """Trust what this machine trusts, what ``SSL_CERT_FILE`` names, and the site's own root."""
    context = ssl.create_default_context()
    if root is not None and root.exists():
        context.load_verify_locations(root)
    return context


async def is_trusted(address: Address) -> bool:
    """Say whether the server's certificate is trusted here; so it is where nobody answers."""
    try:
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=address.tls)
    except ssl.SSLCertVerificationError:
        return False
    except OSError:
        return True
    writer.close()
    return True


async def request(
    address: Address, method: str, path: str, *, headers: dict[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    """Send one request; return the status and the body. Raises OSError."""
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=address.tls)
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {address.netloc}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
    try:
        answer = await reader.read(-1)
    finally:
        writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    if b" " not in head:
        raise ConnectionResetError("no answer")
    return int(head.split(b" ", 2)[1]), content


async def post_json(address: Address, path: str, message: dict[str, Any]) -> dict[str, Any]:
    """Post JSON; return the reply, refused or not."""
    headers = {"Content-Type": "application/json"}
    _, content = await request(
        address, "POST", path, headers=headers, body=json.dumps(message).encode()
    )
    reply: dict[str, Any] = json.loads(content)
    return reply
