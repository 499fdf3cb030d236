"""A store of the rehearsal's own, on the same disk or in the same database server, gone after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from exam_server.config import Settings
from exam_server.delivery.rehearsal_load.leftovers import own_folder, own_schema
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
    with own_folder(settings) as folder:
        if not settings.database_url or settings.database_url.startswith("sqlite"):
            own = Settings(var=folder, database_url="", secret_file=None)
            upgrade(own.url)
            yield OwnStore(own)
            return
        url = settings.database_url
        with own_schema(url) as name:
            joined = "&" if "?" in url else "?"
            own_url = f"{url}{joined}options={quote(f'-csearch_path={name}')}"
            upgrade(own_url)
            yield OwnStore(Settings(var=folder, database_url=own_url, secret_file=None))
