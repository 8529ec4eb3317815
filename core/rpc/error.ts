import * as v from 'valibot';

/**
 * Why a call failed. `malformed`: a message broke the contract; `input`: the user's input is wrong (exit code 2 of
 * the command line); `unable`: this machine cannot do it, or the mirror does not model it (exit code 3); `refused`:
 * this service is not allowed to do it; `busy`: too many calls at once; `closed`: the channel went away;
 * `internal`: a defect of Untorn.
 */
const errorCodes = [
  'malformed',
  'input',
  'unable',
  'refused',
  'busy',
  'cancelled',
  'closed',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One thing that is wrong, and where: `steps[3].length`, a path, or empty where it is the whole. */
export interface Issue {
  readonly place: string;
  readonly message: string;
}

export const errorSchema = v.strictObject({
  code: v.picklist(errorCodes),
  message: v.string(),
  issues: v.array(v.strictObject({ place: v.string(), message: v.string() })),
});
export type ErrorBody = v.InferOutput<typeof errorSchema>;

/** The failure of a call, on both sides of the channel. `message` is one line for a human. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  constructor(code: ErrorCode, message: string, issues: readonly Issue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message, issues: this.issues.map((issue) => ({ ...issue })) };
  }
}
