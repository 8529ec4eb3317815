/** What can be done: one registry, from which keys, the overlay, the palette and the menu are made. */
export { menuCommand, type Command, type CommandContext } from './command.ts';
export { handleKey } from './press.ts';
export { commands } from './registry.svelte.ts';
