import {
  ruleOf,
  sizeInWords,
  windowInWords,
  type AtomicAnswer,
  type Known,
  type UnitShare,
  type Window,
} from '../../../core/atomic/index.ts';
import type { Passport, PassportLayer } from '../../probe/index.ts';
import type { Paint } from '../style.ts';
import { printable, tableLines, type Column } from '../table.ts';

/** A passport for a person: the verdict, the layers from the file down, their facts, and what is missing. */
export function passportLines(passport: Passport, paint: Paint): string[] {
  const { possible, verdict, remedy, layers, image, mount, missing, withRoot, ways } = passport;
  const tone = possible === true ? 'good' : possible === false ? 'bad' : 'strong';
  const shown = image ? [...layers, image] : layers;
  return [
    `${paint('strong', printable(passport.path))}  ${passport.kind}, Linux ${passport.kernel}`,
    paint(tone, printable(verdict)),
    ...(remedy === null ? [] : [`what would help: ${remedy}`]),
    ...(passport.answer ? answerLines(passport.answer) : []),
    '',
    ...tableLines(
      columnsOf(passport),
      shown.map((layer) => layerRow(layer, passport)),
    ),
    '',
    ...(ways ? [`who keeps writes whole: ${ways.why}`] : []),
    ...findingLines(passport),
    ...layoutLines(passport),
    ...(mount
      ? [
          `mount: ${printable(`${mount.source} on ${mount.mountPoint} type ${mount.fsType} (${mount.options})`)}`,
        ]
      : []),
    ...shown.flatMap((layer) => factLines(layer, paint)),
    ...missing.map((text) => `not known: ${printable(text)}`),
    ...withRoot.map((text) => `root would add: ${printable(text)}`),
  ];
}

/** The windows stand on one scale of powers of two, its two ends in the title. */
function columnsOf({ scale }: Passport): Column[] {
  return [
    { title: 'layer', align: 'left' },
    { title: 'untorn writes', align: 'left' },
    { title: `${short(scale.fromBytes)}…${short(scale.toBytes)}`, align: 'left' },
    { title: 'why', align: 'left' },
  ];
}

function layerRow(layer: PassportLayer, { scale }: Passport) {
  const source = layer.rule === null ? '' : ` (${ruleOf({ rule: layer.rule }).source.function})`;
  const remedy = layer.remedy === null ? '' : `; ${layer.remedy}`;
  return [
    { text: printable(layer.layer) },
    { text: windowText(layer.window) },
    { text: bar(layer.window, scale) },
    { text: printable(`${layer.why}${source}${remedy}`) },
  ];
}

/** One mark for each power of two of the scale: `█` is let through, `·` is not, `?` is not known. */
function bar(window: Known<Window> | null, { fromBytes, toBytes }: Passport['scale']): string {
  let marks = '';
  for (let length = fromBytes; length <= toBytes; length *= 2) {
    if (window === 'unknown') marks += '?';
    else marks += window && length >= window.minBytes && length <= window.maxBytes ? '█' : '·';
  }
  return marks;
}

function short(bytes: number): string {
  return sizeInWords(bytes).replace(/ (bytes|KiB|MiB|GiB)/, (_, unit: string) =>
    unit === 'bytes' ? '' : unit.charAt(0),
  );
}

function windowText(window: Known<Window> | null): string {
  if (window === null) return 'none';
  return window === 'unknown' ? window : windowInWords(window);
}

function answerLines({ verdict, lengthsHereBytes, offsetsBytes }: AtomicAnswer): string[] {
  const lines = [`answer: ${verdictText(verdict)}`];
  if (lengthsHereBytes && lengthsHereBytes.length > 0)
    lines.push(`at this offset: ${lengthsHereBytes.map(sizeInWords).join(', ')}`);
  if (offsetsBytes && offsetsBytes.below !== offsetsBytes.above)
    lines.push(`this length at: ${offsetsBytes.below} or ${offsetsBytes.above}`);
  return lines;
}

function verdictText(verdict: AtomicAnswer['verdict']): string {
  switch (verdict.kind) {
    case 'unknown':
      return `not known, since ${verdict.missing} could not be found out`;
    case 'refused':
      return `${verdict.errno}: ${verdict.because} (${ruleOf(verdict).source.function})`;
    case 'allowed':
      return verdict.way === 'not atomic'
        ? `accepted and NOT atomic: ${verdict.because} (${ruleOf(verdict).source.function})`
        : `accepted: ${verdict.way}`;
  }
}

/** What shrinks the window, where the table does not name it already. */
function findingLines({ findings, layers }: Passport): string[] {
  const told = new Set(layers.map(({ why }) => why));
  return findings
    .filter(({ because }) => !told.has(because))
    .map(({ layer, because, remedy }) =>
      printable(`${layer}: ${because}${remedy === null ? '' : `; ${remedy}`}`),
    );
}

function layoutLines({ layout }: Passport): string[] {
  if (layout === null) return [];
  if (layout.kind === 'unread') return [`layout: could not be read: ${printable(layout.why)}`];
  return layout.shares.filter(({ units }) => units > 0).map(shareLine);
}

function shareLine({ unitBytes, units, aligned, holes, firstFaults }: UnitShare): string {
  const percent = Math.floor((100 * aligned) / units);
  const hole = holes === 0 ? '' : `, ${holes} in a hole`;
  const faults = firstFaults.map(({ offsetBytes, fault }) => `${offsetBytes} ${fault}`).join(', ');
  return `units of ${sizeInWords(unitBytes)}: ${aligned} of ${units} (${percent} %) in one aligned extent${hole}${faults === '' ? '' : `; first that do not: ${faults}`}`;
}

function factLines({ layer, facts, claims }: PassportLayer, paint: Paint): string[] {
  const list = (items: typeof facts) => items.map(({ name, value }) => `${name} ${value}`).join(', ');
  const lines = facts.length === 0 ? [] : [paint('quiet', printable(`${layer}: ${list(facts)}`))];
  if (!claims) return lines;
  const agrees =
    claims.agrees === true ? 'as the kernel shows' : claims.agrees === false ? 'NOT as the kernel shows' : '';
  lines.push(
    printable(
      `${layer} says itself (${claims.source}): ${windowText(claims.window)} ${agrees}; ${claims.why}`,
    ),
    paint('quiet', printable(`${layer}: ${list(claims.facts)}`)),
  );
  return lines;
}
