// The look of formulas and their letters: a style sheet that pages bring when they need it.
import "katex/dist/katex.min.css";
