// Staff pages: styles, htmx, and formulas where a page shows items.
import "@fontsource-variable/noto-sans-sc";
import "bootstrap/dist/css/bootstrap.min.css";
import "../lib/tokens.css";
import "./staff.css";

async function showFormulas(): Promise<void> {
  const places = document.querySelectorAll<HTMLElement>("[data-latex]");
  if (places.length === 0) return;
  const { renderAll } = await import("./formulas");
  renderAll(places);
}

/** A page that waits for a job asks again until the job has ended. */
function watchJob(): void {
  const card = document.querySelector<HTMLElement>("[data-refresh-s]");
  if (card) setTimeout(() => location.reload(), Number(card.dataset.refreshS) * 1000);
}

function listen(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-print]"))
    button.addEventListener("click", () => print());
}

void showFormulas();
watchJob();
listen();
