// What a seat would get of an item: no key, pictures by their addresses here, mixed where the
// stored order would give the key away.
import { models } from "types:model";
import type { AnyItem } from "../../lib/fields/field";
import type { FormPart, ItemContent } from "../../lib/sealed";
import { type Json, type StoredItem, WHOLE } from "./model";

const PICTURES = /media:([0-9a-f]{64})/g;

export function shownItem({ type, content, key }: StoredItem): AnyItem {
  const addressed = JSON.parse(
    JSON.stringify(content).replace(PICTURES, "/bank/pictures/$1"),
  ) as Json;
  const shown = { ...shownContent(type, addressed, "1"), ...told(type, key) };
  if (!addressed.parts) return { ...shown, translations: addressed.translations };
  const parts = (addressed.parts as Json[]).map(
    (part): FormPart => ({
      ...shownContent(part.type, part, String(part.mark_share || 1)),
      ...told(part.type, key.parts?.[part.id] ?? {}),
      id: part.id,
      type: part.type,
    }),
  );
  return { ...shown, parts, translations: addressed.translations };
}

/** What a candidate is told of the way of marking. */
function told(type: string, key: Json): Partial<ItemContent> {
  const own = models[type]?.told?.(key);
  if (own) return own;
  const isTold = type === "multiple" && key.policy && key.policy !== WHOLE;
  return isTold ? { marking: key.policy } : {};
}

function shownContent(type: string, content: Json, mark: string): ItemContent {
  const { translations: _, parts: __, mark_share: ___, options, right, ...plainly } = content;
  return {
    ...plainly,
    type,
    mark,
    options: options?.length ? shownOptions(type, options) : undefined,
    right: right?.length ? mixed(right).map(plain) : undefined,
  } as ItemContent;
}

function shownOptions(type: string, options: Json[]) {
  if (type !== "ordering") return options.map(plain);
  const loose = mixed(options.filter((option) => !option.fixed));
  return options.map((option) =>
    option.fixed
      ? { id: option.id, content: option.content, fixed: true }
      : plain(loose.shift() ?? option),
  );
}

function plain(said: Json) {
  return { id: said.id as string, content: said.content as string };
}

/** An order that tells nothing: by what the rows say. */
function mixed(rows: Json[]): Json[] {
  return [...rows].sort((one, other) => (String(one.content) < String(other.content) ? -1 : 1));
}
