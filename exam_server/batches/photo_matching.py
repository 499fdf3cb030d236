"""Photos in bulk: which file shows whom, told by its name."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from exam_server.batches.portraits import MOST_BYTES
from exam_server.errors import InvalidInputError

MOST_FILES = 2_000
MOST_UNPACKED = 512 * 1024 * 1024
Outcome = Literal["matched", "replaces", "unknown", "twice", "refused"]


@dataclass(frozen=True)
class PhotoFile:
    """A file that was sent: its name without folders, and what it holds."""

    name: str
    body: bytes

    @property
    def stem(self) -> str:
        """Return the name without its ending, as tickets and ID numbers are compared."""
        return PurePosixPath(self.name).stem.strip().upper()


def files_of_archive(packed: bytes) -> Iterator[PhotoFile]:
    """Give the files of a ZIP, whatever their folders; hidden ones are passed over.

    Raises InvalidInputError: ``archive_unreadable``, ``archive_too_large``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = [info for info in archive.infolist() if not _is_hidden(info)]
            if len(infos) > MOST_FILES or sum(i.file_size for i in infos) > MOST_UNPACKED:
                raise InvalidInputError("archive_too_large", most=MOST_FILES)
            for info in infos:
                with archive.open(info) as file:
                    # One byte more than allowed shows that it is too large, whatever it claims.
                    yield PhotoFile(_name_of(info), file.read(MOST_BYTES + 1))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise InvalidInputError("archive_unreadable") from None


def packed(files: Sequence[PhotoFile]) -> bytes:
    """Return files as one ZIP; pictures are packed already, so they are only put together."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}/{file.name}", file.body)
    return made.getvalue()


def outcomes(
    stems: Sequence[str], who: Mapping[str, int], with_photo: set[int]
) -> list[tuple[Outcome, int | None]]:
    """Return for each name whom it shows; two files for one person are both left out.

    Examples
    --------
    >>> outcomes(["T-1", "x", "T-2"], {"T-1": 1, "T-2": 2}, {2})
    [('matched', 1), ('unknown', None), ('replaces', 2)]
    >>> outcomes(["T-1", "110"], {"T-1": 1, "110": 1}, set())
    [('twice', 1), ('twice', 1)]
    """
    counts = Counter(who[stem] for stem in stems if stem in who)
    return [_outcome(who.get(stem), counts, with_photo) for stem in stems]


def _outcome(
    person: int | None, counts: Counter[int], with_photo: set[int]
) -> tuple[Outcome, int | None]:
    if person is None:
        return "unknown", None
    if counts[person] > 1:
        return "twice", person
    return ("replaces" if person in with_photo else "matched"), person


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return a file's name; old Chinese archives keep it in GB 18030 under the wrong name."""
    name = PurePosixPath(info.filename).name
    if info.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
