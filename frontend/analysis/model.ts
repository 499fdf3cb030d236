// What models say: candidates and items on one scale, information by ability, an item's curve.
import { axis, type Build, tooltip } from "./chart";
import type { ItemCurve, ModelFacts, Words } from "./facts";
import { formName } from "./facts";
import { DASHES, type Palette } from "./palette";

const PERCENT = 100;
const END = 4;

/** How many items have a difficulty in each bin of the map; those beyond stand in the last. */
export function itemCounts(model: ModelFacts): number[] {
  const { edges, counts } = model.persons;
  const found = counts.map(() => 0);
  for (const item of model.items) {
    const above = edges.findIndex((edge) => edge > item.difficulty);
    const at = above < 0 ? found.length - 1 : Math.max(above - 1, 0);
    found[at] = (found[at] ?? 0) + 1;
  }
  return found;
}

/** The even number at or above the tallest bar: half of it stands on the axis too. */
function evenTop(counts: readonly number[]): number {
  return 2 * Math.ceil(Math.max(...counts, 1) / 2);
}

/** Half the height of the map goes to each side: candidates up, items down, so many at the ends. */
export function mirrored(model: ModelFacts): {
  up: [number, number][];
  down: [number, number][];
  most: number;
  top: number;
} {
  const { edges, counts } = model.persons;
  const middle = (place: number) => ((edges[place] ?? 0) + (edges[place + 1] ?? 0)) / 2;
  const most = evenTop(counts);
  const items = itemCounts(model);
  const top = evenTop(items);
  return {
    most,
    top,
    up: counts.map((count, place) => [middle(place), count / most]),
    down: items.map((count, place) => [middle(place), -count / top]),
  };
}

function cutLine(palette: Palette, words: Words, cuts: number[]) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: palette.ink, width: 2, type: "dashed" as const },
    label: { formatter: words.cut ?? "", color: palette.ink, position: "end" as const },
    data: cuts.slice(0, 1).map((cut) => ({ xAxis: cut })),
  };
}

function bars(palette: Palette, data: [number, number][], name: string, color: string) {
  return {
    type: "custom" as const,
    name,
    itemStyle: { color },
    data,
    renderItem: (_: unknown, api: RenderApi) => {
      const at = api.value(0);
      const [left, top] = api.coord([at - 0.11, Math.max(api.value(1), 0)]);
      const [right, bottom] = api.coord([at + 0.11, Math.min(api.value(1), 0)]);
      return {
        type: "rect" as const,
        shape: { x: left, y: top, width: right - left, height: bottom - top },
        style: { fill: color, stroke: palette.ink, lineWidth: 0.5 },
      };
    },
  };
}

type RenderApi = { value: (at: number) => number; coord: (at: number[]) => [number, number] };

export function personItemMap(model: ModelFacts, words: Words): Build {
  const { up, down, most, top } = mirrored(model);
  const { counts } = model.persons;
  const items = itemCounts(model);
  const cuts = model.forms.flatMap((form) => (form.cut === null ? [] : [form.cut]));
  return (palette) => ({
    grid: { left: 56, right: 16, top: 30, bottom: 78 },
    legend: { type: "scroll", bottom: 0, textStyle: { color: palette.ink } },
    tooltip: {
      trigger: "item",
      formatter: (found) => {
        const { dataIndex, seriesIndex } = found as { dataIndex: number; seriesIndex: number };
        const at = up[dataIndex]?.[0] ?? 0;
        const [name, n] = seriesIndex
          ? [words.items, items[dataIndex]]
          : [words.persons, counts[dataIndex]];
        return `${at.toFixed(2)}: ${name} ${n}`;
      },
      ...tooltip(palette),
    },
    xAxis: {
      ...axis(palette, words.ability ?? ""),
      type: "value",
      min: -END,
      max: END,
      nameGap: 28,
    },
    yAxis: {
      ...axis(palette, `${words.items} ↓　↑ ${words.persons}`),
      min: -1,
      max: 1,
      interval: 0.5,
      nameGap: 34,
      axisLabel: {
        color: palette.ink,
        fontSize: 12,
        formatter: (height: number) => String(Math.abs(height) * (height > 0 ? most : top)),
      },
    },
    series: [
      {
        ...bars(palette, up, words.persons ?? "", palette.accent),
        markLine: cutLine(palette, words, cuts),
      },
      bars(palette, down, words.items ?? "", palette.attention),
    ] as object[],
  });
}

