// What the two dialogs are asked for: a formula or a picture, for which editor and where.
import { signal } from "@preact/signals";
import type { Editor } from "@tiptap/core";

export interface FormulaAsked {
  editor: Editor;
  latex: string;
  block: boolean;
  pos: number | null; // of a formula that is being changed
}

export interface PictureAsked {
  editor: Editor | null;
  file: File | null;
  alt: string;
  pos: number | null; // of a picture whose words are being changed
  /** For a picture that stands in no text: the hotspot's own. */
  onUploaded?: (picture: Uploaded) => void;
}

export interface Uploaded {
  sha256: string;
  width: number;
  height: number;
  alt: string;
}

export const formulaAsked = signal<FormulaAsked | null>(null);
export const pictureAsked = signal<PictureAsked | null>(null);

/** Ask for a formula: a new one, or another text for the one chosen. */
export function askFormula(
  editor: Editor,
  { latex, block, pos }: { latex?: string; block?: boolean; pos?: number },
): void {
  const { selection } = editor.state;
  const chosen = editor.state.doc.nodeAt(selection.from);
  if (
    pos === undefined &&
    (chosen?.type.name === "inlineMath" || chosen?.type.name === "blockMath")
  )
    formulaAsked.value = {
      editor,
      latex: chosen.attrs.latex,
      block: chosen.type.name === "blockMath",
      pos: selection.from,
    };
  else formulaAsked.value = { editor, latex: latex ?? "", block: block ?? false, pos: pos ?? null };
}

export function askPicture(
  editor: Editor | null,
  asked: { file?: File; alt?: string; pos?: number; onUploaded?: (picture: Uploaded) => void },
): void {
  pictureAsked.value = {
    editor,
    file: asked.file ?? null,
    alt: asked.alt ?? "",
    pos: asked.pos ?? null,
    onUploaded: asked.onUploaded,
  };
}
