"""The WSGI entry of one web process; gunicorn's gevent worker has patched before this loads."""

from exam_server.config import Settings
from exam_server.https.worker import with_scheme
from exam_server.logs import configure_logs
from exam_server.serving import make_web_process

configure_logs()
web_process = make_web_process(Settings())
web_process.start()
app = web_process.app
app.wsgi_app = with_scheme(app.wsgi_app)  # type: ignore[method-assign] # as Flask documents it
