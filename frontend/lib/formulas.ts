// Formulas by KaTeX: code, look and letters come only where there is something to show.
import { signal } from "@preact/signals";

type Katex = typeof import("katex").default;

const RETRY_MS = 2000;
const LETTERS = ["KaTeX_Main", "italic 1em KaTeX_Math", "KaTeX_Size1", "KaTeX_Size2", "KaTeX_AMS"];

const engine = signal<Katex | null>(null);
const made = new Map<string, string>();
let coming: Promise<void> | null = null;

/** Bring what formulas need; a line that is down is tried again until it is up. */
export function bringFormulas(): Promise<void> {
  coming ??= Promise.all([import("katex"), addLook()]).then(
    ([katex]) => {
      engine.value = katex.default;
    },
    async () => {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      coming = null;
      return bringFormulas();
    },
  );
  return coming;
}

/** A formula as HTML, or nothing while what makes it is still on its way. */
export function formulaHtml(latex: string, isBlock: boolean): string | null {
  const katex = engine.value;
  if (!katex) return null;
  const key = `${isBlock ? "block" : "inline"} ${latex}`;
  let html = made.get(key);
  if (html === undefined) {
    html = katex.renderToString(latex, { displayMode: isBlock, throwOnError: false });
    made.set(key, html);
  }
  return html;
}

/** The page names the style sheet: `<meta name="formulas-style" content="address">`. */
function addLook(): Promise<void> {
  const address = document.querySelector<HTMLMetaElement>('meta[name="formulas-style"]')?.content;
  if (!address || document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return new Promise((resolve, reject) => {
    link.onload = () => {
      for (const letters of LETTERS)
        void document.fonts.load(letters.includes("1em") ? letters : `1em ${letters}`);
      resolve();
    };
    link.onerror = () => {
      link.remove();
      reject(new Error("formulas-style"));
    };
    document.head.append(link);
  });
}
