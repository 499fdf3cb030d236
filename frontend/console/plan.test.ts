import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, joined, NOBODY, only, range, still, toggled, touched } from "./choosing";
import { hasConfirmed, reachedBy } from "./confirming";
import { endOfLine, neighbour, shownAt, tracks } from "./plan";
import { seat } from "./samples";

const grid = { rows: 2, columns: 5 };
// Two rows of four with an aisle between the second and the third seat; seat (2, 4) is missing.
const cells = [
  [1, 1],
  [1, 2],
  [1, 4],
  [1, 5],
  [2, 1],
  [2, 2],
  [2, 5],
].map(([row, column]) => ({ row: row as number, column: column as number }));
const places = cells.map((cell, n) => ({ ...cell, number: n + 1, is_usable: true }));

test("a turned room is seen from the other end, and turning twice changes nothing", () => {
  const cell = { row: 1, column: 2 };
  const turned = shownAt(cell, grid, true);
  assert.deepEqual(turned, { row: 2, column: 4 });
  assert.deepEqual(shownAt(turned, grid, true), cell);
});

test("a column without any place is an aisle, also in the turned room", () => {
  const seen = tracks(5, places, "column", false);
  assert.deepEqual(seen, ["place", "place", "aisle", "place", "place"]);
  const one = { number: 1, row: 1, column: 2, is_usable: true };
  const lopsided = tracks(3, [one], "column", true);
  assert.deepEqual(lopsided, ["aisle", "place", "aisle"]);
});

test("arrows go over aisles and round missing seats, and stop at the wall", () => {
  assert.deepEqual(neighbour(cells, { row: 1, column: 2 }, "right"), { row: 1, column: 4 });
  assert.deepEqual(neighbour(cells, { row: 1, column: 4 }, "down"), { row: 2, column: 5 });
  assert.equal(neighbour(cells, { row: 1, column: 1 }, "left"), null);
  assert.equal(neighbour(cells, { row: 2, column: 1 }, "down"), null);
});

test("home and end lead to the ends of the row", () => {
  assert.equal(endOfLine(cells, { row: 2, column: 2 }, false).column, 1);
  assert.equal(endOfLine(cells, { row: 2, column: 2 }, true).column, 5);
});

test("a click chooses one, the same click again nobody; with a key it adds and removes", () => {
  assert.deepEqual([...only(NOBODY, "a")], ["a"]);
  assert.equal(only(new Set(["a"]), "a").size, 0);
  assert.deepEqual([...only(new Set(["a", "b"]), "a")], ["a"]);
  assert.deepEqual([...toggled(new Set(["a"]), "b")], ["a", "b"]);
  assert.deepEqual([...toggled(new Set(["a", "b"]), "a")], ["b"]);
});

test("a range goes both ways and begins with itself when nothing was chosen", () => {
  const order = ["a", "b", "c", "d"];
  assert.deepEqual([...range(order, "c", "a")], ["a", "b", "c"]);
  assert.deepEqual([...range(order, "nobody", "c")], ["c"]);
});

test("a drawn rectangle chooses every tile it touches, drawn from any corner", () => {
  const boxes = new Map([
    ["a", boxOf(0, 0, 10, 10)],
    ["b", boxOf(20, 0, 30, 10)],
    ["c", boxOf(0, 20, 10, 30)],
  ]);
  assert.deepEqual([...touched(boxes, boxOf(25, 12, 5, 5))], ["a", "b"]);
  assert.deepEqual([...joined(new Set(["c"]), touched(boxes, boxOf(1, 1, 2, 2)))], ["c", "a"]);
});

test("who has left the room is no longer chosen; an unchanged choice stays the same", () => {
  const choice = new Set(["a", "b"]);
  assert.equal(still(choice, new Set(["a", "b", "c"])), choice);
  assert.deepEqual([...still(choice, new Set(["b"]))], ["b"]);
});

test("a clock, a message and a state are each confirmed in their own way", () => {
  assert.equal(hasConfirmed({ sitting: "a", clock: 3 }, seat({ clock_acked: 2 })), false);
  assert.equal(hasConfirmed({ sitting: "a", clock: 3 }, seat({ clock_acked: 4 })), true);
  assert.equal(hasConfirmed({ sitting: "a", message: "m" }, seat({ unread: ["m"] })), false);
  assert.equal(hasConfirmed({ sitting: "a", message: "m" }, seat({ unread: ["n"] })), true);
  assert.equal(hasConfirmed({ sitting: "a", status: "handed_in" }, seat()), false);
});

test("an act names the seats that have not confirmed, by number", () => {
  const seats = new Map([
    ["a", seat({ sitting: "a", seat: 9, clock_acked: 1 })],
    ["b", seat({ sitting: "b", seat: 2, clock_acked: 1 })],
    ["c", seat({ sitting: "c", seat: 3, clock_acked: 2 })],
  ]);
  const awaits = ["a", "b", "c"].map((sitting) => ({ sitting, clock: 2 }));
  const reached = reachedBy(awaits, (sitting) => seats.get(sitting));
  assert.equal(`${reached.confirmed} of ${reached.of}`, "1 of 3");
  assert.deepEqual(
    reached.missing.map((each) => each.seat),
    [2, 9],
  );
});
