// The editor's document as the HTML an item stores: few tags, attributes in one order.

export interface DocNode {
  type?: string;
  text?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tiptap's own JSON
  attrs?: Record<string, any>;
  marks?: { type: string }[];
  content?: DocNode[];
}

const MARKS: Record<string, string> = {
  bold: "strong",
  underline: "u",
  subscript: "sub",
  superscript: "sup",
};
// One order for all, so that the same look is the same text.
const MARK_ORDER = ["bold", "underline", "subscript", "superscript"];

/** The HTML of a document. A short text (an option) of one paragraph stands without it. */
export function storedHtml(doc: DocNode, isShort: boolean): string {
  const blocks = trimmed(doc.content ?? []);
  const only = blocks[0];
  if (blocks.length === 0) return "";
  if (isShort && blocks.length === 1 && only?.type === "paragraph") return inner(only);
  return blocks.map(block).join("");
}

/** Without the empty paragraphs at its ends. */
function trimmed(blocks: DocNode[]): DocNode[] {
  let start = 0;
  let end = blocks.length;
  while (start < end && isEmpty(blocks[start])) start += 1;
  while (end > start && isEmpty(blocks[end - 1])) end -= 1;
  return blocks.slice(start, end);
}

function isEmpty(node: DocNode | undefined): boolean {
  return node?.type === "paragraph" && !(node.content ?? []).length;
}

function block(node: DocNode): string {
  switch (node.type) {
    case "paragraph":
      return `<p>${inner(node)}</p>`;
    case "bulletList":
      return `<ul>${all(node)}</ul>`;
    case "orderedList":
      return `<ol>${all(node)}</ol>`;
    case "listItem":
      return `<li>${loose(node)}</li>`;
    case "table":
      return `<table><tbody>${all(node)}</tbody></table>`;
    case "tableRow":
      return `<tr>${all(node)}</tr>`;
    case "tableHeader":
      return `<th${spans(node)}>${loose(node)}</th>`;
    case "tableCell":
      return `<td${spans(node)}>${loose(node)}</td>`;
    case "blockMath":
      return `<div data-type="block-math" data-latex="${quoted(node.attrs?.latex)}"></div>`;
    default:
      return inner(node);
  }
}

function all(node: DocNode): string {
  return (node.content ?? []).map(block).join("");
}

/** The only paragraph of a cell or list entry stands without its tag. */
function loose(node: DocNode): string {
  const [first, ...rest] = node.content ?? [];
  if (!first) return "";
  if (first.type !== "paragraph") return all(node);
  const after = rest.map(block).join("");
  return rest.some((each) => each.type === "paragraph") ? all(node) : inner(first) + after;
}

function spans(node: DocNode): string {
  return ["colspan", "rowspan"]
    .filter((name) => Number(node.attrs?.[name] ?? 1) > 1)
    .map((name) => ` ${name}="${Number(node.attrs?.[name])}"`)
    .join("");
}

function inner(node: DocNode): string {
  return (node.content ?? []).map(inline).join("");
}

function inline(node: DocNode): string {
  return marked(plain(node), node.marks ?? []);
}

function plain(node: DocNode): string {
  switch (node.type) {
    case "text":
      return escaped(node.text ?? "");
    case "hardBreak":
      return "<br>";
    case "inlineMath":
      return `<span data-type="inline-math" data-latex="${quoted(node.attrs?.latex)}"></span>`;
    case "blank":
      return `<span data-type="blank" data-blank="${quoted(node.attrs?.id)}"></span>`;
    case "picture":
      return `<img src="media:${quoted(node.attrs?.sha256)}" alt="${quoted(node.attrs?.alt)}">`;
    default:
      return inner(node);
  }
}

function marked(html: string, marks: { type: string }[]): string {
  const names = MARK_ORDER.filter((name) => marks.some((mark) => mark.type === name));
  return names.reduceRight((text, name) => `<${MARKS[name]}>${text}</${MARKS[name]}>`, html);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function quoted(value: unknown): string {
  return escaped(String(value ?? "")).replace(/"/g, "&quot;");
}

/** HTML that Word, WPS or a web page put on the clipboard, without what only they understand. */
export function cleanedPaste(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<!\[(?:if|endif)[^>]*>/gi, "")
    .replace(/<(style|script|xml|title)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<(?:meta|link)\b[^>]*>/gi, "")
    .replace(/<\/?(?:o|w|v|m|st1):[^>]*>/gi, "")
    .replace(/<(\/?)(?:font|center)\b[^>]*>/gi, "")
    .replace(
      /\s(?:class|style|lang|width|height|valign|align|nowrap)=(?:"[^"]*"|'[^']*'|[^\s>]+)/gi,
      "",
    )
    .replace(/(?:&nbsp;|\u00a0)+/g, " ");
}

export interface Lost {
  pictures: boolean;
  formulas: boolean;
}

/** What of a paste cannot come along: pictures of another program, equations of Word. */
export function lostInPaste(html: string): Lost {
  return {
    pictures: /<(?:img|v:imagedata)\b/i.test(html) && !/src="media:/.test(html),
    formulas: /<m:oMath|gte msEquation|<math\b/i.test(html),
  };
}
