// The paper: fetched sealed while the candidate waits, checked by its hash, opened by its key.

import { bringFormulas } from "../lib/formulas";
import { hashOf, unseal } from "../lib/sealed";
import * as state from "./state";

const RETRY_MS = 2_000;
type Form = NonNullable<state.SittingState["form"]>;

export class Papers {
  private sealed: Uint8Array | null = null;
  private key: string | null = null;
  private isFetching = false;

  /** Fetch the sealed form, again and again until it is here and whole. */
  async fetch(form: Form, token: string): Promise<void> {
    if (this.sealed || this.isFetching) return;
    this.isFetching = true;
    if (form.has_formulas) void bringFormulas();
    try {
      const response = await fetch(form.url, { headers: { Authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(String(response.status));
      const sealed = new Uint8Array(await response.arrayBuffer());
      if (hashOf(sealed) !== form.sha256) throw new Error("hash");
      this.sealed = sealed;
      state.hasSealed.value = true;
      this.isFetching = false;
      if (this.key) await this.open(this.key);
    } catch {
      this.isFetching = false;
      setTimeout(() => void this.fetch(form, token), RETRY_MS);
    }
  }

  async open(key: string): Promise<void> {
    this.key = key;
    const form = state.sitting.value?.form;
    if (!this.sealed || !form || state.paper.value) return;
    try {
      state.paper.value = await unseal(this.sealed, key, {
        exam_session: form.exam_session,
        form: form.id,
      });
    } catch {
      state.isBroken.value = true;
    }
  }

  /** The sitting is over: paper and key leave this computer. */
  wipe(): void {
    this.key = null;
    this.sealed = null;
    state.paper.value = null;
  }
}
