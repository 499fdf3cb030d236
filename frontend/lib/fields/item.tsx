// One item: its stem, and the field of its type. The candidate's page and the bank's preview show
// the same: nothing here knows a sitting, and no type.
import { seats } from "types:seat";
import { ItemHtml } from "../html";
import type { FieldProps } from "./field";
import type { ItemProps } from "./seat_type";
import { Blank } from "./texts";

export type { ItemProps } from "./seat_type";

export function ItemView(props: ItemProps) {
  const type = seats[props.item.type];
  if (type?.View) return <type.View {...props} />;
  return (
    <>
      <Stem {...props} />
      {type?.Field && <type.Field {...props} />}
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
