/** By what an acknowledged write is durable. */
export const syncChoices = [
  { value: 'dsync', title: 'RWF_DSYNC' },
  { value: 'fsync', title: 'fsync after each write' },
] as const;
