// Bundles every *.test.ts into a temporary folder and runs them with Node's own test runner.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { itemTypes } from "./item_types.mjs";

const tests = globSync("*/**/*.test.ts").filter((path) => !path.startsWith("node_modules/"));
const folder = mkdtempSync(join(tmpdir(), "front-end-tests-"));
await build({
  entryPoints: tests,
  outdir: folder,
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [itemTypes],
});
const run = spawnSync(process.execPath, ["--test", `${folder}/**/*.mjs`], { stdio: "inherit" });
rmSync(folder, { recursive: true });
process.exit(run.status ?? 1);
