import { assert } from '../assert.ts';

/**
 * A key as commands write it: modifiers in the order `Ctrl+Alt+Shift+`, then the name that `KeyboardEvent.key` gives it
 * (UI Events, "Named key attribute values"). A printable character stands for itself, however it is typed (`?`, `N`, `+`);
 * only behind Ctrl or Alt does Shift count with it, and then letters are capital (`Ctrl+Shift+P`).
 */
export interface KeyChord {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

/** What of a keyboard event decides. `metaKey` counts as Ctrl. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const form = /^(Ctrl\+)?(Alt\+)?(Shift\+)?(.|[A-Z][A-Za-z0-9]+)$/su;

/** Reads `Ctrl+Shift+Enter`. What is no key is a defect of the command. */
export function readKeys(text: string): KeyChord {
  const parts = form.exec(text);
  assert(parts, `"${text}" is a key`);
  const [, ctrl, alt, shift, key] = parts;
  return { ctrl: ctrl !== undefined, alt: alt !== undefined, shift: shift !== undefined, key: key ?? '' };
}

/** Whether the press is the chord. */
export function isPressed(chord: KeyChord, press: KeyPress): boolean {
  if (chord.ctrl !== (press.ctrlKey || press.metaKey) || chord.alt !== press.altKey) return false;
  if (!isPrintable(chord.key)) return chord.shift === press.shiftKey && chord.key === press.key;
  if (!chord.ctrl && !chord.alt) return chord.key === press.key;
  // With Shift the character is another one; which key it was is told by the letter, however it is written.
  return chord.shift === press.shiftKey && chord.key.toLowerCase() === press.key.toLowerCase();
}

/** Whether a chord would be text where text is typed. */
export function isText({ ctrl, alt, key }: KeyChord): boolean {
  return !ctrl && !alt && isPrintable(key);
}

function isPrintable(key: string): boolean {
  return [...key].length === 1;
}

const shown: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
  '-': '−',
  ' ': 'Space',
};

/** The caps of a key as they are drawn: `['Ctrl', 'Shift', 'Enter']`. */
export function capsOf(text: string): string[] {
  const { ctrl, alt, shift, key } = readKeys(text);
  return [...(ctrl ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), shown[key] ?? key];
}

const electronNames: Readonly<Record<string, string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  '+': 'Plus',
  ' ': 'Space',
};

/** The key in Electron's notation of accelerators (electronjs.org/docs/latest/api/accelerator). */
export function toAccelerator(text: string): string {
  const { ctrl, alt, shift, key } = readKeys(text);
  const name = electronNames[key] ?? (isPrintable(key) ? key.toUpperCase() : key);
  const capital = isPrintable(key) && !ctrl && !alt && key !== key.toLowerCase();
  return [
    ...(ctrl ? ['CmdOrCtrl'] : []),
    ...(alt ? ['Alt'] : []),
    ...(shift || capital ? ['Shift'] : []),
    name,
  ].join('+');
}
