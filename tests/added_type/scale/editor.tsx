// The scale in the editor: its right reading.
export const editor = {
  Fields: ({ body, update }) => (
    <input
      data-testid="scale-at"
      value={body.own.at}
      onInput={(event) => {
        const at = Number(event.currentTarget.value);
        update((next) => {
          next.own = { ...next.own, at };
        });
      }}
    />
  ),
};