export function information(model: ModelFacts, words: Words): Build {
  return (palette) => ({
    grid: { left: 56, right: 16, top: 30, bottom: 78 },
    legend: { type: "scroll", bottom: 0, itemWidth: 34, textStyle: { color: palette.ink } },
    tooltip: {
      trigger: "axis",
      valueFormatter: (value) => Number(value).toFixed(1),
      ...tooltip(palette),
    },
    xAxis: {
      ...axis(palette, words.ability ?? ""),
      type: "value",
      min: -END,
      max: END,
      nameGap: 28,
    },
    yAxis: { ...axis(palette, words.information ?? ""), min: 0, nameGap: 38 },
    series: model.forms.map((form, place) => ({
      type: "line" as const,
      name: form.form === "all" ? (words.all ?? "") : formName(words, form.form),
      showSymbol: false,
      lineStyle: {
        width: 2,
        type: DASHES[place % DASHES.length] as "solid",
        color: [palette.accent, palette.attention, palette.ink, palette.danger][place % 4],
      },
      itemStyle: {
        color: [palette.accent, palette.attention, palette.ink, palette.danger][place % 4],
      },
      data: model.grid.map((ability, at) => [ability, form.information[at] ?? 0]),
      ...(place === 0 && form.cut !== null
        ? { markLine: cutLine(palette, words, [form.cut]) }
        : {}),
    })),
  });
}

/** How far chance reaches about a group's share: 95 % limits by Wilson, in per cent. */
export function reach(share: number, n: number): [number, number] {
  const z = 1.96;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half =
    (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [PERCENT * (middle - half), PERCENT * (middle + half)];
}

export function itemCurve(curve: ItemCurve, words: Words): Build {
  return (palette) => ({
    grid: { left: 56, right: 16, top: 14, bottom: 78 },
    legend: {
      type: "scroll",
      bottom: 0,
      textStyle: { color: palette.ink },
      data: [words.curve ?? "", words.earned ?? ""],
    },
    tooltip: {
      trigger: "item",
      valueFormatter: (value) => String(value),
      ...tooltip(palette),
    },
    xAxis: {
      ...axis(palette, words.ability ?? ""),
      type: "value",
      min: -END,
      max: END,
      nameGap: 28,
    },
    yAxis: {
      ...axis(palette, words.expected ?? ""),
      min: 0,
      max: PERCENT,
      interval: 25,
      nameGap: 38,
    },
    series: [
      {
        type: "line",
        name: words.curve ?? "",
        showSymbol: false,
        lineStyle: { width: 3, color: palette.accent },
        itemStyle: { color: palette.accent },
        data: curve.grid.map((ability, at) => [ability, PERCENT * (curve.curve[at] ?? 0)]),
      },
      ...curve.points.map((point) => ({
        type: "line" as const,
        silent: true,
        showSymbol: false,
        lineStyle: { width: 2, color: palette.ink },
        data: reach(point.share, point.n).map((end) => [point.ability, end]),
      })),
      {
        type: "scatter",
        name: words.earned ?? "",
        symbol: "circle",
        symbolSize: 10,
        itemStyle: { color: palette.ink },
        data: curve.points.map((point) => [
          Math.round(PERCENT * point.ability) / PERCENT,
          Math.round(PERCENT * point.share),
        ]),
      },
    ],
  });
}
