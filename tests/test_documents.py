import re
from pathlib import Path

import pytest

from tests.source import ROOT, place

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!\w+://|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_manual_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    manuals = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {name for name in manuals if f"({name})" not in index} == set()
