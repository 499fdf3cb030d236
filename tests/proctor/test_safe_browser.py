"""Safe Exam Browser's formats: the text of the Config Key, the hashes shown, the file."""

import gzip
import hashlib
import plistlib
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from proctor.safe_browser import (
    config_key,
    configuration,
    is_key,
    request_hash,
    seb_file,
    seb_json,
    shows_key,
)

START = "https://exam.example.cn/sitting"
# From the example in the developer documentation ("Example SEB-JSON String"): its order of keys,
# and that a backslash is not escaped.
DOCUMENTED = (
    '{"additionalResources":[],"allowAirPlay":false,"allowBrowsingBackForward":false,'
    '"allowDownUploads":false,"allowedDisplayBuiltin":true,"allowedDisplaysMaxNumber":1,'
    '"allowFlashFullscreen":false,"allowWlan":false,"blacklistURLFilter":"",'
    '"browserMessagingPingTime":120000,"browserMessagingSocket":"ws:\\localhost:8706",'
    '"browserURLSalt":true,"enableF1":false,"enableF10":false,"enableF2":false}'
)


def documented_settings() -> dict[str, object]:
    found: dict[str, object] = {}
    for key, text in re.findall(r'"(\w+)":(\[\]|"[^"]*"|\w+)', DOCUMENTED):
        known = {"[]": [], "true": True, "false": False}
        found[key] = known.get(text, text.strip('"') if '"' in text else text)
        if text.isdigit():
            found[key] = int(text)
    return found


@given(st.integers(0, 1000))
def test_the_text_is_that_of_the_documentation_whatever_the_order(seed: int) -> None:
    settings = list(documented_settings().items())
    random.Random(seed).shuffle(settings)  # noqa: S311 - an order, no secret
    more = {"originatorVersion": "SEB_Win_2.1.1", "proxies": {}}
    text = seb_json({**dict(settings), **more})
    assert text == DOCUMENTED
    assert config_key(dict(settings)) == hashlib.sha256(DOCUMENTED.encode()).hexdigest()


def test_what_is_shown_belongs_to_one_key_at_one_address() -> None:
    key = config_key(configuration(START, f"{START}?quit=x"))
    shown = hashlib.sha256(f"{START}{key}".encode()).hexdigest()
    assert request_hash(f"{START}#part", key) == shown
    assert shows_key(shown.upper(), [START], ["0" * 64, key])
    assert not shows_key(shown, ["https://elsewhere.example.cn/sitting"], [key])
    assert not shows_key(shown, [START], ["0" * 64])
    assert not shows_key("", [START], [key])
    assert not shows_key("密", [START], [key])


def test_the_file_holds_the_settings_under_its_mark() -> None:
    settings = configuration(START, f"{START}?quit=x")
    opened = gzip.decompress(seb_file(settings))
    assert opened[:4] == b"plnd"
    assert plistlib.loads(gzip.decompress(opened[4:])) == settings
    assert seb_file(settings) == seb_file(settings)


def test_a_browser_exam_key_has_64_hexadecimal_digits() -> None:
    assert is_key("a1" * 32)
    assert not is_key("a1" * 31)
    assert not is_key("g1" * 32)
