import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../failure.ts';

const leastKeyBytes = 16;
const protocolName = 'untorn-witness-1';

/**
 * Reads the key that both machines share: the file's bytes without blanks at the ends, 16 at least, and nobody else's to
 * read. Throws InputError.
 */
export async function readKey(file: string): Promise<Buffer> {
  const facts = await stat(file).catch(() => null);
  if (!facts?.isFile())
    throw new InputError(
      `--key ${file}: there is no such file (make one: head -c 32 /dev/urandom | base64 > ${file}; chmod 600 ${file}; copy it to both machines)`,
      '--key',
    );
  if ((facts.mode & 0o077) !== 0)
    throw new InputError(`--key ${file}: others may read it (chmod 600 ${file})`, '--key');
  const key = Buffer.from((await readFile(file, 'latin1')).trim(), 'latin1');
  if (key.length < leastKeyBytes)
    throw new InputError(`--key ${file}: a key has ${leastKeyBytes} bytes at least`, '--key');
  return key;
}

/** Fresh for every connection, on both sides, so that no old line is ever worth anything again. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/** What both sides know of a connection once each has sent its nonce. */
export interface Handshake {
  readonly role: 'writer' | 'reader';
  readonly run: string;
  readonly clientNonce: string;
  readonly serverNonce: string;
}

/** By this the witness shows that it has the key. */
export function welcomeCode(key: Buffer, handshake: Handshake): string {
  return codeOf(key, 'welcome', handshake);
}

/** The key of this one connection. */
export function sessionKey(key: Buffer, handshake: Handshake): Buffer {
  return Buffer.from(codeOf(key, 'session', handshake), 'hex');
}

/** The code of one line. */
export function lineCode(session: Buffer, from: 'client' | 'server', number: number, body: string): string {
  return createHmac('sha256', session).update(`${from}|${number}|${body}`).digest('hex');
}

/** Compares without telling by its duration how much was right. */
export function sameCode(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1')];
  return one.length === other.length && timingSafeEqual(one, other);
}

function codeOf(key: Buffer, purpose: string, { role, run, clientNonce, serverNonce }: Handshake): string {
  const text = [protocolName, purpose, role, run, clientNonce, serverNonce].join('|');
  return createHmac('sha256', key).update(text).digest('hex');
}
