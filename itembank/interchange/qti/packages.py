"""Packages: a ZIP with a manifest, opened within limits and never onto a disk."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from itembank.interchange.guards import LARGEST_WHOLE, archive_of
from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.report import PictureFile, UnreadableError

MANIFEST: Final = "imsmanifest.xml"
MIMES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


@dataclass(frozen=True)
class Resource:
    """A resource of a manifest: what kind, its main file, and facts about it."""

    name: str
    kind: str
    href: str
    element: Element
    files: tuple[str, ...] = ()


@dataclass
class Files:
    """Files by their path in a package, or side by side.

    A bare name stands for a file only where it is the only one of that name.
    """

    bodies: Mapping[str, bytes]
    by_name: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the files by their bare names, for those that lie side by side."""
        for path in self.bodies:
            name = path.rpartition("/")[2].lower()
            self.by_name[name] = "" if name in self.by_name else path

    def find(self, href: str, beside: str = "") -> str | None:
        """Return the path of the file an address names, seen from another file."""
        bare = unquote(href.partition("#")[0].partition("?")[0]).replace("\\", "/")
        for known in ("$IMS-CC-FILEBASE$/", "$IMS_CC_FILE_BASE$/", "$IMS-CC-FILEBASE$"):
            bare = bare.removeprefix(known)
        if not bare or "://" in bare:
            return None
        folder = beside.rpartition("/")[0]
        for path in (posixpath.normpath(posixpath.join(folder, bare)), posixpath.normpath(bare)):
            if path in self.bodies:
                return path
        return None

    def picture(self, href: str, beside: str = "") -> PictureFile | None:
        """Return a picture by its address; its bare name is enough where nothing else fits."""
        path = self.find(href, beside) or self.by_name.get(
            unquote(href).rpartition("/")[2].lower(), ""
        )
        mime = MIMES.get(path.rpartition(".")[2].lower())
        return PictureFile(self.bodies[path], mime) if mime and path in self.bodies else None


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a package by path.

    Raises UnreadableError: ``zip_too_large``, and those of ``archive_of``.
    """
    archive = archive_of(data)
    found: dict[str, bytes] = {}
    left = LARGEST_WHOLE
    for name in archive.names:
        body = archive.read(name)
        left -= len(body)
        if left < 0:  # a header may say less than there is
            raise UnreadableError("zip_too_large", most=LARGEST_WHOLE // 1024 // 1024)
        found[posixpath.normpath(name.replace("\\", "/"))] = body
    return found


def resources_of(files: Mapping[str, bytes]) -> list[Resource]:
    """Return what a package's manifest lists.

    Raises UnreadableError: ``qti_no_manifest``, and those of ``parse_xml``.
    """
    if MANIFEST not in files:
        raise UnreadableError("qti_no_manifest")
    manifest = parse_xml(files[MANIFEST])
    return [
        Resource(
            each.get("identifier"),
            each.get("type").lower(),
            _main_file(each),
            each,
            tuple(inner.get("href") for inner in each.all("file")),
        )
        for each in manifest.find("resource")
    ]


def _main_file(resource: Element) -> str:
    """Return a resource's own file; Blackboard names it by an attribute of its own."""
    listed = next((inner.get("href") for inner in resource.all("file")), "")
    return resource.get("href") or resource.get("file") or listed
