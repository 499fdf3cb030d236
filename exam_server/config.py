"""Settings, read once from the environment."""

import contextlib
import os
import secrets
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from exam_server.keyring import Keyring

BY_HAND = "web"


class Settings(BaseSettings):
    """What an operator may set; every name is ``EXAM_SERVER_…`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="EXAM_SERVER_", frozen=True)

    database_url: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    https_host: str = "0.0.0.0"  # noqa: S104 - seats come from other computers
    https_port: int = 0
    https_names: str = ""
    var: Path = Path("var")
    secret_file: Path | None = None
    proxy: str = ""
    workers: int = 1
    metrics_token: str = ""
    process: str = BY_HAND
    testing: bool = False

    @property
    def is_supervised(self) -> bool:
        """Say whether ``exam-server run`` has started this process: it has checked the version."""
        return self.process != BY_HAND

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """Return the addresses and networks of the proxy that stands in front; none: no proxy."""
        return [ip_network(each.strip()) for each in self.proxy.split(",") if each.strip()]

    @property
    def fonts(self) -> Path:
        """Return the folder of the site's own fonts, for names that the packaged ones lack."""
        return self.var / "fonts"

    @property
    def url(self) -> str:
        """Return the database's address; SQLite under the data folder when none is given."""
        return self.database_url or f"sqlite:///{self.var.absolute() / 'exam.sqlite'}"

    @property
    def secret_path(self) -> Path:
        """Return where the server secret stands."""
        return self.secret_file or self.var / "secret"

    @cached_property
    def secret(self) -> bytes:
        """Return the server secret, 32 bytes; made on first use, readable by the owner only."""
        path = self.secret_path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_secret(path)
        return path.read_bytes()

    @cached_property
    def keyring(self) -> Keyring:
        """Return the keys of the secret and of those before it: ``secret.old…`` beside it."""
        return Keyring(lambda: [self.secret, *_older_secrets(self.secret_path)])


def _make_secret(path: Path) -> None:
    """Put a fresh secret there, whole or not at all; of two that try, one is kept."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()


def _older_secrets(path: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}.old*"))]
