"""The tests of a package as papers, once its items are read."""

from collections.abc import Iterator

from itembank.interchange.qti.elements import OWN_TOOL, Element, parse_xml
from itembank.interchange.qti.finding import Reading
from itembank.interchange.qti.paper_structures import ItemAsRead, as_paper
from itembank.interchange.qti.paper_writing import WHOLE_BANK
from itembank.interchange.report import PaperRead, UnreadableError


def papers_in(reading: Reading) -> Iterator[PaperRead]:
    """Give the tests that were found, but for the wrapping of a whole bank."""

    def find_item(href: str, beside: str) -> ItemAsRead | None:
        if href.startswith("#"):  # in the same file
            return reading.read.get(f"{beside}{href}")
        return reading.read.get(reading.path_of(href, beside) or "")

    def open_section(href: str, beside: str) -> tuple[str, Element] | None:
        path = reading.path_of(href, beside)
        if path is None:
            return None
        try:
            return path, parse_xml(reading.files.bodies[path])
        except UnreadableError:
            return None

    for path, root in reading.roots:
        is_own = root.get("toolName") == OWN_TOOL
        if not (is_own and root.get("identifier") == WHOLE_BANK):
            yield as_paper(root, path, find_item, open_section)
