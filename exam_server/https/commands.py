"""The console command ``https``: what seats must trust, and where they come in."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding

from exam_server.config import Settings
from exam_server.https.authority import fingerprint
from exam_server.https.keeping import NameNotAllowedError, prepared_site

LOOPBACK = ("localhost", "127.0.0.1")


@click.command("https")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the root certificate here, for a memory stick or a group policy.",
)
def https(out: Path | None) -> None:
    """Make the site's certificates if need be; print the root's fingerprint and the addresses."""
    settings = Settings()
    try:
        site = prepared_site(settings)
    except NameNotAllowedError as refused:
        click.echo(str(refused), err=True)
        raise click.exceptions.Exit(1) from None
    if out is not None:
        out.write_bytes(site.root.public_bytes(Encoding.DER))
    click.echo(f"根证书指纹 SHA-256 of the root:\n  {fingerprint(site.root)}")
    if not settings.https_port:
        click.echo("HTTPS 未启用，请设 EXAM_SERVER_HTTPS_PORT。 HTTPS is off: set that port.")
        return
    click.echo("考生入口 Candidates come in at:")
    for name in (name for name in site.names if name not in LOOPBACK):
        click.echo(f"  https://{name}:{settings.https_port}/sitting")
