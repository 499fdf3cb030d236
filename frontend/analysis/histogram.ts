// Candidates by theory mark: bars by form, the pass mark drawn, a band of one standard error.
import { axis, type Build, tooltip } from "./chart";
import { formName, type PageFacts } from "./facts";
import type { Palette } from "./palette";

export type Bar = { from: number; to: number; base: number; count: number };

/** Return the bars of the shown forms, each standing on those of the forms before it. */
export function bars(facts: PageFacts, forms: readonly string[]): Bar[][] {
  const { edges, counts } = facts.bins;
  const heights = edges.map(() => 0);
  return forms.map((form) =>
    (counts[form] ?? []).map((count, place) => {
      const base = heights[place] ?? 0;
      heights[place] = base + count;
      return { from: edges[place] ?? 0, to: edges[place + 1] ?? 0, base, count };
    }),
  );
}

/** The marks between which the paper alone cannot tell pass from fail, within the scale. */
export function band(facts: PageFacts): [number, number] | null {
  if (facts.sem === null) return null;
  return [Math.max(0, facts.cut - facts.sem), Math.min(100, facts.cut + facts.sem)];
}

/** Forms are told apart by filling: full, hollow, half. */
function fill(palette: Palette, place: number): { fill: string; stroke: string } {
  const fills = [palette.accent, palette.surface, palette.accentGround, palette.soft];
  return { fill: fills[place % fills.length] ?? palette.accent, stroke: palette.accent };
}

function cutMarks(facts: PageFacts, palette: Palette) {
  const unsure = band(facts);
  const { words } = facts;
  return {
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: palette.danger, type: "solid" as const, width: 2 },
      label: {
        formatter: `${words.cut} ${facts.cut}`,
        color: palette.danger,
        fontSize: 13,
        position: "end" as const,
      },
      data: [{ xAxis: facts.cut }],
    },
    ...(unsure && {
      markArea: {
        silent: true,
        itemStyle: { color: palette.danger, opacity: 0.12 },
        label: { show: false },
        data: [[{ xAxis: unsure[0] }, { xAxis: unsure[1] }]] as [object, object][],
      },
    }),
  };
}

export function histogram(facts: PageFacts, shown: string | null): Build {
  const forms = facts.forms.map((each) => each.form).filter((form) => !shown || form === shown);
  const all = bars(facts, forms);
  const { words } = facts;
  return (palette) => ({
    grid: { left: 56, right: 20, top: 34, bottom: forms.length > 1 ? 78 : 56 },
    legend: {
      show: forms.length > 1,
      type: "scroll",
      bottom: 0,
      itemWidth: 14,
      itemHeight: 10,
      itemStyle: { borderColor: palette.accent, borderWidth: 1 },
      textStyle: { color: palette.ink },
    },
    tooltip: { trigger: "item", ...tooltip(palette) },
    xAxis: { ...axis(palette, words.theory ?? ""), min: 0, max: 100, interval: 10, nameGap: 28 },
    yAxis: { ...axis(palette, words.candidates ?? ""), minInterval: 1, nameGap: 34 },
    series: all.map((own, place) => ({
      type: "custom" as const,
      name: formName(words, forms[place] ?? ""),
      itemStyle: { color: fill(palette, place).fill, borderColor: palette.accent },
      encode: { x: [0, 1], y: [2, 3] },
      data: own.map((bar) => [bar.from, bar.to, bar.base, bar.base + bar.count]),
      renderItem: (_params, api) => {
        const [left = 0, top = 0] = api.coord([api.value(0), api.value(3)]);
        const [right = 0, bottom = 0] = api.coord([api.value(1), api.value(2)]);
        const shape = { x: left + 1, y: top, width: right - left - 2, height: bottom - top };
        return { type: "rect", shape, style: fill(palette, place) };
      },
      tooltip: {
        formatter: (found) => {
          const value = (found as { value: number[] }).value;
          const [from, to, base, top] = value;
          return `${seriesName(found)}<br>${from}–${to}: <b>${(top ?? 0) - (base ?? 0)}</b> ${words.candidates}`;
        },
      },
      ...(place === 0 ? cutMarks(facts, palette) : {}),
    })),
  });
}

function seriesName(found: unknown): string {
  return (found as { seriesName?: string }).seriesName ?? "";
}
