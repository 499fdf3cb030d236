// What is typed is kept on this computer until the server has taken it.
import { type Draft, newKey } from "./model";

const KEPT = "paper-structure";

export interface Kept {
  at: number;
  draft: Draft;
}

export function keep(draft: Draft): void {
  sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), draft }));
}

export function forget(): void {
  sessionStorage.removeItem(KEPT);
}

export function kept(): Kept | null {
  const found: Kept | null = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!found?.draft) return null;
  const rows = <Row extends { key: number }>(list: Row[]) =>
    list.map((row) => ({ ...row, key: newKey() }));
  const { draft } = found;
  return {
    at: found.at,
    draft: {
      ...draft,
      sections: rows(draft.sections.map((each) => ({ ...each, pilots: each.pilots ?? "" }))),
      cells: rows(draft.cells),
      bands: rows(draft.bands ?? []),
      reuse: draft.reuse ?? {},
      level: draft.level ?? "",
      work_type: draft.work_type ?? "",
      notices: draft.notices ?? {},
    },
  };
}

/** Whoever signs out leaves nothing typed behind for the next person at this computer. */
export function forgetAtSignOut(): void {
  for (const form of document.querySelectorAll("form[data-sign-out]"))
    form.addEventListener("submit", forget);
}
