import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCrashPlanText } from '../torn/crash/index.ts';
import { parsePlanText } from './plan.ts';

const folder = new URL('../../examples/', import.meta.url);

describe('the examples', () => {
  const plans = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  it.each(plans.filter((file) => file.endsWith('.json')))('%s is a good plan with a name', (file) => {
    // Those in torn/ are plans for crash checks, which have a form of their own.
    const parse = file.startsWith('torn/') ? parseCrashPlanText : parsePlanText;
    expect(parse(readFileSync(new URL(file, folder), 'utf8')).name).not.toBe('');
  });
});
