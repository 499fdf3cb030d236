// What was typed and is not saved yet, kept on this computer: a reload or a lost line loses nothing.

export type Draft = { typed: string; seen: string };
export type Place = { registration: string; component: string };

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const keyOf = (place: Place) => `${place.registration} ${place.component}`;

export class Drafts {
  private readonly kept: Map<string, Draft>;

  constructor(
    private readonly store: Store,
    private readonly name: string,
  ) {
    this.kept = new Map(readAll(store, name));
  }

  get size(): number {
    return this.kept.size;
  }

  get(place: Place): Draft | undefined {
    return this.kept.get(keyOf(place));
  }

  keep(place: Place, draft: Draft): void {
    this.kept.set(keyOf(place), draft);
    this.write();
  }

  drop(place: Place): void {
    if (this.kept.delete(keyOf(place))) this.write();
  }

  private write(): void {
    try {
      if (this.kept.size === 0) this.store.removeItem(this.name);
      else this.store.setItem(this.name, JSON.stringify([...this.kept]));
    } catch {
      // a full or forbidden store keeps nothing; the marks stay in the page and are sent again
    }
  }
}

function readAll(store: Store, name: string): [string, Draft][] {
  try {
    const found: unknown = JSON.parse(store.getItem(name) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
