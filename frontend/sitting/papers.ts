// The paper: fetched sealed while the candidate waits, checked by its hash, opened by its key; both
// are kept on this computer until the sitting is over.

import type { Drawer } from "../lib/drawer";
import { bringFormulas } from "../lib/formulas";
import { hashOf, unseal } from "../lib/sealed";
import * as keep from "../lib/store";
import { bringLettersOf } from "./letters";
import * as state from "./state";

const RETRY_MS = 2_000;
type Form = NonNullable<state.SittingState["form"]>;

export class Papers {
  private sealed: Uint8Array | null = null;
  private key: string | null = null;
  private isFetching = false;
  private isWiped = false;

  constructor(private readonly drawer: Drawer) {}

  /** Have the sealed form here: the one that was kept, or fetched until it is whole. */
  async fetch(form: Form, token: string): Promise<void> {
    if (this.sealed || this.isFetching) return;
    this.isFetching = true;
    this.isWiped = false;
    if (form.has_formulas) void bringFormulas();
    try {
      const sealed = (await this.kept(form)) ?? (await this.fetched(form, token));
      if (this.isWiped) return void (await this.wipe());
      this.sealed = sealed;
      state.hasSealed.value = true;
      if (this.key) await this.open(this.key);
    } catch {
      setTimeout(() => void this.fetch(form, token), RETRY_MS);
    } finally {
      this.isFetching = false;
    }
  }

  /** Take up paper and key that an earlier page has kept; whether the paper is here. */
  async takeKept(form: Form): Promise<void> {
    if (form.has_formulas) void bringFormulas();
    this.sealed ??= await this.kept(form).catch(() => null);
    state.hasSealed.value = this.sealed !== null;
    this.key ??= await keep.keptKey(this.drawer).catch(() => null);
    if (this.key) await this.open(this.key);
  }

  private async kept(form: Form): Promise<Uint8Array | null> {
    const sealed = await keep.keptPaper(this.drawer, form.sha256).catch(() => null);
    return sealed && hashOf(sealed) === form.sha256 ? sealed : null;
  }

  private async fetched(form: Form, token: string): Promise<Uint8Array> {
    const response = await fetch(form.url, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(String(response.status));
    const sealed = new Uint8Array(await response.arrayBuffer());
    if (hashOf(sealed) !== form.sha256) throw new Error("hash");
    // Where it cannot be kept, work goes on all the same; only a reload needs the line.
    await keep.keepPaper(this.drawer, { sha256: form.sha256, sealed }).catch(() => undefined);
    return sealed;
  }

  async open(key: string): Promise<void> {
    const isNew = this.key !== key;
    this.key = key;
    this.isWiped = false;
    if (isNew) await keep.keepKey(this.drawer, key).catch(() => undefined);
    const form = state.sitting.value?.form;
    if (!this.sealed || !form || state.paper.value) return;
    try {
      const body = await unseal(this.sealed, key, {
        exam_session: form.exam_session,
        form: form.id,
      });
      if (this.isWiped) return;
      state.paper.value = body;
      bringLettersOf(body);
    } catch {
      state.isBroken.value = true;
    }
  }

  /** The sitting is over here: paper and key leave this computer. */
  async wipe(): Promise<void> {
    this.key = null;
    this.sealed = null;
    this.isWiped = true;
    state.paper.value = null;
    await keep.forgetPaper(this.drawer).catch(() => undefined);
  }
}
