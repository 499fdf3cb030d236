// The scale at the seat: a slider from nothing to its top.
export const seat = {
  Field: ({ item, answer, onAnswer }) => (
    <input
      type="range"
      aria-label="scale"
      min={0}
      max={item.top}
      value={answer ?? "0"}
      onInput={(event) => onAnswer(event.currentTarget.value)}
    />
  ),
};
