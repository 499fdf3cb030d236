// The room record has styles of its own, on paper above all, and no script.
import "./record.css";
