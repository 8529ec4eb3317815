/** The service behind every interface: the contract of core/rpc over the rest of main. */
export { readTextFile, type Desktop, type Overwriting } from './desktop.ts';
export { here } from './here.ts';
export type { Laboratory, Work } from './laboratory.ts';
export { openRecentFiles, type RecentFiles } from './recent.ts';
export { createService } from './service.ts';
export { watchCalls } from './settle.ts';
export type { PowerCutLaboratory } from './power-cut-laboratory.ts';
export type { TornLaboratory } from './torn-laboratory.ts';
