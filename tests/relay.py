"""A relay before a server whose lines a test cuts: all at once, or in the middle of a frame."""

import asyncio
from dataclasses import dataclass, field

from exam_server.delivery.rehearsal_load.addresses import Address

CHUNK = 65_536


@dataclass(eq=False)
class Pair:
    """A connection and the one behind it; ``left`` bytes still pass, then it is cut."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    left: dict[asyncio.StreamWriter, int] = field(default_factory=dict)

    def cut(self) -> None:
        """Break both ends off, whatever is on its way."""
        for writer in (self.near, self.far):
            writer.transport.abort()


@dataclass
class Relay:
    """Passes on what comes, until told to cut."""

    port: int
    pairs: set[Pair] = field(default_factory=set)
    cuts: int = 0
    _server: asyncio.Server | None = None

    async def open(self) -> Address:
        """Listen; return the address that stands for the server's."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=4096)
        return Address("127.0.0.1", self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Cut what is left and listen no more."""
        assert self._server is not None
        self._server.close()
        self.cut_all()
        while self.pairs:  # noqa: ASYNC110 - each pair leaves by itself
            await asyncio.sleep(0.01)

    def cut_all(self) -> int:
        """Cut every line at once; return how many."""
        pairs = list(self.pairs)
        for pair in pairs:
            pair.cut()
        return len(pairs)

    async def _serve(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            near.transport.abort()
            return
        pair = Pair(near, far)
        self.pairs.add(pair)
        ends = [
            asyncio.create_task(self._pass(pair, near_reader, far)),
            asyncio.create_task(self._pass(pair, far_reader, near)),
        ]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        pair.cut()
        await asyncio.gather(*ends)
        self.pairs.discard(pair)

    async def _pass(
        self, pair: Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(CHUNK):
                left = pair.left.get(writer)
                if left is not None and len(data) >= left:
                    self.cuts += 1
                    writer.write(data[:left])
                    return
                if left is not None:
                    pair.left[writer] = left - len(data)
                writer.write(data)
        except OSError:
            return
