// Items by difficulty and discrimination: regions in words, shapes by what was found.
import { axis, type Build, tooltip } from "./chart";
import type { ItemPoint, PageFacts } from "./facts";
import type { Palette } from "./palette";

export type Placed = ItemPoint & { p: number; r: number };

/** Items that have both figures, in the order in which the arrow keys walk them: by difficulty. */
export function placed(facts: PageFacts): Placed[] {
  return facts.forms
    .flatMap((form) => form.items)
    .filter((item): item is Placed => item.p !== null && item.r !== null)
    .sort((a, b) => a.p - b.p || a.r - b.r);
}

/** What is said of an item: to the eye in the tooltip, to the ear in the status line. */
export function said(item: Placed, separator = ", "): string {
  const flags = item.flags.length ? item.flags.join(", ") : "";
  const parts = [item.code, item.type, `p ${item.p.toFixed(2)}`, `r ${item.r.toFixed(2)}`, flags];
  return parts.filter(Boolean).join(separator);
}

/** The lower end of the r axis: always shows 0, and every item. */
export function lowest(items: readonly Placed[]): number {
  const least = Math.min(-0.2, ...items.map((item) => item.r));
  return Math.floor(least * 5) / 5;
}

const LOOKS = [
  { kind: "", symbol: "circle", size: 10, words: "no_flag" },
  { kind: "neutral", symbol: "emptyCircle", size: 10, words: "flag_neutral" },
  { kind: "attention", symbol: "triangle", size: 13, words: "flag_attention" },
  { kind: "danger", symbol: "diamond", size: 17, words: "flag_danger" },
] as const;

function colour(palette: Palette, kind: string): string {
  if (kind === "danger") return palette.danger;
  return kind === "attention" ? palette.attention : palette.accent;
}

function regions(facts: PageFacts, palette: Palette, least: number) {
  const { words } = facts;
  const rows: [number, number, string][] = [
    [0.3, 1, words.good ?? ""],
    [0.2, 0.3, words.usable ?? ""],
    [0, 0.2, words.weak ?? ""],
    [least, 0, words.negative ?? ""],
  ];
  return {
    silent: true,
    label: {
      color: palette.soft,
      fontSize: 12,
      position: "insideTopLeft" as const,
      distance: 4,
    },
    data: rows.map(([low, high, name], place) => [
      {
        name,
        yAxis: low,
        xAxis: 0,
        itemStyle: {
          color: place === 3 ? palette.dangerGround : palette.accentGround,
          opacity: [0.55, 0.3, 0, 0.7][place],
        },
      },
      { yAxis: high, xAxis: 1 },
    ]) as [object, object][],
  };
}

export function scatter(facts: PageFacts): Build {
  const items = placed(facts);
  const least = lowest(items);
  const { words } = facts;
  return (palette) => ({
    grid: { left: 56, right: 16, top: 12, bottom: 78 },
    legend: {
      type: "scroll",
      bottom: 0,
      itemWidth: 14,
      itemHeight: 12,
      textStyle: { color: palette.ink },
    },
    tooltip: {
      trigger: "item",
      formatter: (found) => {
        const data = (found as { data: { item?: Placed } }).data;
        return data.item ? said(data.item, "<br>") : "";
      },
      ...tooltip(palette),
    },
    xAxis: {
      ...axis(palette, `← ${words.hard}   ${words.p}   ${words.easy} →`),
      min: 0,
      max: 1,
      interval: 0.2,
      nameGap: 28,
    },
    yAxis: { ...axis(palette, words.r ?? ""), min: least, max: 1, interval: 0.2, nameGap: 38 },
    series: LOOKS.map((look, place) => ({
      type: "scatter" as const,
      name: words[look.words] ?? "",
      symbol: look.symbol,
      symbolSize: look.size,
      itemStyle: { color: colour(palette, look.kind), borderColor: colour(palette, look.kind) },
      emphasis: { scale: 1.6, itemStyle: { borderColor: palette.ink, borderWidth: 2 } },
      data: items
        .filter((item) => item.kind === look.kind)
        .map((item) => ({ value: [item.p, item.r], item })),
      ...(place === 0 ? { markArea: regions(facts, palette, least) } : {}),
    })),
  });
}

/** Where a point stands among the series: what the chart needs to light it up. */
export function address(items: readonly Placed[], at: number): { series: number; data: number } {
  const item = items[at];
  const series = LOOKS.findIndex((look) => look.kind === item?.kind);
  const same = items.filter((each) => each.kind === item?.kind);
  return { series, data: item ? same.indexOf(item) : -1 };
}
