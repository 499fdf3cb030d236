import type { Key } from "./words.zh";

export const en: Record<Key, string> = {
  title: "Practice",
  intro:
    "Questions come one by one and fit your level. Take your time: nothing is timed, and you may close the page and come back with the same ticket.",
  ticket: "Ticket",
  code: "Code",
  begin: "Begin or go on",
  question: "Question {number}",
  ofMost: "at most {most}",
  earlier: "It may end earlier, as soon as your level is known well enough.",
  next: "Save and go on",
  skip: "I do not know",
  choose: "Give an answer first, or say that you do not know.",
  loading: "Loading …",
  saved: "✓ All saved",
  saving: "⋯ Saving",
  lineLost:
    "⚠ Line lost. Your answer is kept on this computer and sent as soon as the line is back.",
  elsewhere: "This practice was opened at another place. Sign in again to go on here.",
  resultTitle: "Your result",
  rightOf:
    "{right} of {of} questions right. The questions fitted your level, so about half to two thirds right is usual for everybody.",
  level:
    "On the whole bank you would probably answer {share} of 100 questions right; very likely between {low} and {high}.",
  above: "That is above the line of {cut} of 100, even allowing for the uncertainty.",
  below: "That is below the line of {cut} of 100, even allowing for the uncertainty.",
  open: "Whether that reaches the line of {cut} of 100 cannot be said yet: you are close to it.",
  notExam: "This is practice. It is no exam result and is counted nowhere.",
  rangesTitle: "By range",
  range: "Range",
  rangeRight: "Right",
  rangeSays: "What it says",
  weak: "weaker than your level elsewhere: practise this first",
  strong: "stronger than your level elsewhere",
  usual: "as your level elsewhere",
  few: "too few questions to say",
  again: "Another ticket",
  language: "中文",
};
