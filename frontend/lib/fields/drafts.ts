// Text being typed becomes an answer after a second's rest, at most every five seconds while the
// typing goes on, and at once on leaving. What an input method is still composing is never sent.

export const IDLE_MS = 1000;
export const LONGEST_MS = 5000;

const open = new Set<Draft>();
let told = (_isTyping: boolean) => {};

/** Be told whether anything is being typed that has not become an answer yet. */
export function watchDrafts(tell: (isTyping: boolean) => void): void {
  told = tell;
  tell(open.size > 0);
}

/** Give every text that is still being typed: on handing in, at the end of time, on leaving. */
export function flushDrafts(): void {
  for (const draft of [...open]) draft.flush();
}

export class Draft {
  private text: string;
  private given: string;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private longest: ReturnType<typeof setTimeout> | undefined;
  private isComposing = false;

  constructor(
    text: string,
    private readonly give: (text: string) => void,
  ) {
    this.text = text;
    this.given = text;
  }

  /** Whether something typed has not been given yet. */
  get isOpen(): boolean {
    return this.isComposing || this.text !== this.given;
  }

  /** What stands in the field now; `isComposing`: the input method is not done with it. */
  type(text: string, isComposing = false): void {
    this.isComposing = isComposing;
    if (isComposing) {
      this.begin();
      return;
    }
    this.text = text;
    clearTimeout(this.idle);
    if (text === this.given) {
      this.rest();
      return;
    }
    this.begin();
    this.idle = setTimeout(() => this.flush(), IDLE_MS);
    this.longest ??= setTimeout(() => this.flush(), LONGEST_MS);
  }

  /** Give what has been typed, if it has not been given. */
  flush(): void {
    this.rest();
    if (this.text === this.given) return;
    this.given = this.text;
    this.give(this.text);
  }

  /** Take up what changed elsewhere, such as an answer that was cleared; typing goes first. */
  take(text: string): boolean {
    if (this.isOpen) return false;
    this.text = text;
    this.given = text;
    return true;
  }

  private begin(): void {
    open.add(this);
    told(true);
  }

  private rest(): void {
    clearTimeout(this.idle);
    clearTimeout(this.longest);
    this.idle = undefined;
    this.longest = undefined;
    open.delete(this);
    told(open.size > 0);
  }
}
