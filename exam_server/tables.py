"""Every table in one place, for migrations and tests."""

from exam_server import announcements, audit, job_files, jobs, server_starts
from exam_server.accounts import models as accounts
from exam_server.adaptive import models as adaptive
from exam_server.analysis import models as analysis
from exam_server.bank import blueprint_models as bank_blueprints
from exam_server.bank import models as bank
from exam_server.bank import work_models as bank_work
from exam_server.batches import models as batches
from exam_server.db import Base
from exam_server.delivery import models as delivery
from exam_server.forms import models as forms
from exam_server.marking import models as marking
from exam_server.proctoring import models as proctoring
from exam_server.programmes import models as programmes
from exam_server.results import models as results
from exam_server.results.equating import models as equating
from exam_server.seating import adaptive_models as adaptive_tests
from exam_server.seating import models as seating
from exam_server.standards import models as standards
from exam_server.written import models as written

OWNERS = (
    announcements,
    audit,
    jobs,
    job_files,
    server_starts,
    accounts,
    programmes,
    bank,
    bank_work,
    bank_blueprints,
    batches,
    forms,
    adaptive,
    seating,
    adaptive_tests,
    delivery,
    proctoring,
    written,
    marking,
    analysis,
    results,
    equating,
    standards,
)
METADATA = Base.metadata
