import { criteriaNames, type TraceEvent } from '../../mballoc/index.ts';
import type { GroupRun, Pass, Reasons } from './decision.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenPass = Omit<Pass, 'groups'> & { readonly groups: Mutable<GroupRun>[] };

/** Collects what the mirror alone tells about one allocation. */
export class ReasonsBuilder {
  readonly #refusedClaims: number[] = [];
  readonly #passes: OpenPass[] = [];
  /** Filled in as the events come. */
  readonly reasons: Mutable<Reasons> = {
    refusedClaims: this.#refusedClaims,
    normalisedBy: null,
    goalFrom: 'request',
    goalTaken: null,
    passes: this.#passes,
  };

  take(event: TraceEvent): void {
    switch (event.event) {
      case 'claim':
        if (!event.granted) this.#refusedClaims.push(event.clusters);
        break;
      case 'normalised':
        this.reasons.normalisedBy = event.rule;
        break;
      case 'goal':
        this.reasons.goalFrom = event.source;
        break;
      case 'goal-tried':
        this.reasons.goalTaken = event.taken;
        break;
      case 'criterion': {
        const criterion = criteriaNames[event.cr] ?? String(event.cr);
        this.#passes.push({ criterion, goalClusters: event.goal_len, groups: [] });
        break;
      }
      case 'group':
        this.#group(event.group, event.verdict);
        break;
      default:
    }
  }

  #group(group: number, verdict: GroupRun['verdict']): void {
    const groups = this.#passes.at(-1)?.groups;
    const last = groups?.at(-1);
    if (groups === undefined) return;
    if (last && verdict === 'taken' && last.first === group && last.count === 1) last.verdict = verdict;
    else if (last && last.verdict === verdict && last.first + last.count === group) last.count++;
    else groups.push({ first: group, count: 1, verdict });
  }
}
