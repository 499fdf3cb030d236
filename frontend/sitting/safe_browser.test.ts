import assert from "node:assert/strict";
import { test } from "node:test";
import { isBrowserMissing, shownBy } from "./safe_browser";

test("another browser shows nothing", async () => {
  assert.deepEqual(await shownBy(undefined), { config_key: "", exam_key: "", version: "" });
});

test("a version that sets its keys when asked is asked first", async () => {
  const security: { configKey?: string; updateKeys: (done: () => void) => void } = {
    updateKeys(done) {
      this.configKey = "c";
      done();
    },
  };
  assert.equal((await shownBy({ version: "3.0", security })).config_key, "c");
});

test("a version that never answers keeps nobody waiting", async () => {
  const security = { configKey: "c", updateKeys: () => undefined };
  assert.equal((await shownBy({ security }, 1)).config_key, "c");
});

test("a seat waits for the proctor only where the browser is asked for and not shown", () => {
  const rule = { use: "asked" as const, outcome: null, let_in: false, quit_url: null };
  assert.equal(isBrowserMissing(null), false);
  assert.equal(isBrowserMissing(rule), true);
  assert.equal(isBrowserMissing({ ...rule, outcome: "wrong" }), true);
  assert.equal(isBrowserMissing({ ...rule, let_in: true }), false);
  assert.equal(isBrowserMissing({ ...rule, outcome: "right" }), false);
  assert.equal(isBrowserMissing({ ...rule, use: "accepted" }), false);
});
