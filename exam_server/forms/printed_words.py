"""What a printed paper says of how items are marked, in both languages."""

# As a seat says it above the options (frontend/lib/fields/words.ts).
MARKED = {
    "zh": {
        "part_marks": "少选得部分分，有错选不得分",
        "minus": "选对得部分分，错选扣分，最低 0 分",
        "by_option": "各选项分值不同，错选可能扣分，最低 0 分",
    },
    "en": {
        "part_marks": "Part marks for right options; nothing if one is wrong",
        "minus": "Part marks for right options; wrong ones take marks away, never below 0",
        "by_option": "Options differ in worth; wrong ones may take marks away, never below 0",
    },
}
