// The timeline of a sitting has a bar with styles of its own, and no script.
import "./timeline.css";
