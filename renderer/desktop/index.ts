/** What the interface asks of the desktop around it, the same in the desktop app and in a browser. */
export { looksLikePlan, readText } from './browser.ts';
export { openDesktop, type ChosenFile, type Desktop, type Outside } from './desktop.ts';
export { EndNotices } from './notices.ts';
