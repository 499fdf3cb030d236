// Bundles every page's script and style into exam_server/static/dist, with a manifest of names.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { itemTypes } from "./item_types.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = join(root, "../exam_server/static/dist");
// Every folder with a main.ts or main.tsx is a page's script, named after the folder.
const entries = globSync("*/main.{ts,tsx}", { cwd: root }).sort();

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: entries,
  outdir: dist,
  outbase: root,
  entryNames: "[dir]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "chrome90",
  minify: true,
  metafile: true,
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [itemTypes],
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty" },
});

/** What a script cannot begin without, beside itself. */
function chunksOf(path, found = new Set()) {
  for (const { path: chunk, kind } of result.metafile.outputs[path].imports) {
    if (kind !== "import-statement" || found.has(chunk)) continue;
    found.add(chunk);
    chunksOf(chunk, found);
  }
  return found;
}

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (!entries.includes(output.entryPoint)) continue;
  const page = output.entryPoint.split("/")[0];
  manifest[`${page}.js`] = basename(path);
  const chunks = [...chunksOf(path)].map((chunk) => relative(dist, join(root, chunk)));
  if (chunks.length > 0) manifest[`${page}.chunks`] = chunks.sort().join(" ");
  if (output.cssBundle) manifest[`${page}.css`] = basename(output.cssBundle);
}
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));

// Packed once here: the server sends it as it is, and so may a proxy in front of it.
for (const name of globSync("**/*.{js,css}", { cwd: dist })) {
  const packed = gzipSync(readFileSync(join(dist, name)), { level: 9 });
  writeFileSync(join(dist, `${name}.gz`), packed);
}
