import * as v from 'valibot';
import { stepSchema } from './steps.ts';
import { targetSchema } from './target.ts';

const allocatorName = /^(auto|linux-[0-9]+\.[0-9]+(\.[0-9]+)?|rfc-[0-9]{4}-[0-9]{2})$/;

/** Version 1 of the plan format. */
export const planSchema = v.pipe(
  v.strictObject({
    version: v.literal(1, 'must be 1, the version of the plan format'),
    name: v.optional(
      v.pipe(v.string('must be a text'), v.maxLength(200, 'must have at most 200 characters')),
      '',
    ),
    allocator: v.optional(
      v.pipe(
        v.string('must be a text'),
        v.regex(allocatorName, 'must be "auto", "linux-X.Y", "linux-X.Y.Z" or "rfc-2023-11"'),
      ),
      'auto',
    ),
    target: targetSchema,
    steps: v.pipe(
      v.array(stepSchema, 'must be a list of steps'),
      v.maxLength(100_000, 'has more than 100000 steps'),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { target, steps } = dataset.value;
    if ((target.kind !== 'block' && target.kind !== 'sandbox') || target.mkfs) return;
    const index = steps.findIndex((step) => !isRawDeviceStep(step));
    if (index < 0) return;
    addIssue({
      message: `a ${target.kind} target without mkfs knows only the file "device" and the steps write, fsync and close`,
      path: [
        { type: 'object', origin: 'value', input: dataset.value, key: 'steps', value: steps },
        { type: 'array', origin: 'value', input: [...steps], key: index, value: steps[index] },
      ],
    });
  }),
);

function isRawDeviceStep(step: v.InferOutput<typeof stepSchema>): boolean {
  return (step.op === 'write' || step.op === 'fsync' || step.op === 'close') && step.file === 'device';
}

/** A plan that was read and judged: defaults filled in, sizes and offsets in bytes. */
export type Plan = v.InferOutput<typeof planSchema>;
/** A plan as it stands in a file. */
export type PlanInput = v.InferInput<typeof planSchema>;

/** One thing that is wrong with a plan, and where: `steps[3].length`. */
export interface PlanIssue {
  readonly path: string;
  readonly message: string;
}

/** A plan that breaks the format; `message` is one line that names the first place and what is wrong there. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly issues: readonly PlanIssue[];
  constructor(issues: readonly PlanIssue[]) {
    const [first] = issues;
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    super(`plan: ${first ? `${first.path}: ${first.message}` : 'not a plan'}${more}`);
    this.issues = issues;
  }
}

/** Reads a plan from the text of a JSON file. Throws {@link PlanError}. */
export function parsePlanText(text: string): Plan {
  return parsePlan(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlanError([{ path: 'JSON', message: (error as Error).message }]);
  }
}

/** Judges a plan that is already an object. Throws {@link PlanError} that names every wrong field. */
export function parsePlan(input: unknown): Plan {
  const judged = v.safeParse(planSchema, input);
  if (judged.success) return judged.output;
  throw new PlanError(judged.issues.map((issue) => ({ path: place(issue), message: sentence(issue) })));
}

function place(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return parts.join('').replace(/^\./, '') || 'the plan';
}

function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'schema' && issue.type === 'strict_object') {
    return issue.expected === 'never' ? 'is not a field of the plan format' : 'is missing';
  }
  return issue.message;
}
