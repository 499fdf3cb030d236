// The help about keys, with the switch for single ones.
import { areOn, switchKeys } from "./keys";

export function startHelp(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#keys-help");
  const choice = dialog?.querySelector<HTMLInputElement>("[data-keys-switch]");
  if (!dialog || !choice) return;
  choice.checked = areOn();
  choice.addEventListener("change", () => switchKeys(choice.checked));
  document.querySelector("[data-keys-help]")?.addEventListener("click", () => dialog.showModal());
}
