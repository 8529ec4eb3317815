import * as v from 'valibot';
import { RpcError } from './error.ts';
import { malformed, readClientFrame, writeFrame, type ClientFrame } from './frame.ts';
import type { Cancellation, Contract, Implementation, Procedure } from './procedure.ts';
import { requestLengthMax, type Transport } from './transport.ts';

export interface ServerOptions {
  /** Calls that one channel may have under way. */
  readonly callsMax?: number;
  /** Hears what a procedure threw that was no RpcError: a defect, of which the caller learns only that it happened. */
  readonly onDefect?: (error: unknown, procedure: string) => void;
}

type Handler = Implementation<Contract>[string];

interface Running {
  cancel(): void;
}

/**
 * The service's end of a channel: answers until the channel closes, which cancels what is under way. Every message
 * is judged before anything is done; a malformed one is answered with an error and changes nothing.
 */
export function serveRpc<C extends Contract>(
  contract: C,
  implementation: Implementation<C>,
  transport: Transport,
  options: ServerOptions = {},
): void {
  const callsMax = options.callsMax ?? 16;
  const running = new Map<number, Running>();
  let lastId = 0;

  transport.onMessage((text) => {
    try {
      receive(readClientFrame(text, requestLengthMax));
    } catch (error) {
      transport.send(writeFrame({ kind: 'error', id: null, error: asRpcError(error).toBody() }));
    }
  });
  transport.onClose(() => {
    for (const call of running.values()) call.cancel();
    running.clear();
  });

  function receive(frame: ClientFrame): void {
    if (frame.kind === 'cancel') {
      running.get(frame.id)?.cancel();
      return;
    }
    if (frame.id <= lastId) throw new RpcError('malformed', `the call ${frame.id} comes after ${lastId}`);
    lastId = frame.id;
    void answer(frame.id, frame.procedure, frame.input);
  }

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const cancellation = makeCancellation();
    const over = { yet: false };
    try {
      const { procedure, handler } = find(name);
      if (running.size >= callsMax) throw new RpcError('busy', `more than ${callsMax} calls at once`);
      const given = judgeInput(procedure, input, name);
      running.set(id, cancellation);
      const emit = (event: unknown) => {
        if (over.yet) return;
        transport.send(writeFrame({ kind: 'event', id, event: checked(procedure.event, event, name) }));
      };
      const value = checked(procedure.output, await handler(given, { emit, cancellation }), name);
      transport.send(writeFrame({ kind: 'result', id, value }));
    } catch (error) {
      if (!(error instanceof RpcError)) options.onDefect?.(error, name);
      transport.send(writeFrame({ kind: 'error', id, error: asRpcError(error).toBody() }));
    } finally {
      over.yet = true;
      running.delete(id);
    }
  }

  function find(name: string): { procedure: Procedure; handler: Handler } {
    if (!Object.hasOwn(contract, name)) throw new RpcError('malformed', `there is no procedure "${name}"`);
    return {
      procedure: contract[name] as Procedure,
      handler: implementation[name] as unknown as Handler,
    };
  }
}

/** Throws {@link RpcError} `malformed`. To valibot an array is an object, too, and an empty one has no wrong field. */
function judgeInput(procedure: Procedure, input: unknown, name: string): unknown {
  const what = `the input of ${name}`;
  if (Array.isArray(input) && procedure.input.type === 'strict_object')
    throw new RpcError('malformed', `${what} breaks the contract: it is a list`);
  const judged = v.safeParse(procedure.input, input);
  if (judged.success) return judged.output;
  throw malformed(what, judged.issues);
}

/** The service's own answers are judged too; returns the value itself, since schemas here only check. */
function checked(schema: v.GenericSchema<unknown, unknown>, value: unknown, name: string): unknown {
  const judged = v.safeParse(schema, value);
  if (judged.success) return value;
  throw new Error(malformed(`what ${name} answers`, judged.issues).message);
}

function asRpcError(error: unknown): RpcError {
  return error instanceof RpcError ? error : new RpcError('internal', 'a defect of Untorn ended this call');
}

function makeCancellation(): Cancellation & Running {
  const listeners: (() => void)[] = [];
  let requested = false;
  return {
    get requested() {
      return requested;
    },
    onRequest(listener) {
      if (requested) listener();
      else listeners.push(listener);
    },
    cancel() {
      if (requested) return;
      requested = true;
      for (const listener of listeners.splice(0)) listener();
    },
  };
}
