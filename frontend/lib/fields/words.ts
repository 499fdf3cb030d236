// Words that stand at the fields of items: the candidate's page and the bank's preview share them.
import { filled, type Language, type Words } from "../i18n";

const zh = {
  chooseOne: "请选择一项",
  chooseSeveral: "多选题：请选出所有正确的选项",
  yourAnswer: "您的答案",
  unit: "单位：{unit}",
  blank: "第 {blank} 空",
  match: "为左边每一项选择右边的一项：可拖动，也可从列表选择。",
  matchReuse: "右边的一项可以使用多次。",
  matchOnce: "右边的一项只能使用一次。",
  matchFor: "第 {number} 项的配对",
  rights: "可选项",
  notMatched: "未选",
  usedAt: "{letter}（已用于 {number}）",
  takeOut: "取下 {letter}",
  order: "按顺序点选或拖动；放好后仍可调整",
  toPlace: "待排列",
  allPlaced: "已全部放好",
  placed: "您的顺序",
  putNext: "放到第 {place} 位",
  up: "上移",
  down: "下移",
  putBack: "取回",
  given: "位置固定",
  atPlace: "第 {place} 位，{what}",
  emptyPlace: "第 {place} 位",
  point: "请在图上点出位置。键盘：方向键移动十字（按住 Shift 每次 10 格），Enter 确定",
  pointLabel: "图上定位：{alt}",
  crossAt: "十字在 横 {x}，纵 {y}",
  setAt: "已标在 横 {x}，纵 {y}",
  notSet: "还没有标出位置",
  material: "材料",
  parts: "共 {count} 小题",
  part: "第 {number} 小题",
  marks: "{mark} 分",
  enlarge: "放大图片：{alt}",
  picture: "图片",
  close: "关闭",
  larger: "放大",
  smaller: "缩小",
  wholePicture: "适合窗口",
  pictureKeys: "＋ － 缩放，方向键移动，Esc 关闭",
};
export type FieldKey = keyof typeof zh;

const en: Words<FieldKey> = {
  chooseOne: "Choose one",
  chooseSeveral: "Choose several: every right option",
  yourAnswer: "Your answer",
  unit: "unit: {unit}",
  blank: "Blank {blank}",
  match: "Choose one on the right for each on the left: drag it, or choose from the list.",
  matchReuse: "Each on the right may be used several times.",
  matchOnce: "Each on the right may be used once.",
  matchFor: "Match for {number}",
  rights: "To choose from",
  notMatched: "none",
  usedAt: "{letter} (used at {number})",
  takeOut: "Take {letter} out",
  order: "Press or drag them in order; you can still move them afterwards",
  toPlace: "To be put in order",
  allPlaced: "All in place",
  placed: "Your order",
  putNext: "Put at place {place}",
  up: "Up",
  down: "Down",
  putBack: "Take back",
  given: "fixed place",
  atPlace: "Place {place}: {what}",
  emptyPlace: "Place {place}",
  point:
    "Point in the picture. Keyboard: arrows move the cross (Shift: 10 at a time), Enter sets it",
  pointLabel: "Point in the picture: {alt}",
  crossAt: "Cross at {x} across, {y} down",
  setAt: "Set at {x} across, {y} down",
  notSet: "No place set yet",
  material: "Material",
  parts: "{count} {count|question|questions}",
  part: "Question {number}",
  marks: "{mark} {mark|mark|marks}",
  enlarge: "Enlarge picture: {alt}",
  picture: "picture",
  close: "Close",
  larger: "Larger",
  smaller: "Smaller",
  wholePicture: "Fit the window",
  pictureKeys: "+ − zoom, arrows move, Esc closes",
};

export type FieldSay = (key: FieldKey, values?: Record<string, string | number>) => string;

/** The words of fields in a language. */
export function fieldSay(language: Language): FieldSay {
  const words = language === "en" ? en : zh;
  return (key, values) => filled(words[key], values);
}

export const bothLanguages = { zh, en };
