import { findLeftovers, removeLeftovers } from '../lab/startup.ts';
import type { Console } from './console.ts';

/** Tells of what killed runs have left behind, and removes it where somebody at a terminal says yes. */
export async function reportLeftovers(console: Console): Promise<void> {
  const leftovers = await findLeftovers();
  if (leftovers.length === 0) return;
  for (const { text } of leftovers) console.say(`untorn: a killed run has left behind: ${text}`);
  if (await console.confirm('untorn: remove it?')) await removeLeftovers(leftovers);
  else console.say('untorn: "untorn clean" removes it');
}
