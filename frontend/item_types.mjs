// Item types as the pages know them: every folder of types/ is one, nothing lists them. A page
// imports "types:seat", "types:model" or "types:editor" and gets that file of every folder, by the
// folder's name. ITEM_TYPES names a further folder of types kept elsewhere.
import { globSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const folders = [resolve(root, "types"), process.env.ITEM_TYPES].filter(Boolean);

export const itemTypes = {
  name: "item types",
  setup(build) {
    build.onResolve({ filter: /^types:/ }, ({ path }) => ({ path, namespace: "item-types" }));
    build.onLoad({ filter: /.*/, namespace: "item-types" }, ({ path }) => {
      const part = path.slice("types:".length);
      const files = folders.flatMap((cwd) =>
        globSync(`*/${part}.{ts,tsx}`, { cwd })
          .sort()
          .map((file) => resolve(cwd, file)),
      );
      const imports = files.map(
        (file, n) => `import { ${part} as t${n} } from ${JSON.stringify(file)};`,
      );
      // read when they are asked for: the modules may need one another to begin
      const named = files.map((file, n) => `get ${basename(dirname(file))}() { return t${n}; }`);
      return {
        contents: `${imports.join("\n")}\nexport const ${part}s = { ${named.join(", ")} };`,
        resolveDir: root,
        loader: "js",
      };
    });
  },
};
