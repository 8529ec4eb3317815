import { defaultKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const theme = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: '12px',
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    // An outline would lie below the gutters.
    border: '2px solid transparent',
  },
  '&.cm-focused': { outline: 'none', borderColor: 'var(--focus)' },
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

/** How the plan is edited as text. Tab leaves the editor, as everywhere; undo is the registry's, for the form has it, too. */
export function editorExtensions(): Extension {
  return [
    lineNumbers(),
    lintGutter(),
    drawSelection(),
    bracketMatching(),
    indentUnit.of('  '),
    json(),
    syntaxHighlighting(highlight),
    keymap.of(defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')),
    theme,
    EditorView.contentAttributes.of({
      'aria-label': 'The plan, as JSON',
      spellcheck: 'false',
      tabindex: '0',
    }),
  ];
}
