// Items of the bank that are like the one in hand, with what differs.
import { say } from "../words";
import { twins } from "./state";

export function Twins() {
  const found = twins.value;
  if (found.length === 0) return null;
  return (
    <section class="editor-twins" aria-labelledby="twins-title" data-testid="twins">
      <h2 id="twins-title">
        <span role="status">
          {say("twins")} <span class="figures">({found.length})</span>
        </span>
      </h2>
      <ul class="problem-list">
        {found.map((twin) => (
          <li key={twin.code} class={twin.kind === "same" ? "is-danger" : "is-attention"}>
            <details>
              <summary>
                <strong>{twin.code}</strong> {twin.words}{" "}
                <span class="figures">{say("twinShare", { share: twin.share })}</span> ·{" "}
                {twin.state}
              </summary>
              <p class="twin-text">
                {twin.pieces.map(([kind, text], place) => {
                  const key = `${place}-${kind}`;
                  if (kind === "gone") return <del key={key}>{text}</del>;
                  return kind === "new" ? (
                    <ins key={key}>{text}</ins>
                  ) : (
                    <span key={key}>{text}</span>
                  );
                })}
              </p>
              <p class="form-text">{say("twinLegend")}</p>
              <a href={twin.url} target="_blank" rel="noopener">
                {say("twinOpen")}
              </a>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
