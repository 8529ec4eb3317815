import * as v from 'valibot';
import { errorSchema, RpcError } from './error.ts';

/** Chosen by the client, never used twice on one channel. */
const idSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const clientFrameSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('request'),
    id: idSchema,
    procedure: v.pipe(v.string(), v.maxLength(100)),
    input: v.unknown(),
  }),
  v.strictObject({ kind: v.literal('cancel'), id: idSchema }),
]);

const serverFrameSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('event'), id: idSchema, event: v.unknown() }),
  v.strictObject({ kind: v.literal('result'), id: idSchema, value: v.unknown() }),
  v.strictObject({ kind: v.literal('error'), id: v.nullable(idSchema), error: errorSchema }),
]);

/** What a client sends: a call, or the wish that a call ends early. */
export type ClientFrame = v.InferOutput<typeof clientFrameSchema>;
/** What a service sends: any number of events, then one result or one error; an error without id answers no call. */
export type ServerFrame = v.InferOutput<typeof serverFrameSchema>;

/** Throws {@link RpcError} `malformed`. */
export function readClientFrame(text: string | null, lengthMax: number): ClientFrame {
  return readFrame(clientFrameSchema, text, lengthMax);
}

/** Throws {@link RpcError} `malformed`. A service's results have no bound: a million extents are one message. */
export function readServerFrame(text: string | null): ServerFrame {
  return readFrame(serverFrameSchema, text, Infinity);
}

export function writeFrame(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}

function readFrame<T>(schema: v.GenericSchema<unknown, T>, text: string | null, lengthMax: number): T {
  if (text === null) throw new RpcError('malformed', 'a message must be a text');
  if (text.length > lengthMax) throw tooLong(lengthMax);
  const judged = v.safeParse(schema, parseJson(text));
  if (judged.success) return judged.output;
  throw malformed('a message', judged.issues);
}

/** The error for a message that nobody reads. */
export function tooLong(lengthMax: number): RpcError {
  return new RpcError('malformed', `a message is longer than ${lengthMax}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RpcError('malformed', 'a message is not JSON');
  }
}

/** The error for a value that its schema refuses; names at most eight places. */
export function malformed(what: string, found: readonly v.BaseIssue<unknown>[]): RpcError {
  const issues = found.slice(0, 8).map((issue) => ({
    place: shortened(v.getDotPath(issue) ?? ''),
    message: shortened(issue.message),
  }));
  const [first] = issues;
  const where = first?.place ? ` at ${first.place}` : '';
  return new RpcError(
    'malformed',
    `${what} breaks the contract${where}: ${first?.message ?? 'refused'}`,
    issues,
  );
}

const textLengthMax = 300;

/** A message says what it found, however long that is; what was sent must not come back whole. */
function shortened(text: string): string {
  return text.length <= textLengthMax ? text : `${text.slice(0, textLengthMax)}…`;
}
