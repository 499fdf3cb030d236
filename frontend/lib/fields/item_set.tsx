// Questions on one material: it stays beside them where there is room.
import { ItemHtml } from "../html";
import type { PartAnswer } from "../outbox";
import type { FormPart } from "../sealed";
import { partAnswer, withPart } from "./answers";
import { useChange, words } from "./field";
import { ItemView } from "./item";
import { longestOf } from "./longest";
import type { ItemProps } from "./seat_type";

export function ItemSet(props: ItemProps) {
  const { item, language } = props;
  const say = words(props);
  const parts = item.parts ?? [];
  const longest = longestOf(parts);
  return (
    <div class="item-set">
      <details class="material" open>
        <summary>
          {say("material")} <small>{say("parts", { count: parts.length })}</small>
        </summary>
        <div class="stem">
          <ItemHtml html={item.stem} language={language} />
        </div>
      </details>
      <div class="parts">
        {parts.map((part, place) => (
          <Part key={part.id} {...props} longest={longest} part={part} number={place + 1} />
        ))}
      </div>
    </div>
  );
}

function Part(props: ItemProps & { part: FormPart; number: number }) {
  const { part, number, answer, name } = props;
  const change = useChange(props);
  const say = words(props);
  return (
    <section class="part" data-part={part.id} aria-labelledby={`${name}-${part.id}`}>
      <h3 id={`${name}-${part.id}`}>
        {say("part", { number })} <small>{say("marks", { mark: String(Number(part.mark)) })}</small>
      </h3>
      <ItemView
        {...props}
        item={part}
        name={`${name}-part-${part.id}`}
        answer={partAnswer(answer, part.id)}
        onAnswer={(given) => change((now) => withPart(now, part.id, given as PartAnswer))}
      />
    </section>
  );
}
