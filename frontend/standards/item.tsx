// An item as candidates see it, under the member's name; fetched when it is looked at.
import { useEffect, useState } from "preact/hooks";
import { ItemView } from "../lib/fields/item";
import { LINE_LOST, postJson } from "../lib/http";
import type { Answer } from "../lib/outbox";
import type { FormItem } from "../lib/sealed";
import { AGAIN_MS } from "./keeper";
import { language, say } from "./words";

interface Props {
  address: string;
  page: number;
  name: string;
  itemLanguage: string;
  panels: string;
}

const opened = new Map<string, FormItem>(); // for this page's life only: nothing is kept

export function Item({ address, page, name, itemLanguage, panels }: Props) {
  const key = `${address}/${page}`;
  const [item, setItem] = useState<FormItem | null>(opened.get(key) ?? null);
  const [refused, setRefused] = useState("");
  const [answer, setAnswer] = useState<Answer>(null);
  useEffect(() => {
    let isHere = true;
    const ask = async () => {
      const reply = await postJson(key, {});
      if (!isHere) return;
      if (reply.ok) {
        opened.set(key, reply.item);
        setItem(reply.item);
      } else if (reply.code === LINE_LOST) setTimeout(() => isHere && void ask(), AGAIN_MS);
      else setRefused(reply.message ?? "");
    };
    if (!opened.has(key)) void ask();
    return () => {
      isHere = false;
    };
  }, [key]);
  if (refused)
    return (
      <p role="alert">
        {refused} <a href={panels}>{say("to_panels")}</a>
      </p>
    );
  if (!item) return <p class="form-text">{say("loading")}</p>;
  return (
    <div class="panel-item">
      <div class="panel-mark" aria-hidden="true">
        {Array.from({ length: 60 }, (_, place) => (
          <span key={place} class="panel-mark-name" data-name={name} />
        ))}
      </div>
      <div
        class={`question is-${item.type}`}
        lang={itemLanguage === "en" ? "en" : "zh-Hans-CN"}
        data-testid="panel-item"
      >
        <ItemView
          item={item}
          answer={answer}
          onAnswer={setAnswer}
          language={language}
          name={`item-${page}`}
        />
      </div>
    </div>
  );
}
