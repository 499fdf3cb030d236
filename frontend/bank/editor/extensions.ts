// What an item's text may hold, as tiptap knows it. Nothing else survives typing or pasting.
import { Node } from "@tiptap/core";
import { BlockMath, InlineMath } from "@tiptap/extension-mathematics";
import { Placeholder } from "@tiptap/extension-placeholder";
import { Subscript } from "@tiptap/extension-subscript";
import { Superscript } from "@tiptap/extension-superscript";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { StarterKit } from "@tiptap/starter-kit";

const SHA256 = /(?:media:|\/bank\/pictures\/)([0-9a-f]{64})/;

export function pictureAddress(sha256: string): string {
  return `/bank/pictures/${sha256}`;
}

interface Handlers {
  placeholder: string;
  onFormula: (latex: string, block: boolean, pos: number) => void;
  onPicture: (alt: string, pos: number) => void;
}

export const Picture = Node.create<{ onClick: (alt: string, pos: number) => void }>({
  name: "picture",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,
  addOptions: () => ({ onClick: () => {} }),
  addAttributes: () => ({ sha256: { default: "" }, alt: { default: "" } }),
  parseHTML: () => [
    {
      tag: "img[src]",
      getAttrs: (element) => {
        const found = SHA256.exec(element.getAttribute("src") ?? "");
        return found ? { sha256: found[1], alt: element.getAttribute("alt") ?? "" } : false;
      },
    },
  ],
  renderHTML: ({ node }) => [
    "img",
    { src: pictureAddress(node.attrs.sha256), alt: node.attrs.alt, class: "item-picture" },
  ],
  addNodeView() {
    const { onClick } = this.options;
    return ({ node, getPos }) => {
      const dom = document.createElement("img");
      dom.src = pictureAddress(node.attrs.sha256);
      dom.alt = node.attrs.alt;
      dom.title = node.attrs.alt;
      dom.className = "item-picture";
      dom.addEventListener("dblclick", () => onClick(node.attrs.alt, getPos() ?? 0));
      return { dom };
    };
  },
});

export const Blank = Node.create({
  name: "blank",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ id: { default: "1" } }),
  parseHTML: () => [
    {
      tag: "span[data-blank]",
      getAttrs: (element) => ({ id: element.getAttribute("data-blank") ?? "1" }),
    },
  ],
  renderHTML: ({ node }) => [
    "span",
    { "data-type": "blank", "data-blank": node.attrs.id, class: "blank-mark" },
    `____ ${node.attrs.id}`,
  ],
});

// In the last cell Tab leaves the table instead of adding rows for ever.
const LeavableTable = Table.extend({
  addKeyboardShortcuts() {
    return {
      ...this.parent?.(),
      Tab: () => this.editor.commands.goToNextCell(),
      "Shift-Tab": () => this.editor.commands.goToPreviousCell(),
    };
  },
});

export function extensionsFor({ placeholder, onFormula, onPicture }: Handlers) {
  return [
    StarterKit.configure({
      heading: false,
      blockquote: false,
      code: false,
      codeBlock: false,
      horizontalRule: false,
      italic: false,
      strike: false,
      link: false,
      trailingNode: false,
    }),
    Subscript,
    Superscript,
    LeavableTable.configure({ resizable: false }),
    TableRow,
    TableHeader,
    TableCell,
    InlineMath.configure({
      katexOptions: { throwOnError: false },
      onClick: (node, pos) => onFormula(node.attrs.latex, false, pos),
    }),
    BlockMath.configure({
      katexOptions: { throwOnError: false, displayMode: true },
      onClick: (node, pos) => onFormula(node.attrs.latex, true, pos),
    }),
    Picture.configure({ onClick: onPicture }),
    Blank,
    Placeholder.configure({ placeholder, showOnlyCurrent: false }),
  ];
}
