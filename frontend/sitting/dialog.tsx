// A sheet over the page: the browser's own dialog keeps the focus and closes on Escape.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface SheetProps {
  title: string;
  name: string;
  close: () => void;
  children: ComponentChildren;
}

export function Sheet({ title, name, close, children }: SheetProps) {
  const sheet = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    sheet.current?.showModal();
    return () => before?.focus({ preventScroll: true });
  }, []);
  return (
    <dialog
      ref={sheet}
      class="sheet"
      data-testid={name}
      onClose={close}
      aria-labelledby={`${name}-title`}
    >
      <h2 id={`${name}-title`}>{title}</h2>
      {children}
    </dialog>
  );
}
