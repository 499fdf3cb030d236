// What the round before came to at a place: the own rating, the panel's, what was noted.
import type { Before as Told } from "./facts";
import { say } from "./words";

interface Props {
  told: Told | undefined;
  number: number;
  isBookmark: boolean;
}

export function Before({ told, number, isBookmark }: Props) {
  if (!told) return null;
  const most = Math.max(1, ...told.counts.map(([, count]) => count));
  const unit = isBookmark ? "" : " %";
  return (
    <section class="panel-before" aria-label={say("before", { n: number })} data-testid="before">
      <h3>{say("before", { n: number })}</h3>
      <dl class="fact-list">
        {told.own !== null && (
          <>
            <dt>{say("own")}</dt>
            <dd>{`${told.own}${unit}`}</dd>
          </>
        )}
        {told.mean !== null && (
          <>
            <dt>{say(isBookmark ? "median" : "mean")}</dt>
            <dd>{`${told.mean}${unit}`}</dd>
          </>
        )}
        {told.difficulty !== null && (
          <>
            <dt>{say("difficulty")}</dt>
            <dd>{`${Math.round(told.difficulty * 100)} %`}</dd>
          </>
        )}
      </dl>
      {told.counts.length > 0 && (
        <ul class="panel-counts" aria-label={say("spread")}>
          {told.counts.map(([value, count]) => (
            <li key={value} class={value === told.own ? "is-own" : ""}>
              <span>{value}</span>
              <span class="bar-count" style={{ width: `${(count / most) * 6}em` }} />
              <span>{count}</span>
            </li>
          ))}
        </ul>
      )}
      {told.notes.length > 0 && (
        <>
          <h4>{say("notes")}</h4>
          <ul>
            {told.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
