"""A store of the rehearsal's own, on the same disk or in the same database server, gone after."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine, text

from exam_server.config import Settings
from exam_server.db import new_uid
from exam_server.migrating import upgrade


@dataclass(frozen=True)
class OwnStore:
    """Settings of the rehearsal's own server, as an environment too."""

    settings: Settings

    def environment(self) -> dict[str, str]:
        """Return what makes a server use this store and nothing of the office's."""
        return {
            "EXAM_SERVER_VAR": str(self.settings.var),
            "EXAM_SERVER_DATABASE_URL": self.settings.database_url,
            "EXAM_SERVER_HOST": "127.0.0.1",
            "EXAM_SERVER_HTTPS_PORT": "0",
            "EXAM_SERVER_REDIS_URL": "",
            "EXAM_SERVER_SECRET_FILE": str(self.settings.var / "secret"),
            "EXAM_SERVER_PROXY": "",
        }


@contextmanager
def own_store(settings: Settings) -> Iterator[OwnStore]:
    """Make the store beside the office's own; remove it with everything in it at the end."""
    settings.var.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=settings.var.absolute()))
    try:
        if not settings.database_url or settings.database_url.startswith("sqlite"):
            own = Settings(var=folder, database_url="", secret_file=None)
            upgrade(own.url)
            yield OwnStore(own)
        else:
            with _schema(settings.database_url) as url:
                yield OwnStore(Settings(var=folder, database_url=url, secret_file=None))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _schema(url: str) -> Iterator[str]:
    """Make a schema in the office's database that holds the rehearsal alone."""
    name = f"rehearsal_{new_uid()[:8]}"
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f'CREATE SCHEMA "{name}"'))
        joined = "&" if "?" in url else "?"
        own = f"{url}{joined}options={quote(f'-csearch_path={name}')}"
        upgrade(own)
        yield own
    finally:
        with engine.begin() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
        engine.dispose()
