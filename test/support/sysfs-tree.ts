import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { deviceNumber } from '../../main/machine/index.ts';

const diskSchema = v.strictObject({
  /** Files by their path below the device, with their text. */
  files: v.record(v.string(), v.string()),
  /** Binary files, in hexadecimal. */
  hex: v.optional(v.record(v.string(), v.string())),
  /** Links below the device, to paths below the root of the tree. */
  links: v.optional(v.record(v.string(), v.string())),
});

const layerSchema = v.tuple([v.string(), v.string(), v.nullable(v.string())]);

const fixtureSchema = v.strictObject({
  about: v.string(),
  kernel: v.string(),
  fsType: v.picklist(['ext4', 'xfs']),
  /** The device under the filesystem, as a path below the root. */
  top: v.string(),
  /** What statx answers: unit_min, unit_max, unit_max_opt. */
  statx: v.tuple([v.number(), v.number(), v.number()]),
  disks: v.record(v.string(), diskSchema),
  links: v.optional(v.record(v.string(), v.string())),
  /** Fields of Identify by the name of the block device; those left out are 0. */
  identify: v.optional(v.record(v.string(), v.record(v.string(), v.number()))),
  /** Windows are `512-65536`, `none` or `unknown`. */
  expect: v.strictObject({
    window: v.nullable(v.tuple([v.number(), v.number()])),
    /** Layer, window, rule. */
    layers: v.array(layerSchema),
    /** What the rules make of a drive's claims, and whether the kernel shows the same. */
    claims: v.optional(v.record(v.string(), v.tuple([v.string(), v.boolean()]))),
    verdict: v.optional(v.string()),
    remedy: v.optional(v.string()),
    /** Somewhere in the passport. */
    says: v.optional(v.string()),
    finding: v.optional(v.tuple([v.string(), v.string(), v.string()])),
    /** Windows of the drive and of software. */
    ways: v.optional(v.tuple([v.string(), v.string()])),
  }),
});

export type SysfsFixture = v.InferOutput<typeof fixtureSchema>;

export function readFixture(file: string): SysfsFixture {
  return v.parse(fixtureSchema, JSON.parse(readFileSync(file, 'utf8')));
}

/** Builds the tree in `folder`, with the fixture's top device as the one that `file` really lies on; gives its root. */
export function buildSysfs(folder: string, fixture: SysfsFixture, file: string): string {
  const root = path.join(folder, 'sys');
  const link = (from: string, to: string) => {
    mkdirSync(path.dirname(path.join(root, from)), { recursive: true });
    symlinkSync(path.join(root, to), path.join(root, from));
  };
  for (const [disk, { files, hex = {}, links = {} }] of Object.entries(fixture.disks)) {
    const put = (name: string, bytes: string | Buffer) => {
      const target = path.join(root, disk, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    };
    for (const [name, text] of Object.entries(files)) put(name, `${text}\n`);
    for (const [name, text] of Object.entries(hex)) put(name, Buffer.from(text, 'hex'));
    for (const [name, to] of Object.entries(links)) link(path.join(disk, name), to);
  }
  for (const [from, to] of Object.entries(fixture.links ?? {})) link(from, to);
  const { major, minor } = deviceNumber(statSync(file, { bigint: true }).dev);
  link(`dev/block/${major}:${minor}`, fixture.top);
  return root;
}

/** Where the fields stand in the two structures, by the NVM Express specifications. */
const controllerFields = {
  cmic: [76, 1],
  mdts: [77, 1],
  awun: [526, 2],
  awupf: [528, 2],
  acwu: [532, 2],
} as const;
const namespaceFields = {
  nsfeat: [24, 1],
  nlbaf: [25, 1],
  flbas: [26, 1],
  nawun: [34, 2],
  nawupf: [36, 2],
  nacwu: [38, 2],
  nabsn: [40, 2],
  nabo: [42, 2],
  nabspf: [44, 2],
} as const;

/** Builds Identify Namespace (CNS 0) or Controller (CNS 1) from fields; `lbads` is that of LBA format 0. */
export function identifyBytes(fields: Readonly<Record<string, number>>, cns: 0 | 1): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  for (const [name, [at, length]] of Object.entries(cns === 0 ? namespaceFields : controllerFields)) {
    const value = fields[name] ?? 0;
    if (length === 1) view.setUint8(at, value);
    else view.setUint16(at, value, true);
  }
  if (cns === 0) view.setUint8(130, fields['lbads'] ?? 9);
  return bytes;
}
