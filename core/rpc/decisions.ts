import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import {
  divergenceLines,
  tellDecision,
  type Decision,
  type DecisionTrace,
  type Divergence,
} from '../experiment/decisions/index.ts';

/** The allocator's decisions in words, the mirror's beside the kernel's, as they travel. */

const decisionSchema = v.strictObject({
  kind: v.picklist(['allocation', 'free', 'discard']),
  ino: wholeSchema,
  headline: v.string(),
  /** The logical block that was asked for; null where it is no allocation. */
  logical: v.nullable(wholeSchema),
  /** What was allocated or freed; null where nothing was. */
  physical: v.nullable(wholeSchema),
  /** In blocks. */
  length: wholeSchema,
  facts: v.array(v.strictObject({ name: v.string(), text: v.string(), why: v.nullable(v.string()) })),
  /** A worker of the kernel's decided it, beside the plan. */
  background: v.boolean(),
  /** What memory holds may decide it otherwise. */
  uncertain: v.boolean(),
});

const sectionSchema = v.strictObject({
  /** Of mirror.ts: what was decided on the way to it. */
  moment: wholeSchema,
  predicted: v.array(decisionSchema),
  /** The kernel's; null where its trace was not taken. */
  actual: v.nullable(v.array(decisionSchema)),
  /** Decisions that were too many to tell, of the side that has more of them. */
  untold: wholeSchema,
});

export const explanationSchema = v.strictObject({ sections: v.array(sectionSchema) });

export const tracedSchema = v.strictObject({
  sections: v.array(sectionSchema),
  agree: v.boolean(),
  /** Events that the kernel had no room to record. */
  lost: wholeSchema,
  /** Where both part for the first time, in lines of text; empty where they do not. */
  divergence: v.array(v.string()),
});

export type WireDecision = v.InferOutput<typeof decisionSchema>;
export type WireSection = v.InferOutput<typeof sectionSchema>;
export type Explanation = v.InferOutput<typeof explanationSchema>;
export type Traced = v.InferOutput<typeof tracedSchema>;

/** Decisions of one moment, and of all of them, that are told. */
const sectionMax = 400;
const allMax = 4000;

/** What the two sides decided, part by part. `actual` is left out where the kernel's trace was not taken. */
export interface DecidedParts {
  readonly mount: DecidedPart;
  readonly steps: readonly DecidedPart[];
  readonly layouts: DecidedPart;
}

interface DecidedPart {
  readonly predicted: readonly Decision[];
  readonly actual?: readonly Decision[];
}

/** The mirror's decisions; of one moment only where it is given. */
export function explanationToWire(
  { mount, steps, layouts }: DecisionTrace,
  clusterBlocks: number,
  moment: number | null,
): Explanation {
  const parts = [mount, ...steps, layouts].map((predicted) => ({ predicted }));
  const wanted = parts.map((part, at) => ({ ...part, at }));
  const told = moment === null ? wanted : wanted.filter(({ at }) => at === moment);
  return { sections: sectionsToWire(told, clusterBlocks) };
}

/** Both sides' decisions of a run. */
export function tracedToWire(
  report: DecidedParts & {
    readonly agree: boolean;
    readonly lost: number;
    readonly firstDivergence: Divergence | null;
  },
  clusterBlocks: number,
): Traced {
  const { mount, steps, layouts, agree, lost, firstDivergence } = report;
  const parts = [mount, ...steps, layouts].map((part, at) => ({ ...part, at }));
  return {
    sections: sectionsToWire(parts, clusterBlocks),
    agree,
    lost,
    divergence: firstDivergence ? divergenceLines(firstDivergence, clusterBlocks).slice(0, 100) : [],
  };
}

function sectionsToWire(
  parts: readonly (DecidedPart & { readonly at: number })[],
  clusterBlocks: number,
): WireSection[] {
  let left = allMax;
  return parts.flatMap(({ at, predicted, actual }) => {
    const count = Math.max(predicted.length, actual?.length ?? 0);
    if (count === 0) return [];
    const told = Math.min(count, sectionMax, left);
    left -= told;
    const words = (decisions: readonly Decision[]) =>
      decisions.slice(0, told).map((decision) => decisionToWire(decision, clusterBlocks));
    return [
      {
        moment: at,
        predicted: words(predicted),
        actual: actual ? words(actual) : null,
        untold: count - told,
      },
    ];
  });
}

function decisionToWire(decision: Decision, clusterBlocks: number): WireDecision {
  const { headline, facts } = tellDecision(decision, clusterBlocks);
  return {
    kind: decision.kind,
    ino: decision.ino,
    headline,
    ...placeOf(decision, clusterBlocks),
    facts: facts.map((one) => ({ ...one })),
    background: decision.background === true,
    uncertain: decision.uncertain === true,
  };
}

function placeOf(
  decision: Decision,
  clusterBlocks: number,
): Pick<WireDecision, 'logical' | 'physical' | 'length'> {
  switch (decision.kind) {
    case 'allocation': {
      const { request, result } = decision;
      const length = (result?.lengthClusters ?? 0) * clusterBlocks;
      return { logical: request.logical, physical: result?.physical ?? null, length };
    }
    case 'free':
      return { logical: null, physical: decision.physical, length: decision.lengthBlocks };
    case 'discard':
      return { logical: null, physical: null, length: 0 };
  }
}
