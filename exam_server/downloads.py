"""Downloads: the header that names one, in any script, and data as a file."""

import json
import unicodedata
from urllib.parse import quote

from flask import Response


def json_file(data: object, name: str) -> Response:
    """Return data as a JSON file to be kept."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def disposition(way: str, name: str) -> str:
    r"""Return a Content-Disposition: headers are Latin-1, so other names go by RFC 5987 beside.

    Examples
    --------
    >>> disposition("attachment", "B1.csv")
    'attachment; filename="B1.csv"'
    >>> disposition("inline", "准考证.pdf").partition("; ")[2]
    'filename="___.pdf"; filename*=UTF-8\'\'%E5%87%86%E8%80%83%E8%AF%81.pdf'
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in plain)
    said = f'{way}; filename="{plain}"'
    return said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"
