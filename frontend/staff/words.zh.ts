import type { en } from "./words.en";

export const zh: Record<keyof typeof en, string> = {
  search: "在本表中查找",
  searchHint: "查找",
  shown_all: "共 {total} 行",
  shown_some: "显示 {shown} 行，共 {total} 行",
  none_fits: "没有符合条件的行，请清除查找内容和筛选。",
  export_count: "导出 {count} 行",
  clear: "清除筛选",
  all: "全部",
  sort_by: "排序",
  chosen: "已选 {count} 行",
  choose_all: "选中显示的所有行",
  choose_none: "取消选择",
  leave: "您的修改尚未保存。",
  kept: "您在 {time} 填写的内容未能保存，已留存在本机。",
  restore: "恢复填写的内容",
  forget: "不再需要",
  wait: "请稍候……",
  line_lost: "服务器没有响应，本页会自动重试。",
};
