import type { ListedDevice } from '../../core/rpc/index.ts';
import { formatBytes } from '../../core/view/index.ts';

/** A drive in one line of a list: where it is, what it is, and whether somebody uses it. */
export function driveTitle({ path, title, sizeBytes, users, readOnly }: ListedDevice): string {
  const state = users.length > 0 ? `in use: ${users.join(', ')}` : readOnly ? 'read-only' : 'free';
  return [path, title, formatBytes(sizeBytes), state].filter((part) => part !== '').join(', ');
}
