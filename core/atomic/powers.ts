import { assert } from '../assert.ts';

/** is_power_of_2(), for any safe integer. */
export function isPowerOfTwo(value: number): boolean {
  return value > 0 && largestPowerOfTwoFactor(value) === value;
}

/** rounddown_pow_of_two(); 0 stays 0. */
export function roundDownToPowerOfTwo(value: number): number {
  assert(Number.isSafeInteger(value) && value >= 0, 'a count to round is a whole number');
  if (value === 0) return 0;
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}

/** max_pow_of_two_factor(): the largest power of two that divides `value`; 0 for 0. */
export function largestPowerOfTwoFactor(value: number): number {
  assert(Number.isSafeInteger(value) && value >= 0, 'a count to factor is a whole number');
  if (value === 0) return 0;
  let factor = 1;
  let rest = value;
  while (rest % 2 === 0) {
    rest /= 2;
    factor *= 2;
  }
  return factor;
}
