// Styles of the pages of adaptive practice; the pages need no script of their own.
import "./adaptive.css";
