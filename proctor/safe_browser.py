"""Safe Exam Browser: its configuration, the Config Key of it, and the keys a browser shows.

The formats are those of Safe Exam Browser's developer documentation: "Config Key" and
"File Format" at safeexambrowser.org/developer.
"""

import gzip
import hashlib
import hmac
import json
import plistlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urldefrag, urlsplit

UNENCRYPTED: Final = b"plnd"
MODERN_WEB_VIEW: Final = 3
ALLOW: Final = 1
KEY_LETTERS: Final = 64


def configuration(start_url: str, quit_url: str) -> dict[str, Any]:
    """Return the settings of an exam: one start page, its own host only, quit by the quit link.

    What is not named here stays as Safe Exam Browser has it, which is the safe value.
    """
    return {
        "originatorVersion": "Exam server",
        "sebConfigPurpose": 0,
        "startURL": start_url,
        "quitURL": quit_url,
        "quitURLConfirm": False,
        "allowQuit": False,
        "sendBrowserExamKey": True,
        "browserWindowWebView": MODERN_WEB_VIEW,
        "browserWindowAllowReload": True,
        "showReloadButton": True,
        "enableZoomPage": True,
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [
            {
                "action": ALLOW,
                "active": True,
                "expression": f"{urlsplit(start_url).netloc}/*",
                "regex": False,
            }
        ],
    }


def seb_json(settings: Mapping[str, Any]) -> str:
    r"""Return settings as the text that the Config Key is made of.

    Keys are sorted whatever their case, at every level; there is no blank, and nothing is
    escaped; ``originatorVersion`` and empty dictionaries are left out. Settings made here hold
    no binary data and no dates.

    Examples
    --------
    >>> seb_json({"b": True, "A": {"y": [1, "x/\\"], "E": {}}, "originatorVersion": "1"})
    '{"A":{"y":[1,"x/\\"]},"b":true}'
    """
    return _text({key: settings[key] for key in settings if key != "originatorVersion"})


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [
            f'"{key}":{_text(value[key])}'
            for key in sorted(value, key=str.casefold)
            if value[key] != {}
        ]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(each) for each in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return json.dumps(value)


def config_key(settings: Mapping[str, Any]) -> str:
    """Return the Config Key of settings: SHA-256 over their text, in hex."""
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def request_hash(url: str, key: str) -> str:
    """Return what a browser shows for a key at an address: a fragment does not count.

    Examples
    --------
    >>> request_hash("https://a.test/x#y", "k") == request_hash("https://a.test/x", "k")
    True
    """
    return hashlib.sha256((urldefrag(url).url + key).encode()).hexdigest()


def shows_key(shown: str, urls: Iterable[str], keys: Iterable[str]) -> bool:
    """Say whether what a browser shows belongs to one of the keys at one of the addresses."""
    known, sent = list(keys), shown.strip().lower().encode(errors="replace")
    hashes = [request_hash(url, key).encode() for url in urls for key in known]
    return any(hmac.compare_digest(each, sent) for each in hashes)


def seb_file(settings: Mapping[str, Any]) -> bytes:
    """Return settings as a ``.seb`` file without encryption: gzip of a mark and gzipped XML."""
    xml = plistlib.dumps(dict(settings))
    return gzip.compress(UNENCRYPTED + gzip.compress(xml, mtime=0), mtime=0)


def is_key(text: str) -> bool:
    """Say whether a text is a Browser Exam Key: 64 hexadecimal digits."""
    return len(text) == KEY_LETTERS and all(letter in "0123456789abcdef" for letter in text)
