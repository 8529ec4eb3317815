import { describe, expect, it } from 'vitest';
import {
  capsOf,
  isMenuCommand,
  isPressed,
  isText,
  menuCommands,
  menus,
  readKeys,
  toAccelerator,
} from './index.ts';

function press(key: string, held: readonly ('ctrl' | 'alt' | 'shift' | 'meta')[] = []) {
  const [ctrlKey, altKey, shiftKey, metaKey] = (['ctrl', 'alt', 'shift', 'meta'] as const).map((one) =>
    held.includes(one),
  );
  return {
    key,
    ctrlKey: ctrlKey ?? false,
    altKey: altKey ?? false,
    shiftKey: shiftKey ?? false,
    metaKey: metaKey ?? false,
  };
}

const is = (keys: string, ...pressed: Parameters<typeof press>) =>
  isPressed(readKeys(keys), press(...pressed));

describe('keys', () => {
  it('take a character however it is typed', () => {
    expect(is('?', '?', ['shift'])).toBe(true);
    expect(is('?', '?')).toBe(true);
    expect(is('n', 'N', ['shift'])).toBe(false);
    expect(is('N', 'N', ['shift'])).toBe(true);
    expect(is('n', 'n', ['ctrl'])).toBe(false);
    expect(is('+', '+')).toBe(true);
  });

  it('count Shift behind Ctrl and for named keys', () => {
    expect(is('Ctrl+Enter', 'Enter', ['ctrl'])).toBe(true);
    expect(is('Ctrl+Enter', 'Enter', ['meta'])).toBe(true);
    expect(is('Ctrl+Enter', 'Enter', ['ctrl', 'shift'])).toBe(false);
    expect(is('Ctrl+Z', 'z', ['ctrl'])).toBe(true);
    expect(is('Ctrl+Z', 'Z', ['ctrl', 'shift'])).toBe(false);
    expect(is('Ctrl+Shift+Z', 'Z', ['ctrl', 'shift'])).toBe(true);
    expect(is('Ctrl++', '+', ['ctrl'])).toBe(true);
    expect(is('ArrowUp', 'ArrowUp', ['alt'])).toBe(false);
    expect(is('Alt+ArrowUp', 'ArrowUp', ['alt'])).toBe(true);
  });

  it('are text where text is typed only by themselves', () => {
    expect(['n', '?', 'Ctrl+K', 'Escape', 'Alt+x'].map((keys) => isText(readKeys(keys)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('have caps and accelerators', () => {
    expect(capsOf('Ctrl+Shift+Enter')).toEqual(['Ctrl', 'Shift', 'Enter']);
    expect(capsOf('-')).toEqual(['−']);
    expect(['Ctrl+K', 'N', '?', 'Ctrl++', 'ArrowLeft', 'F2'].map(toAccelerator)).toEqual([
      'CmdOrCtrl+K',
      'Shift+N',
      '?',
      'CmdOrCtrl+Plus',
      'Left',
      'F2',
    ]);
  });

  it.each(['', 'Hyper+x', 'Shift+Ctrl+x', 'enter'])('refuse %j', (text) => {
    expect(() => readKeys(text)).toThrow('is a key');
  });
});

describe('the menu', () => {
  it('names each command by its own name, once', () => {
    for (const [id, command] of Object.entries(menuCommands)) expect(command.id).toBe(id);
    const ids = menus.flatMap(({ commands }) => commands.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(Object.keys(menuCommands).toSorted());
  });

  it('gives no key twice', () => {
    const keys = Object.values(menuCommands).flatMap((command) => [...command.keys]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.map((one) => readKeys(one))).toHaveLength(keys.length);
  });

  it('takes no other name', () => {
    expect(['lab.run', 'toString', '', null, 7].map(isMenuCommand)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
