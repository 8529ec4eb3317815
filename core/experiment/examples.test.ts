import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlanText } from './plan.ts';

const folder = new URL('../../examples/', import.meta.url);

describe('the examples', () => {
  const plans = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  it.each(plans.filter((file) => file.endsWith('.json')))('%s is a good plan with a name', (file) => {
    expect(parsePlanText(readFileSync(new URL(file, folder), 'utf8')).name).not.toBe('');
  });
});
