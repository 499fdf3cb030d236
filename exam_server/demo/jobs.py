"""The sample data's long work: the earlier exam day."""

from exam_server.demo.history.asking import KIND
from exam_server.demo.history.stages import work_on
from exam_server.jobs import JobFunction

JOBS: dict[str, JobFunction] = {KIND: work_on}
