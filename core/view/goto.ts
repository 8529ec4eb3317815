import { plural, type AddressForm } from './format.ts';
import { groupSpan } from './groups.ts';

interface GoToVolume {
  readonly blockBytes: number;
  readonly blockCount: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
}

/** Where somebody wants to go: a block, all of a group, or why that is no place. */
export type GoTo =
  | { readonly kind: 'block'; readonly block: number }
  | { readonly kind: 'group'; readonly first: number; readonly length: number }
  | { readonly kind: 'nowhere'; readonly why: string };

/**
 * Reads `37 416` (an address as the page writes them at the moment: block or byte), `0x9228000` (a byte), `group 3` or
 * `g3`. Spaces of any width, `_` and `,` may stand between digits.
 */
export function parseGoTo(text: string, form: AddressForm, volume: GoToVolume): GoTo {
  const plain = text.toLowerCase().replace(/[\s_,]/g, '');
  const group = /^g(?:roup)?(\d+)$/.exec(plain);
  if (group) return goToGroup(Number(group[1]), volume);
  const hex = /^0x[\da-f]+$/.test(plain);
  if (!hex && !/^\d+$/.test(plain))
    return { kind: 'nowhere', why: 'a block such as 37416, a byte such as 0x9228000, or a group such as g3' };
  const isBytes = hex || form !== 'blocks';
  const block = isBytes ? Number(BigInt(plain) / BigInt(volume.blockBytes)) : Number(plain);
  if (block < volume.blockCount) return { kind: 'block', block };
  return { kind: 'nowhere', why: `the volume has ${plural(volume.blockCount, 'block')}` };
}

function goToGroup(group: number, volume: GoToVolume): GoTo {
  const groups = groupSpan(volume, volume.blockCount - 1).group + 1;
  if (group >= groups) return { kind: 'nowhere', why: `the volume has ${plural(groups, 'group')}` };
  const { first, length } = groupSpan(volume, volume.firstBlock + group * volume.blocksPerGroup);
  return { kind: 'group', first, length };
}
