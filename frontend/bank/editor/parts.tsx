// An item set: its parts, each with a type, a share of the mark and that type's rows.
import { models } from "types:model";
import { say } from "../words";
import { BodyFields, type BodyProps, TextField } from "./fields";
import { type Body, emptyBody, moved, OWN } from "./model";
import { OriginalOnly, RowTools } from "./rows";
import { facts, language } from "./state";

export function Parts({ body, update }: BodyProps) {
  return (
    <div class="paper-parts" data-where="parts" tabIndex={-1}>
      {body.parts.map((part, place) => (
        <Part key={part.key} part={part} place={place} body={body} update={update} />
      ))}
      <OriginalOnly>
        <button
          class="btn btn-sm btn-outline-primary"
          type="button"
          data-testid="add-part"
          onClick={() => update((next) => next.parts.push(emptyBody("single")))}
        >
          + {say("addPart")}
        </button>
      </OriginalOnly>
    </div>
  );
}

function Part({
  part,
  place,
  body,
  update,
}: {
  part: Body;
  place: number;
  body: Body;
  update: BodyProps["update"];
}) {
  const inside = `parts.${place + 1}.`;
  const name = say("part", { number: place + 1 });
  const own = (act: (part: Body) => unknown) =>
    update((next) => {
      const found = next.parts.find((each) => each.key === part.key);
      if (found) act(found);
    });
  const set = (parts: Body[]) =>
    update((next) => {
      next.parts = parts;
    });
  return (
    <section class="paper-part" aria-label={name}>
      <header class="paper-part-head">
        <h3>{name}</h3>
        <label class="paper-field">
          <span class="form-label">{say("partType")}</span>
          <select
            class="form-select form-select-sm"
            data-where={`${inside}type`}
            data-testid={`${inside}type`}
            disabled={language.value !== OWN}
            value={part.type}
            onChange={(event) => {
              const type = event.currentTarget.value;
              set(body.parts.map((each) => (each.key === part.key ? retyped(part, type) : each)));
            }}
          >
            {facts.value.types
              .filter(({ name }) => !models[name]?.hasParts)
              .map(({ name, words }) => (
                <option value={name} key={name}>
                  {words}
                </option>
              ))}
          </select>
        </label>
        <TextField
          where={`${inside}mark_share`}
          label={say("share")}
          value={part.share}
          isOff={language.value !== OWN}
          mode="decimal"
          onInput={(text) =>
            own((each) => {
              each.share = text;
            })
          }
        />
        <OriginalOnly>
          <RowTools
            name={name}
            onUp={place > 0 ? () => set(moved(body.parts, place, -1)) : null}
            onDown={place < body.parts.length - 1 ? () => set(moved(body.parts, place, 1)) : null}
            onRemove={() => set(body.parts.filter((each) => each.key !== part.key))}
          />
        </OriginalOnly>
      </header>
      <BodyFields key={part.type} body={part} inside={inside} update={own} />
    </section>
  );
}

/** A part of another type: what both have is kept. */
function retyped(part: Body, type: string): Body {
  const fresh = emptyBody(type);
  const hasOptions = (name: string) =>
    name === "single" || name === "multiple" || name === "ordering";
  const rows = hasOptions(type) && hasOptions(part.type) ? part.rows : fresh.rows;
  return { ...fresh, key: part.key, share: part.share, stem: part.stem, rows };
}
