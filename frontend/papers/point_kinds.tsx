// Skill level and work type of a paper, where points of the bank are for some of them only.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../lib/http";
import { Complaint } from "./fields";
import type { Draft } from "./model";
import type { Looked } from "./supply";
import { say } from "./words";

interface Props {
  looked: Looked;
  draft: Draft;
  change: (values: Partial<Draft>) => void;
  problems: readonly Problem[];
}

/** Where points of the bank are for some skill levels or work types, the paper says for which. */
export function PointKinds({ looked, draft, change, problems }: Props) {
  const [known, setKnown] = useState<{ levels: string; work_types: string[] } | null>(null);
  useEffect(() => {
    if (typeof looked === "object") setKnown(looked);
    if (looked === "none") setKnown(null);
  }, [looked]);
  const kinds = {
    level: [...(known?.levels ?? "")],
    work_type: known?.work_types ?? [],
  };
  const names = (["level", "work_type"] as const).filter(
    (name) => kinds[name].length > 0 || draft[name],
  );
  if (!names.length) return null;
  return (
    <section class="paper-facts" aria-label={say("for_whom")}>
      {names.map((name) => (
        <div class="field" key={name}>
          <label class="form-label" for={name}>
            {say(name)}
          </label>
          <select
            class="form-select"
            id={name}
            value={draft[name]}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
          >
            <option value="">{say("all_points")}</option>
            {kinds[name].map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
          <Complaint id={name} problems={problems} />
        </div>
      ))}
    </section>
  );
}
