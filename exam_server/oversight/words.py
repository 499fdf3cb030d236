"""Words for what the audit record holds."""

import json
from collections.abc import Mapping

from flask_babel import pgettext

from exam_server.accounts.words import role_words

SHORT = 8


def act_words(act: str) -> str:
    """Return the words for an act; one without words shows its code."""
    text: str = pgettext("act", act)
    return text


def object_words(name: str, label: str) -> str:
    """Return the words for an object ``kind:id``: its kind and what people call it."""
    kind, _, uid = name.partition(":")
    return f"{pgettext('object', kind)} {label or uid[:SHORT]}"


def facts_of(detail: Mapping[str, object], organizations: Mapping[int, str]) -> str:
    """Return an entry's particulars in a line; organizations by their names."""
    said = dict(detail)
    if isinstance(number := said.get("organization"), int):
        said["organization"] = organizations.get(number, number)
    if "role" in said:
        said["role"] = role_words(str(said["role"]))
    return " · ".join(f"{pgettext('detail', name)} {_plain(v)}" for name, v in said.items())


def _plain(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
