import type { CommandContext } from './command.ts';
import type { CommandRegistry, PressedKey } from './registry.svelte.ts';

/** Handles a key for the whole page; to be called while it goes down to its target, before anybody else. */
export function handleKey(registry: CommandRegistry, event: KeyboardEvent): void {
  // A dialog that is open has all keys.
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal')) return;
  const command = registry.find(pressedKey(event));
  if (!command) return;
  event.preventDefault();
  event.stopPropagation();
  registry.execute(command.id);
}

function pressedKey(event: KeyboardEvent): PressedKey {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const path = event.composedPath().filter((one): one is HTMLElement => one instanceof HTMLElement);
  const [target] = path;
  return {
    key,
    ctrlKey,
    metaKey,
    altKey,
    shiftKey,
    isTyping: target !== undefined && isTyping(target),
    isOnControl: target?.matches('button, a[href], summary, input, select') ?? false,
    contexts: path.flatMap(({ dataset: { context } }) => (context ? [context as CommandContext] : [])),
  };
}

const notTyped = new Set(['checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'color', 'range']);

function isTyping(target: HTMLElement): boolean {
  if (target instanceof HTMLInputElement) return !notTyped.has(target.type);
  return (
    target.isContentEditable || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}
