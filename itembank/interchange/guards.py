"""What stands between a foreign file and its reader: archives, XML and encodings within limits.

A hostile file costs a message and nothing else: no entity is expanded, nothing is fetched, no
name leads out of an archive, and nothing is unpacked beyond a limit whatever its header says.
"""

import codecs
import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from itembank.interchange.report import UnreadableError

MOST_ENTRIES: Final = 50_000
LARGEST_ENTRY: Final = 64 * 1024 * 1024  # bytes, unpacked
LARGEST_WHOLE: Final = 256 * 1024 * 1024
MOST_ELEMENTS: Final = 2_000_000
DEEPEST: Final = 200
MOST_ATTRIBUTES: Final = 200
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
BAD_NAME: Final = re.compile(r"^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.([\\/]|$)|\x00")
DECLARED: Final = re.compile(rb"^<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PAIR: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
USUAL_PAIR: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")  # GB 2312, of which texts are made
USUAL_SHARE: Final = 0.7


@dataclass(frozen=True)
class Archive:
    """An archive whose names and sizes have been looked at."""

    zip: zipfile.ZipFile
    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """Return a file of the archive; raises UnreadableError: ``zip_broken``, ``zip_too_large``.

        What its header says of its size does not count.
        """
        try:
            with self.zip.open(name) as entry:
                body = entry.read(LARGEST_ENTRY + 1)
        except KeyError:
            raise UnreadableError("zip_lacks", name=name[:100]) from None
        except (*BROKEN, RuntimeError):
            raise UnreadableError("zip_broken") from None
        if len(body) > LARGEST_ENTRY:
            raise UnreadableError("zip_too_large", most=LARGEST_WHOLE // 1024 // 1024)
        return body


def is_archive(data: bytes) -> bool:
    """Say whether a file begins as a ZIP archive does."""
    return data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def archive_of(data: bytes) -> Archive:
    """Return an archive that may be read.

    Raises UnreadableError: ``zip_broken``, ``zip_too_large``, ``zip_name_unsafe``,
    ``zip_encrypted``.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise UnreadableError("zip_broken") from None
    entries = [each for each in opened.infolist() if not each.is_dir()]
    names = [each.filename for each in entries]
    unsafe = [name for name in names if BAD_NAME.search(name)]
    if unsafe or len(set(names)) < len(names):
        raise UnreadableError("zip_name_unsafe", name=(unsafe or names)[0][:100])
    whole = sum(each.file_size for each in entries)
    if len(entries) > MOST_ENTRIES or whole > LARGEST_WHOLE:
        raise UnreadableError("zip_too_large", most=LARGEST_WHOLE // 1024 // 1024)
    if any(each.flag_bits & 1 for each in entries):
        raise UnreadableError("zip_encrypted")
    return Archive(opened, tuple(names))


def xml_of(data: bytes) -> Element:
    """Return the root of an XML document, names as ``{namespace}name``.

    A DOCTYPE that only names a file is passed over and never fetched; one that declares anything
    is refused. Raises UnreadableError: ``xml_broken``, ``xml_declares``, ``xml_too_large``,
    ``encoding_unknown``.
    """
    try:
        return _Tree().read(_as_utf8(data))
    except expat.ExpatError as error:
        raise UnreadableError("xml_broken", line=error.lineno, column=error.offset + 1) from None


class _Tree:
    """Builds elements from expat's events and stops at what no honest file holds."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = 0
        self.count = 0
        self.parser: Any = expat.ParserCreate("utf-8", "}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.declared
        self.parser.SkippedEntityHandler = self.skipped

    def read(self, data: bytes) -> Element:
        self.parser.Parse(data, True)  # noqa: FBT003 - expat's "this is all"
        root: Element = self.builder.close()
        return root

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise UnreadableError("xml_too_large", most=MOST_ELEMENTS)
        self.builder.start(_name(name), {_name(each): said for each, said in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(_name(name))

    def doctype(self, *facts: Any) -> None:
        if facts[-1]:  # an internal subset: entities
            raise UnreadableError("xml_declares")

    def declared(self, *_facts: Any) -> None:
        raise UnreadableError("xml_declares")

    def skipped(self, name: str, is_parameter: bool) -> None:  # noqa: FBT001 - expat's signature
        if not is_parameter:
            self.builder.data(html.unescape(f"&{name};"))


def _name(said: str) -> str:
    return f"{{{said}" if "}" in said else said


def _as_utf8(data: bytes) -> bytes:
    """Return XML in UTF-8, whatever it was in; expat itself knows no Chinese encoding."""
    if not any(data.startswith(mark) for mark, _ in MARKS):
        declared = DECLARED.match(data.lstrip())
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        name = "gb18030" if name.startswith(("gb", "cp936", "x-gbk")) else name
        try:
            return data.lstrip().decode(name).encode("utf-8", "replace")
        except (UnicodeError, LookupError):
            pass  # what it declares is not what it is in
    return text_of(data)[0].lstrip("\ufeff \r\n\t").encode("utf-8", "replace")


def text_of(data: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    A mark at the start decides; else UTF-8 where it fits; else GB18030 where the double bytes are
    those of usual Chinese; else windows-1252. Raises UnreadableError: ``encoding_unknown``.

    Examples
    --------
    >>> text_of("电压".encode("gb18030")), text_of("Größe é ’".encode("cp1252"))[1]
    (('电压', 'gb18030'), 'windows-1252')
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return _decoded(data, name)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "gb18030" if _is_chinese(data) else "windows-1252")


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    try:
        return data.decode(name), name
    except UnicodeError:
        raise UnreadableError("encoding_unknown") from None


def _is_chinese(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    pairs = PAIR.findall(data)
    usual = sum(USUAL_PAIR.fullmatch(pair) is not None for pair in pairs)
    return usual >= USUAL_SHARE * len(pairs)
