import type { AtomicWriteRequest } from './facts.ts';
import { isPowerOfTwo, largestPowerOfTwoFactor, roundDownToPowerOfTwo } from './powers.ts';
import type { Obstacle, RuleId } from './rules.ts';
import { sizeInWords } from './words.ts';

/** generic_atomic_write_valid(), as it is since 6.13. */
export function formObstacle(request: AtomicWriteRequest): Obstacle | null {
  if (!request.direct)
    return (
      shapeObstacle(request) ?? obstacle('call.direct', 'the file is not open with O_DIRECT', openDirect)
    );
  return shapeObstacle(request);
}

const openDirect = 'open the file with O_DIRECT';

/** One buffer, a power of two, naturally aligned. */
export function shapeObstacle({ offsetBytes, lengthBytes, vectors }: AtomicWriteRequest): Obstacle | null {
  if (vectors !== 1)
    return obstacle('call.one-buffer', `the data come from ${vectors} buffers`, 'write from one buffer');
  if (!isPowerOfTwo(lengthBytes)) {
    const lower = roundDownToPowerOfTwo(lengthBytes);
    const because = `${sizeInWords(lengthBytes)} is not a power of two`;
    return obstacle('call.power-of-two', because, `write ${sizeInWords(lower)} or ${sizeInWords(lower * 2)}`);
  }
  if (offsetBytes % lengthBytes !== 0) {
    const because = `offset ${offsetBytes} is not a multiple of ${sizeInWords(lengthBytes)}`;
    return obstacle(
      'call.naturally-aligned',
      because,
      `at this offset at most ${sizeInWords(largestPowerOfTwoFactor(offsetBytes))} is aligned`,
    );
  }
  return null;
}

function obstacle(rule: RuleId, because: string, remedy: string | null): Obstacle {
  return { rule, because, remedy };
}
