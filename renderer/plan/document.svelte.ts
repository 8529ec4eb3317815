import { history, redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
import { EditorState, Transaction, type TransactionSpec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { ensureSyntaxTree } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { Issue } from '../../core/rpc/index.ts';
import { editorExtensions } from './editor.ts';
import { applyChanges, type TextChange } from './json-edit.ts';
import { rangeOfPlace, type TextRange } from './place.ts';

const byForm = 'input.type.form';
const isByForm = (transaction: Transaction) => transaction.isUserEvent(byForm);

/**
 * The plan as one text with one history, whoever changes it: the form, the editor of the JSON, a plan that is opened. It lives
 * on while no editor is shown.
 */
export class PlanDocument {
  text = $state('');
  canUndo = $state(false);
  canRedo = $state(false);

  private state: EditorState;
  private view: EditorView | null = null;
  /** Whether the form made the last change: what is typed after it is undone by itself, and the other way round. */
  private byForm = false;
  private readonly onChange: (text: string) => void;

  constructor(onChange: (text: string) => void) {
    this.onChange = onChange;
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

  /** Puts another plan in; the one before is one undo away, unless there was none. */
  replace(text: string): void {
    if (text === this.text) return;
    this.dispatch({
      changes: { from: 0, to: this.state.doc.length, insert: text },
      selection: { anchor: 0 },
      annotations: Transaction.addToHistory.of(this.text !== ''),
      userEvent: 'input.plan',
    });
  }

  /** A change that the form makes; quick ones after each other in one place are undone as one. */
  change(changes: readonly TextChange[]): void {
    if (applyChanges(this.text, changes) === this.text) return;
    this.dispatch({ changes: [...changes], userEvent: byForm });
  }

  undo(): void {
    undo({ state: this.state, dispatch: (transaction) => this.take(transaction) });
  }

  redo(): void {
    redo({ state: this.state, dispatch: (transaction) => this.take(transaction) });
  }

  /** Marks each issue at its field. */
  setIssues(issues: readonly Issue[]): void {
    const diagnostics = issues.map(({ place, message }): Diagnostic => {
      return { ...this.rangeOf(place), severity: 'error', message };
    });
    diagnostics.sort((left, right) => left.from - right.from);
    this.dispatch(setDiagnostics(this.state, diagnostics));
  }

  /** Puts the cursor where a place such as `steps[3].length` is, and gives the editor the focus. */
  reveal(place: string): void {
    const { from, to } = this.rangeOf(place);
    this.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    this.view?.focus();
  }

  /** Where a place begins, both from 1 on. */
  lineOf(place: string): { readonly line: number; readonly column: number } {
    const { from } = this.rangeOf(place);
    const line = this.state.doc.lineAt(from);
    return { line: line.number, column: from - line.from + 1 };
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
    this.canUndo = undoDepth(state) > 0;
    this.canRedo = redoDepth(state) > 0;
    if (last === undefined) return;
    this.byForm = isByForm(last);
    this.text = state.doc.toString();
    this.onChange(this.text);
  }

  private rangeOf(place: string): TextRange {
    const { state } = this;
    const tree = ensureSyntaxTree(state, state.doc.length, 200);
    const whole = { from: 0, to: Math.min(state.doc.length, state.doc.line(1).to) };
    return tree ? rangeOfPlace(tree, (from, to) => state.sliceDoc(from, to), place) : whole;
  }
}
