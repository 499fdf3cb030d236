"""The header that names a download, in any script."""

import unicodedata
from urllib.parse import quote


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
