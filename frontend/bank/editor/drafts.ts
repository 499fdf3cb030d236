// Unsaved work kept on this computer, by person, bank and item; a reload or a crash loses nothing.
import type { Edited } from "./model";

export interface Kept {
  at: number;
  edited: Edited;
}

export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export class Drafts {
  constructor(
    private shelf: Shelf,
    private name: string,
  ) {}

  read(slot = ""): Kept | null {
    try {
      const kept = JSON.parse(this.shelf.getItem(this.name + slot) ?? "null") as Kept | null;
      return kept?.edited?.body ? kept : null;
    } catch {
      return null; // of an older version, or cut off
    }
  }

  /** Keep; say whether it could be kept (storage may be full or switched off). */
  keep(edited: Edited, at: number, slot = ""): boolean {
    try {
      this.shelf.setItem(this.name + slot, JSON.stringify({ at, edited }));
      return true;
    } catch {
      return false;
    }
  }

  drop(slot = ""): void {
    this.shelf.removeItem(this.name + slot);
  }
}

export function draftName(person: number, bank: string, item: string): string {
  return `exam-bank-draft:${person}:${bank}:${item}`;
}
