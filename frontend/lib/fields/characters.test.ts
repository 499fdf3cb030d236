import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, limitsSaid } from "./characters";
import { fieldSay } from "./words";

test("characters are counted as people see them, without spaces and line ends", () => {
  assert.equal(counted("保险丝 断了。\n更换　它"), 9);
  assert.equal(counted("𠮷野 a b"), 4);
  assert.equal(counted(" \n"), 0);
});

test("a limit is told from both sides and never stands in the way", () => {
  const say = fieldSay("en");
  const item = { fewest_characters: 10, most_characters: 20 };
  const said = [0, 5, 10, 20, 21].map((count) => limitsSaid(count, item, say));
  assert.deepEqual(
    said.map((each) => each.state !== ""),
    [false, true, false, false, true],
  );
  assert.deepEqual(
    said.map((each) => each.isOver),
    [false, false, false, false, true],
  );
  assert.equal(limitsSaid(9999, {}, say).state, "");
});
