// Review by keys: A approves, S sends back once a comment is there, and the next draft opens.
export function startReview(list: HTMLElement): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>(
      "form[data-review] button",
    );
    const form = button?.form;
    if (!button || !form) return;
    const comment = form.querySelector<HTMLTextAreaElement>("textarea");
    if (button.dataset.key === "s" && comment && !comment.value.trim()) {
      event.preventDefault();
      comment.focus();
      return;
    }
    goOnAfter(form, button, nextUid(list));
  });
}

/** The draft after the one that is open, or the one before at the end of the list. */
function nextUid(list: HTMLElement): string {
  const shown = document.querySelector<HTMLElement>("[data-uid]")?.dataset.uid;
  const uids = [...list.querySelectorAll<HTMLElement>("a[data-item]")].map(
    (link) => link.dataset.item ?? "",
  );
  const here = uids.indexOf(shown ?? "");
  return uids[here + 1] ?? uids[here - 1] ?? "";
}

function goOnAfter(form: HTMLFormElement, button: HTMLButtonElement, uid: string): void {
  const own = button.hasAttribute("formaction");
  const address = new URL(own ? button.formAction : form.action);
  address.searchParams.set("next", uid);
  if (own) button.formAction = address.href;
  else form.action = address.href;
}
