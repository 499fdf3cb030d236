"""The WSGI entry of one web process; gunicorn's gevent worker has patched before this loads."""

import sys

import click

from exam_server.commands import note_or_end
from exam_server.config import Settings
from exam_server.https.worker import with_scheme
from exam_server.logs import configure_logs
from exam_server.serving import make_web_process

BOOT_FAILED = 3  # gunicorn then ends as a whole instead of trying for ever

configure_logs()
settings = Settings()
if not settings.is_supervised:
    try:
        note_or_end()
    except click.exceptions.Exit:
        sys.exit(BOOT_FAILED)
web_process = make_web_process(settings)
web_process.start()
app = web_process.app
app.wsgi_app = with_scheme(app.wsgi_app)  # type: ignore[method-assign] # as Flask documents it
