// Comments beside the editor are answered where they stand: what is being written stays untouched.
import { say } from "./words";

export function startReplies(aside: HTMLElement): void {
  aside.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(aside, event.target as HTMLFormElement);
  });
}

async function send(aside: HTMLElement, form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  if (button) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(
    () => null,
  );
  if (answer?.ok) {
    aside.innerHTML = await answer.text();
    return;
  }
  if (button) button.disabled = false;
  let told = form.querySelector<HTMLElement>("[data-failed]");
  if (!told) {
    told = document.createElement("p");
    told.className = "field-error";
    told.dataset.failed = "";
    form.append(told);
  }
  told.textContent = say("replyFailed");
}
