import { history, redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Transaction, type TransactionSpec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { editorExtensions } from './editor.ts';
import type { TextChange } from './json-edit.ts';
import type { TextRange } from './place.ts';

const byForm = 'input.type.form';
const isByForm = (transaction: Transaction) => transaction.isUserEvent(byForm);

/** What is told after each transaction. */
export interface TextMoment {
  /** Null where it is as it was. */
  readonly text: string | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** A mark at a part of the text, with what it says. */
type TextMark = TextRange & { readonly message: string };

/** CodeMirror's part of a plan: its history, and the editor where one is shown. A module of its own, since it is half of the page's code. */
export class TextHistory {
  private state: EditorState;
  private view: EditorView | null = null;
  /** Whether the form made the last change: what is typed after it is undone by itself, and the other way round. */
  private byForm = false;
  private readonly onMoment: (moment: TextMoment) => void;

  constructor(onMoment: (moment: TextMoment) => void) {
    this.onMoment = onMoment;
    this.state = EditorState.create({
      extensions: [
        history({
          joinToEvent: (transaction, adjacent) =>
            adjacent && !transaction.isUserEvent('input.plan') && isByForm(transaction) === this.byForm,
        }),
        editorExtensions(),
        EditorView.updateListener.of(({ state, transactions }) => this.follow(state, transactions)),
      ],
    });
  }

  /** Shows the editor in `parent`; the returned function takes it away again. Only one at a time. */
  attach(parent: HTMLElement): () => void {
    // In a shadow root its styles can be adopted without an inline style, which the page's policy would refuse.
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
    const view = new EditorView({ root, parent: root, state: this.state });
    this.view = view;
    return () => {
      this.view = null;
      view.destroy();
    };
  }

  /** Puts another text in; the one before is one undo away, unless there was none. */
  replace(text: string): void {
    this.dispatch({
      changes: { from: 0, to: this.state.doc.length, insert: text },
      selection: { anchor: 0 },
      annotations: Transaction.addToHistory.of(this.state.doc.length > 0),
      userEvent: 'input.plan',
    });
  }

  /** A change that the form makes; quick ones after each other in one place are undone as one. */
  change(changes: readonly TextChange[]): void {
    this.dispatch({ changes: [...changes], userEvent: byForm });
  }

  undo(): void {
    undo({ state: this.state, dispatch: (transaction) => this.take(transaction) });
  }

  redo(): void {
    redo({ state: this.state, dispatch: (transaction) => this.take(transaction) });
  }

  mark(marks: readonly TextMark[]): void {
    const diagnostics = marks.map((mark): Diagnostic => ({ ...mark, severity: 'error' }));
    diagnostics.sort((left, right) => left.from - right.from);
    this.dispatch(setDiagnostics(this.state, diagnostics));
  }

  /** Selects a part of the text, and gives the editor the focus. */
  reveal({ from, to }: TextRange): void {
    this.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    this.view?.focus();
  }

  private dispatch(spec: TransactionSpec): void {
    this.take(this.state.update(spec));
  }

  private take(transaction: Transaction): void {
    if (this.view) this.view.dispatch(transaction);
    else this.follow(transaction.state, [transaction]);
  }

  private follow(state: EditorState, transactions: readonly Transaction[]): void {
    const last = transactions.findLast(({ docChanged }) => docChanged);
    this.state = state;
    if (last !== undefined) this.byForm = isByForm(last);
    this.onMoment({
      text: last === undefined ? null : state.doc.toString(),
      canUndo: undoDepth(state) > 0,
      canRedo: redoDepth(state) > 0,
    });
  }
}
