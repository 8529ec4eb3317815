import { parser } from '@lezer/json';
import type { Issue } from '../../core/rpc/index.ts';
import { applyChanges, type TextChange } from './json-edit.ts';
import { rangeOfPlace, type TextRange } from './place.ts';
import type { TextHistory, TextMoment } from './text-history.ts';

/**
 * The plan as one text with one history, whoever changes it: the form, the editor of the JSON, a plan that is opened. It lives
 * on while no editor is shown. CodeMirror, which keeps the history, comes after the page was painted for the first time;
 * what happens before is done again in it then.
 */
export class PlanDocument {
  text = $state('');
  canUndo = $state(false);
  canRedo = $state(false);

  private history: TextHistory | null = null;
  private issues: readonly Issue[] = [];
  private readonly missed: ((history: TextHistory) => void)[] = [];
  private readonly loaded: Promise<TextHistory>;
  private readonly onChange: (text: string) => void;

  constructor(onChange: (text: string) => void) {
    this.onChange = onChange;
    this.loaded = this.load();
    // Without it plans are still shown, changed by the form, predicted and run.
    this.loaded.catch(() => undefined);
  }

  /** Shows the editor in `parent` as soon as it can; the returned function takes it away again. Only one at a time. */
  attach(parent: HTMLElement): () => void {
    if (this.history) return this.history.attach(parent);
    let isGone = false;
    let detach: (() => void) | null = null;
    void this.loaded.then((history) => {
      if (!isGone) detach = history.attach(parent);
    });
    return () => {
      isGone = true;
      detach?.();
    };
  }

  /** Puts another plan in; the one before is one undo away, unless there was none. */
  replace(written: string): void {
    // As CodeMirror has the ends of lines.
    const text = written.replaceAll(/\r\n?/g, '\n');
    if (text === this.text) return;
    this.act((history) => history.replace(text), text);
  }

  /** A change that the form makes; quick ones after each other in one place are undone as one. */
  change(changes: readonly TextChange[]): void {
    const text = applyChanges(this.text, changes);
    if (text === this.text) return;
    this.act((history) => history.change(changes), text);
  }

  undo(): void {
    this.history?.undo();
  }

  redo(): void {
    this.history?.redo();
  }

  /** Marks each issue at its field. */
  setIssues(issues: readonly Issue[]): void {
    this.issues = issues;
    this.history?.mark(issues.map(({ place, message }) => ({ ...this.rangeOf(place), message })));
  }

  /** Puts the cursor where a place such as `steps[3].length` is, and gives the editor the focus. */
  reveal(place: string): void {
    if (this.history) this.history.reveal(this.rangeOf(place));
    else void this.loaded.then((history) => history.reveal(this.rangeOf(place)));
  }

  /** Where a place begins, both from 1 on. */
  lineOf(place: string): { readonly line: number; readonly column: number } {
    const before = this.text.slice(0, this.rangeOf(place).from).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  private async load(): Promise<TextHistory> {
    await firstPaint();
    const { TextHistory } = await import('./text-history.ts');
    let isCatchingUp = true;
    const history = new TextHistory((moment) => this.follow(moment, isCatchingUp));
    for (const act of this.missed.splice(0)) act(history);
    isCatchingUp = false;
    this.history = history;
    this.setIssues(this.issues);
    return history;
  }

  /** Does something to the text; `text` is what it will be. */
  private act(act: (history: TextHistory) => void, text: string): void {
    if (this.history) return act(this.history);
    this.missed.push(act);
    this.text = text;
    this.onChange(text);
  }

  private follow({ text, canUndo, canRedo }: TextMoment, isKnown: boolean): void {
    this.canUndo = canUndo;
    this.canRedo = canRedo;
    if (text === null || isKnown) return;
    this.text = text;
    this.onChange(text);
  }

  private rangeOf(place: string): TextRange {
    return rangeOfPlace(parser.parse(this.text), (from, to) => this.text.slice(from, to), place);
  }
}

/** A page that nobody sees is not painted: it waits until it is. */
function firstPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
