import { ruleOf, windowInWords } from '../../../core/atomic/index.ts';
import type { Passport, PassportLayer } from '../../probe/index.ts';
import type { Paint } from '../style.ts';
import { printable, tableLines, type Column } from '../table.ts';

const columns: Column[] = [
  { title: 'layer', align: 'left' },
  { title: 'untorn writes', align: 'left' },
  { title: 'why', align: 'left' },
];

/** A passport for a person: the verdict, the layers from the file down, then their facts and what is missing. */
export function passportLines(passport: Passport, paint: Paint): string[] {
  const { possible, verdict, remedy, layers, image, mount, missing } = passport;
  const tone = possible === true ? 'good' : possible === false ? 'bad' : 'strong';
  const shown = image ? [...layers, image] : layers;
  return [
    `${paint('strong', printable(passport.path))}  ${passport.kind}, Linux ${passport.kernel}`,
    paint(tone, printable(verdict)),
    ...(remedy === null ? [] : [`what would help: ${remedy}`]),
    '',
    ...tableLines(columns, shown.map(layerRow)),
    '',
    ...(mount
      ? [
          `mount: ${printable(`${mount.source} on ${mount.mountPoint} type ${mount.fsType} (${mount.options})`)}`,
        ]
      : []),
    ...shown.flatMap((layer) => factLine(layer, paint)),
    ...missing.map((text) => `not known: ${printable(text)}`),
  ];
}

function layerRow(layer: PassportLayer) {
  const source = layer.rule === null ? '' : ` (${ruleOf({ rule: layer.rule }).source.function})`;
  const remedy = layer.remedy === null ? '' : `; ${layer.remedy}`;
  return [
    { text: printable(layer.layer) },
    { text: windowText(layer) },
    { text: printable(`${layer.why}${source}${remedy}`) },
  ];
}

function windowText({ window }: PassportLayer): string {
  if (window === null) return 'none';
  return window === 'unknown' ? window : windowInWords(window);
}

function factLine({ layer, facts }: PassportLayer, paint: Paint): string[] {
  if (facts.length === 0) return [];
  const list = facts.map(({ name, value }) => `${name} ${value}`).join(', ');
  return [paint('quiet', printable(`${layer}: ${list}`))];
}
