import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanedPaste, type DocNode, lostInPaste, storedHtml } from "./stored_html";

const text = (text: string, ...marks: string[]): DocNode => ({
  type: "text",
  text,
  marks: marks.map((type) => ({ type })),
});
const paragraph = (...content: DocNode[]): DocNode => ({ type: "paragraph", content });
const doc = (...content: DocNode[]): DocNode => ({ type: "doc", content });

test("an option of one paragraph stands without it, a stem with it", () => {
  const one = doc(paragraph(text("a < b & c")));
  assert.equal(storedHtml(one, true), "a &lt; b &amp; c");
  assert.equal(storedHtml(one, false), "<p>a &lt; b &amp; c</p>");
});

test("an empty document is nothing, empty paragraphs at the ends are left out", () => {
  assert.equal(storedHtml(doc(paragraph()), false), "");
  assert.equal(storedHtml(doc(paragraph(), paragraph(text("a")), paragraph()), false), "<p>a</p>");
});

test("marks stand in one order", () => {
  const both = doc(paragraph(text("x", "underline", "bold")));
  assert.equal(storedHtml(both, true), "<strong><u>x</u></strong>");
});

test("formulas, blanks and pictures are their elements, quotes escaped", () => {
  const line = paragraph(
    { type: "inlineMath", attrs: { latex: 'a"<b' } },
    { type: "blank", attrs: { id: "1" } },
    { type: "picture", attrs: { sha256: "f", alt: "图" } },
  );
  const formula = { type: "blockMath", attrs: { latex: "x" } };
  assert.equal(
    storedHtml(doc(line, formula), false),
    '<p><span data-type="inline-math" data-latex="a&quot;&lt;b"></span>' +
      '<span data-type="blank" data-blank="1"></span><img src="media:f" alt="图"></p>' +
      '<div data-type="block-math" data-latex="x"></div>',
  );
});

test("tables keep spans, cells of one paragraph stand without it", () => {
  const cell = (type: string, attrs: object, ...content: DocNode[]) => ({ type, attrs, content });
  const table = {
    type: "table",
    content: [
      {
        type: "tableRow",
        content: [
          cell("tableHeader", { colspan: 2, rowspan: 1, colwidth: null }, paragraph(text("h"))),
          cell("tableCell", { colspan: 1, rowspan: 1 }, paragraph(text("a")), paragraph(text("b"))),
        ],
      },
    ],
  };
  assert.equal(
    storedHtml(doc(table), false),
    '<table><tbody><tr><th colspan="2">h</th><td><p>a</p><p>b</p></td></tr></tbody></table>',
  );
});

test("lists nest", () => {
  const entry = (...content: DocNode[]) => ({ type: "listItem", content });
  const inner = { type: "bulletList", content: [entry(paragraph(text("b")))] };
  const list = { type: "orderedList", content: [entry(paragraph(text("a")), inner)] };
  assert.equal(storedHtml(doc(list), false), "<ol><li>a<ul><li>b</li></ul></li></ol>");
});

test("a paste from Word loses its dressing and says what cannot come along", () => {
  const pasted =
    '<style>p{}</style><!--[if gte mso 9]><xml></xml><![endif]--><p class="MsoNormal" style="x">' +
    '<b>电</b>&nbsp;<o:p></o:p></p><m:oMath>x</m:oMath><img src="file:///c:/a.png">';
  assert.equal(cleanedPaste(pasted), '<p><b>电</b> </p>x<img src="file:///c:/a.png">');
  assert.deepEqual(lostInPaste(pasted), { pictures: true, formulas: true });
});
