"""The environment of page templates."""

from collections.abc import Mapping
from typing import Any

from flask.templating import Environment
from jinja2 import Undefined


class PageEnvironment(Environment):
    """In ``row["items"]`` a missing key is nothing, never the method ``items`` of a dictionary."""

    def getitem(self, obj: Any, argument: str | Any) -> Any | Undefined:
        """Return what stands under a key; of anything but a mapping as Jinja does."""
        if isinstance(obj, Mapping):
            try:
                return obj[argument]  # a counter has a number for what it lacks
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return super().getitem(obj, argument)
