import { acceptedTexts } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

/** “1 2; 4 5” as groups of blanks. */
function groupsOf(typed: string): string[][] {
  return typed
    .normalize("NFKC")
    .split(";")
    .map((group) => group.split(/[\s,、]+/).filter(Boolean))
    .filter((group) => group.length > 0);
}

export const model: TypeModel = {
  close: (body, content, key) => {
    content.blanks = body.blanks.map(({ id }) => ({ id }));
    key.blanks = Object.fromEntries(
      body.blanks.map(({ id, accepted }) => [id, acceptedTexts(accepted)]),
    );
    key.case_sensitive = body.caseSensitive;
    if (body.isWhole) key.whole = true;
    const groups = groupsOf(body.groups ?? "");
    if (groups.length) key.groups = groups;
  },
  told: (key) => ({
    ...(key.whole ? { whole: true } : {}),
    ...(key.groups?.length ? { groups: key.groups } : {}),
  }),
};
