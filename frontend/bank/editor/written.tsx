// A short answer or an essay: limits, the model answer, and the rubric a person marks by.
import { say } from "../words";
import { type BodyProps, TextField } from "./fields";
import { moved, OWN } from "./model";
import { OriginalOnly, RowTools } from "./rows";
import { language } from "./state";
import {
  type CriterionRow,
  freshCriterion,
  freshLevel,
  type LevelRow,
  pointsTogether,
  type WrittenOwn,
  writtenOf,
} from "./written_model";

type Put = (change: (own: WrittenOwn) => Partial<WrittenOwn>) => void;

export function WrittenFields({ body, inside, update }: BodyProps) {
  const own = writtenOf(body);
  const put: Put = (change) =>
    update((next) => {
      next.own = { ...next.own, ...change(writtenOf(next)) };
    });
  if (language.value !== OWN) return null; // a translation sets no limits and no key
  return (
    <>
      <Limits own={own} inside={inside} put={put} />
      <label class="paper-field paper-model">
        <span class="paper-label">{say("modelAnswer")}</span>
        <textarea
          class="form-control"
          rows={5}
          data-where={`${inside}key.model_answer`}
          data-testid={`${inside}model-answer`}
          value={own.model}
          onInput={(event) => {
            const model = event.currentTarget.value;
            put(() => ({ model }));
          }}
        />
      </label>
      <Rubric own={own} inside={inside} put={put} />
    </>
  );
}

interface Part {
  own: WrittenOwn;
  inside: string;
  put: Put;
}

function Limits({ own, inside, put }: Part) {
  return (
    <div class="paper-facts">
      <TextField
        where={`${inside}fewest_characters`}
        label={say("fewestCharacters")}
        value={own.fewest}
        mode="decimal"
        onInput={(fewest) => put(() => ({ fewest }))}
      />
      <TextField
        where={`${inside}most_characters`}
        label={say("mostCharacters")}
        value={own.most}
        mode="decimal"
        help={say("limitsHelp")}
        onInput={(most) => put(() => ({ most }))}
      />
      <TextField
        where={`${inside}lines`}
        label={say("lines")}
        value={own.lines}
        mode="decimal"
        onInput={(lines) => put(() => ({ lines }))}
      />
    </div>
  );
}

function Rubric({ own, inside, put }: Part) {
  const whole = pointsTogether(own.rubric);
  const set = (rubric: CriterionRow[]) => put(() => ({ rubric }));
  return (
    <fieldset class="paper-rubric" data-where={`${inside}key.rubric`} tabIndex={-1}>
      <legend class="paper-label">
        {say("rubric")} <span class="figures">{whole !== null && say("rubricSum", { whole })}</span>
      </legend>
      <p class="form-text">{say("rubricHelp")}</p>
      {own.rubric.map((row, place) => (
        <Criterion
          key={row.key}
          row={row}
          place={place}
          rubric={own.rubric}
          inside={inside}
          set={set}
        />
      ))}
      <OriginalOnly>
        <button
          class="btn btn-sm btn-outline-primary"
          type="button"
          data-testid={`${inside}add-criterion`}
          onClick={() => set([...own.rubric, freshCriterion()])}
        >
          + {say("addCriterion")}
        </button>
      </OriginalOnly>
    </fieldset>
  );
}

interface CriterionProps {
  row: CriterionRow;
  place: number;
  rubric: CriterionRow[];
  inside: string;
  set: (rubric: CriterionRow[]) => void;
}

function Criterion({ row, place, rubric, inside, set }: CriterionProps) {
  const number = place + 1;
  const name = say("criterion", { number });
  const where = `${inside}key.rubric.${number}`;
  const put = (more: Partial<CriterionRow>) =>
    set(rubric.map((each) => (each.key === row.key ? { ...each, ...more } : each)));
  return (
    <section class="paper-criterion" data-where={where} tabIndex={-1} aria-label={name}>
      <Level
        row={row}
        words={name}
        points={say("criterionPoints", { number })}
        testId={where}
        put={put}
      />
      <RowTools
        name={name}
        onUp={place > 0 ? () => set(moved(rubric, place, -1)) : null}
        onDown={place < rubric.length - 1 ? () => set(moved(rubric, place, 1)) : null}
        onRemove={() => set(rubric.filter((each) => each.key !== row.key))}
      />
      <Levels row={row} number={number} where={where} put={put} />
    </section>
  );
}

interface LevelsProps {
  row: CriterionRow;
  number: number;
  where: string;
  put: (more: Partial<CriterionRow>) => void;
}

function Levels({ row, number, where, put }: LevelsProps) {
  const one = (level: LevelRow, more: Partial<LevelRow>) =>
    put({
      levels: row.levels.map((each) => (each.key === level.key ? { ...each, ...more } : each)),
    });
  return (
    <div class="paper-levels">
      {row.levels.map((level, place) => (
        <div class="paper-level" key={level.key}>
          <Level
            row={level}
            words={say("level", { number, level: place + 1 })}
            points={say("levelPoints", { number, level: place + 1 })}
            testId={`${where}.levels.${place + 1}`}
            put={(more) => one(level, more)}
          />
          <button
            class="row-tool"
            type="button"
            aria-label={`${say("remove")}: ${say("level", { number, level: place + 1 })}`}
            onClick={() => put({ levels: row.levels.filter((each) => each.key !== level.key) })}
          >
            <span aria-hidden="true">✕</span>
          </button>
        </div>
      ))}
      <button
        class="btn btn-sm btn-link"
        type="button"
        data-testid={`${where}-add-level`}
        onClick={() =>
          put({ levels: [...row.levels, freshLevel(row.levels.length ? "" : row.points)] })
        }
      >
        + {say("addLevel")}
      </button>
    </div>
  );
}

interface LevelProps {
  row: LevelRow;
  words: string;
  points: string;
  testId: string;
  put: (more: Partial<LevelRow>) => void;
}

/** The points of a criterion or level, and what they are given for. */
function Level({ row, words, points, testId, put }: LevelProps) {
  return (
    <>
      <input
        class="form-control form-control-sm paper-points"
        inputMode="decimal"
        autocomplete="off"
        maxLength={16}
        aria-label={points}
        title={points}
        placeholder={say("pointsShort")}
        data-testid={`${testId}.points`}
        value={row.points}
        onInput={(event) => put({ points: event.currentTarget.value })}
      />
      <textarea
        class="form-control form-control-sm"
        rows={1}
        aria-label={words}
        placeholder={words}
        data-testid={`${testId}.words`}
        value={row.words}
        onInput={(event) => put({ words: event.currentTarget.value })}
      />
    </>
  );
}
