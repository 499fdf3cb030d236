import assert from "node:assert/strict";
import { test } from "node:test";
import { browserFound, clockFound, lineFound, offsetOf, screenFound } from "./looks";

const CHROME = (version: number) =>
  `Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;

test("a browser is judged by the version the paper was built for", () => {
  assert.deepEqual(browserFound(CHROME(90)), { state: "ok", detail: "Chrome 90" });
  assert.deepEqual(browserFound(CHROME(89)), { state: "danger", detail: "Chrome 89" });
  assert.equal(browserFound(`${CHROME(120)} Edg/120.0`).detail, "Edge 120");
  assert.equal(browserFound("Mozilla/5.0 Version/14.1 Safari/605.1.15").state, "danger");
  assert.equal(browserFound("something else").state, "attention");
});

test("a screen is too small, small or as intended", () => {
  const states = [
    [800, 600],
    [1024, 768],
    [1366, 768],
  ].map(([width, height]) => screenFound(width as number, height as number).state);
  assert.deepEqual(states, ["danger", "attention", "ok"]);
});

test("the clock's offset is taken from the middle of request and answer", () => {
  assert.equal(offsetOf(1000, 1200, 61_100), 60_000);
  assert.equal(clockFound(60_000).state, "ok");
  assert.equal(clockFound(-60_001).state, "attention");
  assert.equal(clockFound(null).state, "danger");
});

test("a line without websocket still carries an exam", () => {
  assert.equal(lineFound(true, false).state, "ok");
  assert.equal(lineFound(false, true).state, "attention");
  assert.equal(lineFound(false, false).state, "danger");
});
