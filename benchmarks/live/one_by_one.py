"""The same server with one commit for every answer: what the journal is measured against."""

from exam_server.delivery import journal

journal.LARGEST_BATCH = 1
journal.GATHER_S = journal.CALM_GATHER_S = 0

from wsgi import app  # noqa: E402, F401 - gunicorn serves it
