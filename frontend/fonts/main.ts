// The bundled Chinese letters, a style sheet of their own: no page waits for it.
import "@fontsource-variable/noto-sans-sc";
