// Information and expected marks of the forms of a run, over each other.
import { axis, type Build, Chart, tooltip } from "../analysis/chart";
import { DASHES } from "../analysis/palette";

interface Curve {
  form: string;
  information: number[];
  expected: number[];
}

export interface CurveFacts {
  abilities: number[];
  curves: Curve[];
  words: { ability: string; information: string; expected: string; form: string } & {
    [form: string]: string; // a curve's own name, where it is no form's code
  };
}

type Shown = "information" | "expected";

/** The points of a form's curve; shares are shown as per cent of the full mark. */
export function points(facts: CurveFacts, curve: Curve, shown: Shown): [number, number][] {
  const scale = shown === "expected" ? 100 : 1;
  return facts.abilities.map((ability, place) => [ability, (curve[shown][place] ?? 0) * scale]);
}

function lines(facts: CurveFacts, shown: Shown): Build {
  return (palette) => ({
    grid: { left: 56, right: 16, top: 12, bottom: 78 },
    legend: { type: "scroll", bottom: 0, itemWidth: 34, textStyle: { color: palette.ink } },
    tooltip: {
      trigger: "axis",
      valueFormatter: (value) => Number(value).toFixed(shown === "expected" ? 1 : 2),
      ...tooltip(palette),
    },
    xAxis: { ...axis(palette, facts.words.ability), type: "value", min: -3, max: 3, nameGap: 28 },
    yAxis: {
      ...axis(palette, facts.words[shown]),
      min: 0,
      ...(shown === "expected" ? { max: 100 } : {}),
      nameGap: 38,
    },
    series: facts.curves.map((curve, place) => ({
      type: "line" as const,
      name: facts.words[curve.form] ?? facts.words.form.replace("{code}", curve.form),
      showSymbol: false,
      lineStyle: {
        width: 2,
        type: DASHES[place % DASHES.length] as "solid",
        color: [palette.accent, palette.attention, palette.ink, palette.danger][place % 4],
      },
      itemStyle: {
        color: [palette.accent, palette.attention, palette.ink, palette.danger][place % 4],
      },
      data: points(facts, curve, shown),
    })),
  });
}

export function startCurves(facts: CurveFacts): void {
  for (const shown of ["information", "expected"] as const) {
    const place = document.getElementById(`curves-${shown}`);
    if (place) new Chart(place, lines(facts, shown));
  }
}
