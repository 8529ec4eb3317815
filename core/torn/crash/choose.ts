import { assertExists } from '../../assert.ts';
import type { DriveModel } from './drive.ts';
import { enumerateStates } from './enumerate.ts';
import { sectorBytes, type DiskLog } from './log.ts';
import type { CrashPoint } from './points.ts';
import { hasCut, type CrashState } from './state.ts';
import type { StateView } from './state-view.ts';

export interface ChosenStates {
  /** States to check: no two with the same bytes and the same promises. */
  readonly states: readonly CrashState[];
  /** Number of different contents among them. */
  readonly distinct: number;
  /** Contents that no state without a cut write has. */
  readonly withCut: number;
}

/** How much more is listed when too many turned out the same. */
const growth = 1.5;
const roundsMax = 8;

/**
 * Lists crash states until `states` different contents are among them, or there are no more to be found. `promiseOf`
 * tells positions of the log apart where more was promised at one than at the other: the same bytes are then checked
 * again, since what was right before may be wrong now.
 */
export function chooseStates(
  view: StateView,
  points: readonly CrashPoint[],
  drive: DriveModel,
  bounds: { readonly states: number; readonly seed: number },
  promiseOf: (position: number) => number,
): ChosenStates {
  const { log } = view.table;
  let asked = bounds.states;
  for (let round = 0; ; round++) {
    const listed = enumerateStates(log, points, drive, { ...bounds, states: asked });
    const found = different(listed, view, points, log, promiseOf, bounds.states);
    if (found.distinct >= bounds.states || listed.length < asked || round === roundsMax) return found;
    asked = Math.ceil(asked * growth);
  }
}

function different(
  listed: readonly CrashState[],
  view: StateView,
  points: readonly CrashPoint[],
  log: DiskLog,
  promiseOf: (position: number) => number,
  limit: number,
): ChosenStates {
  const sectorsOf = (write: number): number => (log.writes[write]?.lengthBytes ?? 0) / sectorBytes;
  const seen = new Set<string>();
  const found: { readonly state: CrashState; readonly content: string }[] = [];
  const cutOnly = new Map<string, boolean>();
  for (const state of listed) {
    view.show(state);
    const content = view.contentKey;
    cutOnly.set(content, (cutOnly.get(content) ?? true) && hasCut(state, sectorsOf));
    const { position } = assertExists(points[state.point], 'the crash point of a state');
    const key = `${content}@${promiseOf(position)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push({ state, content });
  }
  const kept = spread([...cutOnly.keys()], limit);
  return {
    states: found.filter(({ content }) => kept.has(content)).map(({ state }) => state),
    distinct: kept.size,
    withCut: [...kept].filter((content) => cutOnly.get(content) === true).length,
  };
}

/** At most so many, from all over the list: of one that is sorted by crash point, no end is left out. */
function spread(contents: readonly string[], limit: number): Set<string> {
  if (contents.length <= limit) return new Set(contents);
  const places = Array.from({ length: limit }, (_, at) => Math.floor((at * contents.length) / limit));
  return new Set(places.map((place) => assertExists(contents[place], 'a content')));
}
