"""The largest flow through a small network, and the cut that bounds it (Dinic 1970)."""

from collections import deque
from collections.abc import Hashable

INFINITE = 1 << 60


class Network:
    """Named nodes and edges with whole capacities; edges between the same two add up."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {}
        self.heads: list[list[int]] = []  # by node: its edges
        self.ends: list[int] = []  # by edge: where it leads; e ^ 1 is its way back
        self.rests: list[int] = []  # by edge: what it can still take
        self.known: dict[tuple[int, int], int] = {}

    def edge(self, start: Hashable, end: Hashable, capacity: int) -> None:
        """Add an edge, or to the capacity of the one that is there."""
        pair = self._place(start), self._place(end)
        if pair in self.known:
            self.rests[self.known[pair]] += capacity
            return
        self.known[pair] = len(self.ends)
        for (here, there), rest in ((pair, capacity), (pair[::-1], 0)):
            self.heads[here].append(len(self.ends))
            self.ends.append(there)
            self.rests.append(rest)

    def has(self, start: Hashable, end: Hashable) -> bool:
        """Say whether there is such an edge."""
        return (self.places.get(start), self.places.get(end)) in self.known

    def largest_flow(self, source: Hashable, sink: Hashable) -> int:
        """Send as much as goes from source to sink, and return how much that is.

        Examples
        --------
        >>> network = Network()
        >>> for ends, capacity in (("sa", 3), ("at", 2), ("sb", 1), ("bt", 5)):
        ...     network.edge(*ends, capacity)
        >>> network.largest_flow("s", "t"), sorted(map(str, network.reached("s")))
        (3, ['a', 's'])
        """
        start, end = self._place(source), self._place(sink)
        total = 0
        while True:
            depths = self._depths(start)
            if depths[end] < 0:
                return total
            tried = [0] * len(self.heads)
            while sent := self._send(start, end, depths, tried):
                total += sent

    def reached(self, source: Hashable) -> set[Hashable]:
        """Return the nodes that can be reached yet: after the largest flow, a least cut."""
        depths = self._depths(self._place(source))
        return {name for name, place in self.places.items() if depths[place] >= 0}

    def _place(self, name: Hashable) -> int:
        if name not in self.places:
            self.places[name] = len(self.heads)
            self.heads.append([])
        return self.places[name]

    def _depths(self, start: int) -> list[int]:
        depths = [-1] * len(self.heads)
        depths[start] = 0
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for edge in self.heads[here]:
                if self.rests[edge] and depths[self.ends[edge]] < 0:
                    depths[self.ends[edge]] = depths[here] + 1
                    waiting.append(self.ends[edge])
        return depths

    def _send(self, start: int, end: int, depths: list[int], tried: list[int]) -> int:
        """Send what one path of the layered network takes; 0 when none is left."""
        path: list[int] = []
        here = start
        while here != end:
            edge = self._onward(here, depths, tried)
            if edge is not None:
                path.append(edge)
                here = self.ends[edge]
            elif path:
                here = self.ends[path.pop() ^ 1]
                tried[here] += 1
            else:
                return 0
        sent = min(self.rests[edge] for edge in path)
        for edge in path:
            self.rests[edge] -= sent
            self.rests[edge ^ 1] += sent
        return sent

    def _onward(self, here: int, depths: list[int], tried: list[int]) -> int | None:
        edges = self.heads[here]
        while tried[here] < len(edges):
            edge = edges[tried[here]]
            if self.rests[edge] and depths[self.ends[edge]] == depths[here] + 1:
                return edge
            tried[here] += 1
        return None
