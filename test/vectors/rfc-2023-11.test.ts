import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotMke2fs } from '../support/machine.ts';
import { differences, predictVector, readVectors } from './vector.ts';

/**
 * What the RFC's own code did, recorded step by step (rfc-2023-11/README.md). Predicted from images that mke2fs 1.47 makes of
 * the recorded arguments.
 */
const vectors = readVectors(new URL('rfc-2023-11/vectors.jsonl', import.meta.url));
const reason = whyNotMke2fs('1.47.0');

describe.skipIf(reason)(`recorded on the RFC's kernel${reason ? ` (${reason})` : ''}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'untorn-vectors-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(vectors)('$name: $about', async (vector) => {
    expect(differences(vector, await predictVector(vector, folder))).toEqual([]);
  });
});
