import * as v from 'valibot';

function isBeneath(name: string): boolean {
  return (
    !name.includes('\0') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/**
 * The name of a file of a plan: relative, with no empty, `.` or `..` part, so that nothing outside the plan's own
 * directory can be meant. How long a name may be is for the kernel to say.
 */
export const fileNameSchema = v.pipe(
  v.string('must be a file name'),
  v.check(isBeneath, 'must be a relative name without empty, "." or ".." parts'),
  v.maxLength(4095, 'is longer than a path can be'),
);

/** The prefix of the files that `many` makes; the number is put behind it. */
export const prefixSchema = v.pipe(
  v.string('must be the beginning of a file name'),
  v.check((prefix) => isBeneath(`${prefix}0`), 'must be relative, without empty, "." or ".." parts'),
  v.maxLength(4000, 'is longer than a path can be'),
);
