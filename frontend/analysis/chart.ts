// A chart's life: drawn in the page's colours, again for paper, following the size of its place.
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts/types/dist/shared";
import { type Palette, paperPalette, screenPalette } from "./palette";

use([
  CustomChart,
  LineChart,
  ScatterChart,
  AriaComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

export type Build = (palette: Palette) => EChartsOption;

const PAPER_WIDTH = 620; // what an A4 page has inside its margins; the print styles say the same

export class Chart {
  readonly echarts: EChartsType;
  private readonly observer: ResizeObserver;

  constructor(
    readonly place: HTMLElement,
    private build: Build,
  ) {
    this.echarts = init(place, null, { renderer: "svg" });
    this.observer = new ResizeObserver(() => this.echarts.resize());
    this.observer.observe(place);
    window.addEventListener("beforeprint", this.onPaper);
    window.addEventListener("afterprint", this.onScreen);
    this.draw(screenPalette(place));
  }

  show(build: Build): void {
    this.build = build;
    this.draw(screenPalette(this.place));
  }

  dispose(): void {
    this.observer.disconnect();
    window.removeEventListener("beforeprint", this.onPaper);
    window.removeEventListener("afterprint", this.onScreen);
    this.echarts.dispose();
  }

  private draw(palette: Palette): void {
    const base = { animation: false, textStyle: { color: palette.ink, fontFamily: palette.font } };
    this.echarts.setOption({ ...base, ...this.build(palette) }, { notMerge: true });
  }

  private readonly onPaper = (): void => {
    this.echarts.resize({ width: PAPER_WIDTH });
    this.draw(paperPalette(this.place));
  };

  private readonly onScreen = (): void => {
    this.echarts.resize({ width: "auto" });
    this.draw(screenPalette(this.place));
  };
}

/** Axes as every chart here has them: named, lines thin, figures readable. */
export function axis(palette: Palette, name: string) {
  return {
    name,
    nameLocation: "middle" as const,
    nameTextStyle: { color: palette.ink, fontSize: 13 },
    axisLabel: { color: palette.ink, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.soft } },
    axisTick: { lineStyle: { color: palette.soft } },
    splitLine: { lineStyle: { color: palette.line, opacity: 0.5 } },
  };
}

export function tooltip(palette: Palette) {
  return {
    backgroundColor: palette.surface,
    borderColor: palette.soft,
    textStyle: { color: palette.ink, fontSize: 13 },
    confine: true,
  };
}
