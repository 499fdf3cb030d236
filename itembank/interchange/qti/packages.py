"""Packages: a ZIP with a manifest, opened within limits and never onto a disk."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.report import PictureFile, UnreadableError
from itembank.interchange.sources import LARGEST_FILE

MOST_FILES: Final = 50_000
LARGEST_WHOLE: Final = 512 * 1024 * 1024
MANIFEST: Final = "imsmanifest.xml"
ENCRYPTED: Final = 0x1
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


def is_zip(data: bytes) -> bool:
    """Say whether a file is a ZIP."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP by path.

    Raises UnreadableError: ``zip_broken``, ``zip_encrypted``, ``zip_path``, ``zip_too_many``,
    ``zip_too_large``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir()]
            _check(listed)
            return _read(archive, listed)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as e:
        if isinstance(e, UnreadableError):
            raise
        raise UnreadableError("zip_broken") from None


def _check(listed: list[zipfile.ZipInfo]) -> None:
    if len(listed) > MOST_FILES:
        raise UnreadableError("zip_too_many", most=MOST_FILES)
    if sum(each.file_size for each in listed) > LARGEST_WHOLE:
        raise UnreadableError("zip_too_large", most=LARGEST_WHOLE // 1024 // 1024)
    for each in listed:
        if each.flag_bits & ENCRYPTED:
            raise UnreadableError("zip_encrypted", name=each.filename[:80])
        if _is_trick(each.filename):
            raise UnreadableError("zip_path", name=each.filename[:80])


def _is_trick(name: str) -> bool:
    """Say whether a path leads out of the package."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or ":" in plain or "\0" in plain


def _read(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Return the files; what a header says of their size is not believed."""
    found: dict[str, bytes] = {}
    left = LARGEST_WHOLE
    for each in listed:
        with archive.open(each) as source:
            body = source.read(min(LARGEST_FILE, left) + 1)
        if len(body) > min(LARGEST_FILE, left):
            raise UnreadableError("zip_too_large", most=LARGEST_FILE // 1024 // 1024)
        left -= len(body)
        found[posixpath.normpath(each.filename.replace("\\", "/"))] = body
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
            each.get("href") or next((inner.get("href") for inner in each.all("file")), ""),
            each,
            tuple(inner.get("href") for inner in each.all("file")),
        )
        for each in manifest.find("resource")
    ]
