// Who chooses what: a curve for each option over the score groups; the key thick, the others
// told apart by dash and symbol, each named at its end.
import { axis, type Build, tooltip } from "./chart";
import type { Curve, ItemFacts } from "./facts";
import { DASHES, type Palette, SYMBOLS } from "./palette";

const PERCENT = 100;

/** Shares as whole per cent; a group without persons has none. */
export function percents(curve: Curve): (number | null)[] {
  return curve.values.map((share) => (share === null ? null : Math.round(share * PERCENT)));
}

const TOO_CLOSE = 5;

/** What stands at the end of each curve: curves that end together share one label. */
export function endNames(curves: readonly Curve[], keyWords: string): string[] {
  const ends = curves.map((curve) => percents(curve).at(-1) ?? null);
  const names = curves.map((curve) => (curve.is_key ? `${curve.name} (${keyWords})` : curve.name));
  const order = ends.map((_, place) => place).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0));
  const labels = curves.map(() => "");
  let head = -1;
  for (const place of order) {
    const isNear = head >= 0 && (ends[place] ?? 0) - (ends[head] ?? 0) < TOO_CLOSE;
    if (!isNear) head = place;
    labels[head] = [labels[head], names[place]].filter(Boolean).join(" · ");
  }
  return labels;
}

function look(palette: Palette, curve: Curve, place: number) {
  const others = [palette.danger, palette.attention, palette.soft, palette.ink];
  return {
    color: curve.is_key ? palette.accent : (others[place % others.length] ?? palette.ink),
    width: curve.is_key ? 4 : 2,
    dash: curve.is_key ? "solid" : (DASHES[(place % (DASHES.length - 1)) + 1] ?? "dashed"),
    symbol: curve.is_key ? "circle" : (SYMBOLS[(place % (SYMBOLS.length - 1)) + 1] ?? "rect"),
  };
}

export function distractors(facts: ItemFacts, plot: number): Build {
  const curves = facts.plots[plot]?.curves ?? [];
  const { words } = facts;
  const ends = endNames(curves, words.key ?? "");
  return (palette) => ({
    grid: { left: 52, right: 108, top: 14, bottom: 50 },
    tooltip: { trigger: "axis", ...tooltip(palette) },
    xAxis: {
      ...axis(palette, words.group ?? ""),
      type: "category",
      boundaryGap: false,
      data: facts.groups,
      nameGap: 28,
      axisLabel: { color: palette.ink, fontSize: 12, interval: 0 },
    },
    yAxis: { ...axis(palette, words.share ?? ""), min: 0, max: 100, interval: 25, nameGap: 34 },
    series: curves.map((curve, place) => {
      const own = look(palette, curve, place);
      return {
        type: "line" as const,
        name: curve.is_key ? `${curve.name} (${words.key})` : curve.name,
        data: percents(curve),
        connectNulls: true,
        symbol: own.symbol,
        symbolSize: curve.is_key ? 9 : 8,
        showAllSymbol: true,
        lineStyle: { color: own.color, width: own.width, type: own.dash as "solid" },
        itemStyle: { color: own.color },
        z: curve.is_key ? 4 : 3,
        endLabel: {
          show: ends[place] !== "",
          formatter: ends[place],
          color: palette.ink,
          fontWeight: curve.is_key ? ("bold" as const) : ("normal" as const),
          fontSize: 13,
          width: 96,
          offset: (percents(curve).at(-1) ?? 0) < TOO_CLOSE ? [0, -10] : [0, 0],
          overflow: "break" as const,
        },
      };
    }),
  });
}
