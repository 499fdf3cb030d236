#!/usr/bin/env python3
"""Compile every catalogue (one per desk and language) that changed since it was compiled."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent

for source in sorted(ROOT.glob("exam_server/translations/*/LC_MESSAGES/*.po")):
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime:
        continue
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parents[1].name, abort_invalid=True)
    with compiled.open("wb") as binary:
        write_mo(binary, catalogue)
