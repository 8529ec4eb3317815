/** So that no name makes a menu or a dialog wider than a screen. */
const lengthMax = 100;

/** A name or path of the user's files on one line: nothing in it moves the text, and where it is long its end is shown. */
export function oneLine(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
  return line.length > lengthMax ? `…${line.slice(1 - lengthMax)}` : line;
}
