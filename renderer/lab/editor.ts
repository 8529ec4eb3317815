import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  ensureSyntaxTree,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Issue } from '../../core/rpc/index.ts';
import { rangeOfPlace, type TextRange } from './place.ts';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', color: 'var(--ink)', backgroundColor: 'var(--panel)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--selected)', outline: '1px solid var(--line-strong)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--differs)',
    textUnderlineOffset: '3px',
  },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '2px' },
  '.cm-lint-marker-error': {
    content: 'none',
    width: '8px',
    height: '8px',
    backgroundColor: 'var(--differs)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    color: 'var(--ink)',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--differs)' },
});

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink-quiet)' },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: 'var(--ink)', fontWeight: '500' },
  { tag: [tags.separator, tags.brace, tags.squareBracket, tags.punctuation], color: 'var(--ink-faint)' },
]);

/**
 * The editor of a plan. It lives in a shadow root, where its styles can be adopted without an inline style that the
 * page's policy would refuse. Tab leaves it, as everywhere.
 */
export class PlanEditor {
  private readonly view: EditorView;

  constructor(parent: HTMLElement, onEdit: (text: string) => void) {
    const root = parent.attachShadow({ mode: 'open' });
    this.view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          bracketMatching(),
          indentUnit.of('  '),
          json(),
          syntaxHighlighting(highlight),
          keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), ...historyKeymap]),
          theme,
          EditorView.contentAttributes.of({
            'aria-label': 'The plan, as JSON',
            spellcheck: 'false',
            tabindex: '0',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onEdit(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  /** Puts another text in; a text that is already there keeps cursor and undo. */
  setText(text: string): void {
    const { state } = this.view;
    if (state.doc.toString() === text) return;
    this.view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      annotations: Transaction.addToHistory.of(true),
    });
  }

  /** Marks each issue at its field. */
  setIssues(issues: readonly Issue[]): void {
    const diagnostics = issues.map(({ place, message }): Diagnostic => {
      return { ...this.rangeOf(place), severity: 'error', message };
    });
    diagnostics.sort((left, right) => left.from - right.from);
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  reveal(place: string): void {
    const { from, to } = this.rangeOf(place);
    this.view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private rangeOf(place: string): TextRange {
    const { state } = this.view;
    const tree = ensureSyntaxTree(state, state.doc.length, 200);
    const whole = { from: 0, to: Math.min(state.doc.length, state.doc.line(1).to) };
    return tree ? rangeOfPlace(tree, (from, to) => state.sliceDoc(from, to), place) : whole;
  }
}
