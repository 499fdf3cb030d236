// The scale in the editor, as data.
export const model = {
  begin: (body: { own: object }) => {
    body.own = { top: 10, at: 0 };
  },
  open: (body: { own: object }, content: { top: number }, key: { at: number }) => {
    body.own = { top: content.top, at: key.at };
  },
  close: (
    body: { own: { top: number; at: number } },
    content: { top: number },
    key: { at: number },
  ) => {
    content.top = body.own.top;
    key.at = body.own.at;
  },
};
