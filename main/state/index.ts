/** What the programs remember from one start to the next: small files of the user's, written whole or not at all. */
export { stateFolder, userFolder } from './folder.ts';
export { openStateFile, writeWhole, type StateFile } from './state-file.ts';
