// What a trainee is told at the end: the result, how each range went, and the review.
import { Review } from "./review";
import { leave } from "./run";
import type { AdaptiveResult, PaperResult, RangeResult, State } from "./types";
import { say } from "./words";

const hundred = (share: number) => Math.round(share * 100);

export function ResultPage({ state }: { state: State }) {
  const result = state.result;
  if (!result) return null;
  return (
    <>
      <section class="card" data-testid="result">
        <h2>{say("resultTitle")}</h2>
        {"share" in result ? <Level result={result} /> : <Marks result={result} />}
        <h3>{say("rangesTitle")}</h3>
        <Ranges ranges={result.ranges} isWhole={!("share" in result)} />
        <p class="soft">{say("notExam")}</p>
        <button type="button" class="no-print" onClick={leave}>
          {say("again")}
        </button>
      </section>
      {state.review === "never" ? null : <Review lang={state.language} />}
    </>
  );
}

function Level({ result }: { result: AdaptiveResult }) {
  const { share, low, high, cut } = result;
  const scale = { share: hundred(share), low: hundred(low), high: hundred(high) };
  return (
    <>
      <p class="level">{say("level", scale)}</p>
      <div class="scale" aria-hidden="true">
        <span class="band" style={{ left: `${scale.low}%`, width: `${scale.high - scale.low}%` }} />
        <span class="here" style={{ left: `${scale.share}%` }} />
        <span class="cut" style={{ left: `${hundred(cut)}%` }} />
      </div>
      <p>{say(result.verdict, { cut: hundred(cut) })}</p>
      <p class="soft">{say("rightOf", { right: result.right, of: result.of })}</p>
    </>
  );
}

function Marks({ result }: { result: PaperResult }) {
  const { right, of, unanswered, unmarked, earned, full } = result;
  return (
    <>
      <p class="level">{say("score", { earned, full })}</p>
      <p>{say("paperRightOf", { right, of, unanswered })}</p>
      {unmarked > 0 && <p>{say("unmarked", { count: unmarked })}</p>}
    </>
  );
}

function Ranges({ ranges, isWhole }: { ranges: RangeResult[]; isWhole: boolean }) {
  const verdicts = isWhole
    ? ({ weak: "weakHere", strong: "strongHere", usual: "usualHere", few: "few" } as const)
    : ({ weak: "weak", strong: "strong", usual: "usual", few: "few" } as const);
  return (
    <table>
      <thead>
        <tr>
          <th>{say("range")}</th>
          <th class="number">{say("rangeRight")}</th>
          <th>{say("rangeSays")}</th>
        </tr>
      </thead>
      <tbody>
        {ranges.map((each) => (
          <tr key={each.area} class={`is-${each.verdict}`}>
            <td>{each.name}</td>
            <td class="number">
              {each.n_right} / {each.n_given}
            </td>
            <td>{say(verdicts[each.verdict])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
