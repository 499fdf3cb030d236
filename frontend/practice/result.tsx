// What a trainee is told at the end: a level with its uncertainty, and how each range went.
import { leave, type Result } from "./run";
import { say } from "./words";

const hundred = (share: number) => Math.round(share * 100);

export function ResultPage({ result }: { result: Result }) {
  const { share, low, high, cut } = result;
  const scale = { share: hundred(share), low: hundred(low), high: hundred(high) };
  return (
    <section class="card" data-testid="result">
      <h2>{say("resultTitle")}</h2>
      <p class="level">{say("level", scale)}</p>
      <div class="scale" aria-hidden="true">
        <span class="band" style={{ left: `${scale.low}%`, width: `${scale.high - scale.low}%` }} />
        <span class="here" style={{ left: `${scale.share}%` }} />
        <span class="cut" style={{ left: `${hundred(cut)}%` }} />
      </div>
      <p>{say(result.verdict, { cut: hundred(cut) })}</p>
      <p class="soft">{say("rightOf", { right: result.right, of: result.of })}</p>
      <h3>{say("rangesTitle")}</h3>
      <table>
        <thead>
          <tr>
            <th>{say("range")}</th>
            <th class="number">{say("rangeRight")}</th>
            <th>{say("rangeSays")}</th>
          </tr>
        </thead>
        <tbody>
          {result.ranges.map((each) => (
            <tr key={each.area} class={`is-${each.verdict}`}>
              <td>{each.name}</td>
              <td class="number">
                {each.n_right} / {each.n_given}
              </td>
              <td>{say(each.verdict)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{say("notExam")}</p>
      <button type="button" onClick={leave}>
        {say("again")}
      </button>
    </section>
  );
}
