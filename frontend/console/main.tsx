import "../lib/tokens.css";
