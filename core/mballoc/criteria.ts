/** enum criteria (fs/ext4/ext4.h): how hard a search for free clusters tries, cheapest first. */
export const criteria = {
  power2Aligned: 0,
  goalLengthFast: 1,
  bestAvailableLength: 2,
  goalLengthSlow: 3,
  anyFree: 4,
} as const;

/** EXT4_MB_NUM_CRS. */
export const criteriaCount = 5;

/** show_criteria() of the tracepoints. */
export const criteriaNames = [
  'CR_POWER2_ALIGNED',
  'CR_GOAL_LEN_FAST',
  'CR_BEST_AVAIL_LEN',
  'CR_GOAL_LEN_SLOW',
  'CR_ANY_FREE',
] as const;

/** ext4_mb_cr_expensive(): reads bitmaps where it must. */
export function isExpensive(criterion: number): boolean {
  return criterion >= criteria.goalLengthSlow;
}
