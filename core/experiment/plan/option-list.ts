/** How the value of an allowed option must look: nothing at all, or the whole of it matches. */
export type ValueForm = RegExp | null;
/** Options that are allowed, each with the form that its value must have. */
export type AllowList = Readonly<Record<string, ValueForm>>;

/** A count or a number of blocks. */
export const wholeNumber = /^[0-9]{1,15}$/;
/** A number with a unit, as mke2fs(8) takes it. */
export const sizeLike = /^[0-9]{1,15}[bskmgtBSKMGT]?$/;

/** Judges a comma-separated list such as `commit=300,nodelalloc`; returns what is wrong with it, or null. */
export function judgeOptionList(list: string, allowed: AllowList): string | null {
  for (const item of list.split(',')) {
    const equals = item.indexOf('=');
    const name = equals < 0 ? item : item.slice(0, equals);
    const value = equals < 0 ? null : item.slice(equals + 1);
    const verdict = judgeOption(name, value, allowed);
    if (verdict) return verdict;
  }
  return null;
}

/** Judges one option with its value (null where it has none). */
function judgeOption(name: string, value: string | null, allowed: AllowList): string | null {
  if (!Object.hasOwn(allowed, name)) return `"${name}" is not an option that plans may use`;
  const form = allowed[name];
  if (!form) return value === null ? null : `"${name}" takes no value`;
  if (value === null) return form.test('') ? null : `"${name}" needs a value`;
  return form.test(value) ? null : `"${name}" does not take the value "${value}"`;
}
