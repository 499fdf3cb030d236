// How a choice is marked: as a whole, in part, with minus, or by the points of its options.
import { say } from "../words";
import type { BodyProps } from "./fields";
import { BY_OPTION, LETTERS, marked, OWN, POLICIES, type Row, rightRows } from "./model";
import type { Update } from "./rows";
import { language } from "./state";

const WORDS = {
  all_or_nothing: "wholeOnly",
  part_marks: "partOfRight",
  minus: "withMinus",
  by_option: "byOption",
} as const;
const HELP = {
  all_or_nothing: "wholeOnlyHelp",
  part_marks: "partOfRightHelp",
  minus: "withMinusHelp",
  by_option: "byOptionHelp",
} as const;
type Policy = keyof typeof WORDS;

export function Marking({ body, inside, update }: BodyProps) {
  const { policy } = body;
  const right = rightRows(body);
  const letters = body.rows.flatMap((row, at) => (right.has(row.key) ? [LETTERS[at] ?? ""] : []));
  const help = HELP[policy as Policy];
  return (
    <div class="paper-marking">
      <label class="paper-field">
        <span class="form-label">{say("marking")}</span>
        <select
          class="form-select form-select-sm"
          data-where={`${inside}key.policy`}
          data-testid={`${inside}marking`}
          value={policy}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            update((next) => marked(next, chosen));
          }}
        >
          {(POLICIES[body.type] ?? []).map((each) => (
            <option value={each} key={each}>
              {say(WORDS[each as Policy])}
            </option>
          ))}
        </select>
      </label>
      <p class="form-text" data-where={`${inside}key.points`} tabIndex={-1}>
        {help && (body.type === "multiple" || policy === BY_OPTION) && say(help)}{" "}
        {policy === BY_OPTION && say("rightByPoints", { letters: letters.join(" ") || "—" })}
      </p>
    </div>
  );
}

interface PointsProps {
  row: Row;
  letter: string;
  inside: string;
  update: Update;
}

export function Points({ row, letter, inside, update }: PointsProps) {
  const put = (points: string) =>
    update((next) => {
      const own = next.rows.find((each) => each.key === row.key);
      if (own) own.points = points;
      const right = rightRows(next);
      for (const each of next.rows) each.right = right.has(each.key);
    });
  return (
    <input
      class="form-control form-control-sm paper-points"
      inputMode="text"
      autocomplete="off"
      maxLength={16}
      aria-label={say("pointsOf", { letter })}
      title={say("pointsOf", { letter })}
      data-where={`${inside}key.points.${letter}`}
      data-testid={`${inside}points-${letter}`}
      disabled={language.value !== OWN}
      value={row.points}
      onInput={(event) => put(event.currentTarget.value)}
    />
  );
}
