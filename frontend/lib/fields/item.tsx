// One item: its stem, and the field of its type. The candidate's page and the bank's preview show
// the same: nothing here knows a sitting.
import { ItemHtml } from "../html";
import type { PartAnswer } from "../outbox";
import type { FormPart } from "../sealed";
import { partAnswer, withPart } from "./answers";
import { Choices } from "./choices";
import { type FieldProps, useChange, words } from "./field";
import { Hotspot } from "./hotspot";
import { Matching } from "./matching";
import { Ordering } from "./ordering";
import { Blank, Numeric } from "./texts";

export interface ItemProps extends FieldProps {
  /** Show the keys that choose, where single keys are in force. */
  hasKeys?: boolean;
}

export function ItemView(props: ItemProps) {
  if (props.item.type === "item_set") return <ItemSet {...props} />;
  return (
    <>
      <Stem {...props} />
      <Field {...props} />
    </>
  );
}

function Stem(props: FieldProps) {
  return (
    <div class="stem">
      <ItemHtml
        html={props.item.stem}
        language={props.language}
        blank={(blank) => <Blank {...props} blank={blank} />}
      />
    </div>
  );
}

function Field(props: ItemProps) {
  switch (props.item.type) {
    case "numeric":
      return <Numeric {...props} />;
    case "matching":
      return <Matching {...props} />;
    case "ordering":
      return <Ordering {...props} />;
    case "hotspot":
      return <Hotspot {...props} />;
    case "text_entry":
    case "item_set":
      return null;
    default:
      return <Choices {...props} />;
  }
}

/** Questions on one material: it stays beside them where there is room. */
function ItemSet(props: ItemProps) {
  const { item, language } = props;
  const say = words(props);
  const parts = item.parts ?? [];
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
          <Part key={part.id} {...props} part={part} number={place + 1} />
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
