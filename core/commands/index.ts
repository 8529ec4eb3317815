/** What a user can order, as data: the one list that the interface's keys and the desktop app's menu are made from. */
export type { CommandInfo, MenuName } from './command.ts';
export { commands, type CommandId } from './list.ts';
