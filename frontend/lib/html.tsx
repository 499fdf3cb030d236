// Item HTML made into elements: only what items may hold, formulas by KaTeX, blanks as fields.
import katex from "katex";
import { type ComponentChildren, createElement, Fragment } from "preact";

const ALLOWED = new Set(
  "p br b strong u sub sup ul ol li table thead tbody tr th td img span div".split(" "),
);

export type BlankField = (blank: string) => ComponentChildren;

export function ItemHtml(props: { html: string; blank?: BlankField }) {
  const parsed = new DOMParser().parseFromString(props.html, "text/html");
  return <Fragment>{childrenOf(parsed.body, props.blank)}</Fragment>;
}

function childrenOf(node: Node, blank?: BlankField): ComponentChildren[] {
  return [...node.childNodes].map((child) => shown(child, blank));
}

function shown(node: Node, blank?: BlankField): ComponentChildren {
  if (!(node instanceof Element)) return node.textContent;
  const latex = node.getAttribute("data-latex");
  if (latex !== null) return <Formula latex={latex} block={node.tagName === "DIV"} />;
  const blankId = node.getAttribute("data-blank");
  if (blankId !== null) return blank ? blank(blankId) : "____";
  const tag = node.tagName.toLowerCase();
  if (!ALLOWED.has(tag)) return childrenOf(node, blank);
  if (tag === "br") return <br />;
  if (tag === "img") return <Picture node={node} />;
  return createElement(tag, null, ...childrenOf(node, blank));
}

function Picture({ node }: { node: Element }) {
  const source = node.getAttribute("src") ?? "";
  const safe = source.startsWith("data:image/") || source.startsWith("/bank/");
  return safe ? (
    <img class="item-picture" src={source} alt={node.getAttribute("alt") ?? ""} />
  ) : null;
}

function Formula({ latex, block }: { latex: string; block: boolean }) {
  const html = katex.renderToString(latex, { displayMode: block, throwOnError: false });
  // KaTeX's own output; its trust option is off
  return <span dangerouslySetInnerHTML={{ __html: html }} />;
}
