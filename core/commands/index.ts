/** What a user can order, as data: keys in one notation, and the commands that the application's menu has, too. */
export { capsOf, isPressed, isText, readKeys, toAccelerator, type KeyChord, type KeyPress } from './keys.ts';
export {
  isMenuCommand,
  menuCommands,
  menus,
  type CommandFacts,
  type Menu,
  type MenuCommandId,
} from './menu.ts';
