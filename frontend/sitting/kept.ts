// Going on from what an earlier page has kept, while the server does not answer: a reload without a
// line, a power cut, a browser opened again.

import type { Drawer } from "../lib/drawer";
import * as keep from "../lib/store";
import * as adaptive from "./adaptive";
import { showItem } from "./adaptive_item";
import { endedWith } from "./ended";
import type { Keeper } from "./keeper";
import type { Papers } from "./papers";
import type { Sender } from "./sender";
import * as state from "./state";
import * as time from "./time";
import { takeViewOf } from "./view";

interface Parts {
  drawer: Drawer;
  keeper: Keeper;
  papers: Papers;
  sender: Sender;
}

/** Show what is kept as long as the server has not spoken: its word comes before this. */
export async function showKept({ drawer, keeper, papers, sender }: Parts): Promise<void> {
  const kept = await keep.keptSitting(drawer);
  if (!kept || !state.isResuming.value) return;
  time.takeKept();
  if (kept.isMoved) return showMoved(drawer, sender, kept.sitting);
  const standing = await keeper.standing(kept.sitting).catch(() => null);
  if (standing === "long_past") return papers.wipe();
  if (!standing) return;
  const { told } = standing;
  const outbox = await sender.open(kept.sitting, standing.acked);
  if (!state.isResuming.value) return;
  takeViewOf(kept.sitting, told.large_text);
  state.answers.value = standing.answers;
  state.flagged.value = standing.flagged;
  adaptive.take(told.adaptive, outbox.pending);
  state.sitting.value = told;
  showItem();
  state.wasDown.value = true;
  state.pendingCount.value = outbox.pending.length;
  state.downSinceMs.value ??= time.lastSureMs.peek();
  state.isResuming.value = false;
  if (told.receipt) state.ended.value = endedWith(told);
  else if (told.form) await papers.takeKept(told.form);
}

async function showMoved(drawer: Drawer, sender: Sender, sitting: string): Promise<void> {
  await sender.open(sitting, await keep.keptAcked(drawer, sitting));
  state.pendingCount.value = sender.pending;
  state.isMoved.value = true;
}
