/** Numbers of a group in a flat list of groups, in this order. All quantities are in blocks. */
export const groupColumns = [
  'group',
  /** Free on disk before the plan. */
  'before',
  /** Free in the buddy at the moment. */
  'free',
  /** Runs of free blocks: what /proc/fs/ext4/DEVICE/mb_groups calls fragments. */
  'fragments',
  'largest',
  /** Freed, and waiting for a commit. */
  'waiting',
  'preallocated',
] as const;
