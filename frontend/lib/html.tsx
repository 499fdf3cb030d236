// Item HTML made into elements: only what items may hold, formulas by KaTeX, blanks as fields.

import { type ComponentChildren, createElement, Fragment } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { fieldSay } from "./fields/words";
import { bringFormulas, formulaHtml } from "./formulas";
import type { Language } from "./i18n";
import { Icon } from "./icon";
import { openPicture } from "./picture";

const ALLOWED = new Set(
  "p br b strong u sub sup ul ol li table thead tbody tr th td img span div".split(" "),
);

export type BlankField = (blank: string) => ComponentChildren;
interface Shown {
  language: Language;
  blank?: BlankField;
}

export function ItemHtml(props: { html: string; language: Language; blank?: BlankField }) {
  const { html, language, blank } = props;
  const parsed = useMemo(() => bodyOf(html), [html]);
  return <Fragment>{childrenOf(parsed, { language, blank })}</Fragment>;
}

function bodyOf(html: string): Node {
  return new DOMParser().parseFromString(html, "text/html").body;
}

function childrenOf(node: Node, how: Shown): ComponentChildren[] {
  return [...node.childNodes].map((child) => shown(child, how));
}

function shown(node: Node, how: Shown): ComponentChildren {
  if (!(node instanceof Element)) return node.textContent;
  const latex = node.getAttribute("data-latex");
  if (latex !== null) return <Formula latex={latex} block={node.tagName === "DIV"} />;
  const blankId = node.getAttribute("data-blank");
  if (blankId !== null) return how.blank ? how.blank(blankId) : "____";
  const tag = node.tagName.toLowerCase();
  if (!ALLOWED.has(tag)) return childrenOf(node, how);
  if (tag === "br") return <br />;
  if (tag === "img") return <Picture node={node} language={how.language} />;
  if (tag === "table") return <div class="item-table">{plain(tag, node, how)}</div>;
  return plain(tag, node, how);
}

function plain(tag: string, node: Element, how: Shown): ComponentChildren {
  const spans: Record<string, string> = {};
  for (const name of ["colspan", "rowspan"]) {
    const value = node.getAttribute(name);
    if (value !== null && /^\d{1,3}$/.test(value)) spans[name] = value;
  }
  return createElement(tag, spans, ...childrenOf(node, how));
}

/** The address of a picture if it is one of ours; anything else is not shown. */
export function safePicture(source: string | null | undefined): string | undefined {
  const isOurs = source?.startsWith("data:image/") || source?.startsWith("/bank/");
  return isOurs ? (source ?? undefined) : undefined;
}

/** A picture opens large when pressed; it is a button, so that the keyboard reaches it too. */
function Picture({ node, language }: { node: Element; language: Language }) {
  const source = safePicture(node.getAttribute("src"));
  if (!source) return null;
  const say = fieldSay(language);
  const alt = node.getAttribute("alt") ?? "";
  return (
    <button
      type="button"
      class="picture-button"
      aria-label={say("enlarge", { alt: alt || say("picture") })}
      onClick={(event) => {
        event.preventDefault();
        openPicture({ source, alt, language });
      }}
    >
      <img class="item-picture" src={source} alt={alt} />
      <span class="picture-hint">
        <Icon name="enlarge" />
      </span>
    </button>
  );
}

function Formula({ latex, block }: { latex: string; block: boolean }) {
  useEffect(() => void bringFormulas(), []);
  const html = formulaHtml(latex, block);
  if (html === null) return <code class="formula-source">{latex}</code>;
  // KaTeX's own output; its trust option is off
  return <span class="formula" dangerouslySetInnerHTML={{ __html: html }} />;
}
