// Before everything else of a staff page: a press that comes before the page's scripts waits for
// them instead of being lost. Links and forms need no script and are left alone.
const early = new Set<HTMLElement>();

function note(event: Event): void {
  const button = (event.target as Element).closest<HTMLElement>("button[type=button]");
  const hasScript = document.documentElement.classList.contains("has-script");
  if (button && !hasScript) early.add(button);
}

document.addEventListener("click", note);
// scripts of type module have run by then
document.addEventListener("DOMContentLoaded", () => {
  document.removeEventListener("click", note);
  for (const button of early) button.click();
});

export {};
