import { untrack } from 'svelte';
import { assert } from '../../core/assert.ts';
import { isPressed, isText, readKeys, type KeyChord, type KeyPress } from '../../core/commands/index.ts';
import type { Command, CommandContext } from './command.ts';

/** What of a keyboard event the registry looks at. */
export interface PressedKey extends KeyPress {
  readonly isTyping: boolean;
  /** Whether Enter and Space belong to what has the focus (a button, a link). */
  readonly isOnControl: boolean;
  /** Contexts around the focus, the innermost first, without `global`. */
  readonly contexts: readonly CommandContext[];
}

interface Entry {
  readonly command: Command;
  readonly chords: readonly KeyChord[];
}

/**
 * Everything that can be done now. Views register their commands while they are mounted; keys, the overlay of keys, the
 * palette and the menu are all made from this one list.
 */
export class CommandRegistry {
  /**
   * No state of Svelte's: where an effect is torn down, a state is read as it was before what changed, so that what had
   * been registered meanwhile would be lost. Who reads the list depends on `changes` instead.
   */
  private entries: readonly Entry[] = [];
  private changes = $state(0);
  /** Why the last command that was asked for was not done, until the next one is. */
  refusal = $state.raw<{ readonly title: string; readonly why: string } | null>(null);

  /** Adds commands, and returns what takes them away again: made to be the body of an `$effect`. */
  register(commands: readonly Command[]): () => void {
    const mine: readonly Entry[] = commands.map((command) => ({
      command,
      chords: command.keys.map(readKeys),
    }));
    for (const { command } of mine) this.assertNew(command);
    this.entries = [...this.entries, ...mine];
    this.tell();
    return () => {
      this.entries = this.entries.filter((entry) => !mine.includes(entry));
      this.tell();
    };
  }

  private tell(): void {
    untrack(() => this.changes++);
  }

  get all(): readonly Command[] {
    void this.changes;
    return this.entries.map(({ command }) => command);
  }

  /** The command that a press asks for: of the innermost context that has one that can be done or says why not. */
  find(press: PressedKey): Command | null {
    for (const context of [...press.contexts, 'global'] as const) {
      const found = this.entries.find(
        ({ command, chords }) =>
          (command.context ?? 'global') === context &&
          chords.some((chord) => isAskedFor(chord, press)) &&
          command.whyNot?.() !== '',
      );
      if (found) return found.command;
    }
    return null;
  }

  /** Does it, or says why it cannot be done now. False where no such command is there. */
  execute(id: string): boolean {
    const command = this.all.find((one) => one.id === id);
    if (!command) return false;
    const why = command.whyNot?.() ?? null;
    this.refusal = why === null || why === '' ? null : { title: command.title, why };
    if (why === null) command.run();
    return true;
  }

  private assertNew({ id, keys, context = 'global' }: Command): void {
    for (const { command } of this.entries) {
      assert(command.id !== id, `the command ${id} is registered once`);
      if ((command.context ?? 'global') !== context) continue;
      const taken = keys.find((key) => command.keys.includes(key));
      assert(taken === undefined, `the key ${taken} of ${id} is not that of ${command.id}`);
    }
  }
}

function isAskedFor(chord: KeyChord, press: PressedKey): boolean {
  if (!isPressed(chord, press)) return false;
  if (press.isTyping && (isText(chord) || isPartOfTyping(chord))) return false;
  return !(press.isOnControl && !chord.ctrl && !chord.alt && (chord.key === 'Enter' || chord.key === ' '));
}

const editing = new Set(['Enter', 'Tab', 'Backspace', 'Delete', 'Home', 'End', 'PageUp', 'PageDown']);

/** Keys that move and delete in a text belong to the text. */
function isPartOfTyping({ ctrl, alt, key }: KeyChord): boolean {
  return !ctrl && !alt && (editing.has(key) || key.startsWith('Arrow'));
}

/** The one registry of the page. */
export const commands = new CommandRegistry();
