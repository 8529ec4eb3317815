import { judgeOptionList, sizeLike, wholeNumber, type AllowList } from './option-list.ts';

/**
 * Which arguments of mkfs.ext4(8) and mkfs.xfs(8) a plan may give. Everything is refused that names another file or
 * device (journal devices, undo files, configuration files), reads a directory in, scans the device, or changes how
 * the host answers errors.
 */
type OptionForm = RegExp | AllowList;

const features = /^(none|\^?[a-z0-9_]+)(,\^?[a-z0-9_]+)*$/;
const uuid = /^(clear|random|time|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/;
const label = /^[A-Za-z0-9 ._+-]{0,16}$/;

const ext4: Readonly<Record<string, OptionForm>> = {
  b: /^-?[0-9]{1,6}$/,
  C: sizeLike,
  G: wholeNumber,
  g: wholeNumber,
  i: wholeNumber,
  I: wholeNumber,
  N: sizeLike,
  m: /^[0-9]{1,2}(\.[0-9]+)?$/,
  e: /^(continue|remount-ro)$/,
  L: label,
  O: features,
  T: /^[a-z0-9]+(,[a-z0-9]+)*$/,
  U: uuid,
  J: { size: wholeNumber, location: sizeLike, fast_commit_size: wholeNumber },
  E: {
    assume_storage_prezeroed: /^[01]?$/,
    desc_size: wholeNumber,
    'desc-size': wholeNumber,
    discard: null,
    nodiscard: null,
    hash_seed: uuid,
    lazy_itable_init: /^[01]?$/,
    lazy_journal_init: /^[01]?$/,
    mmp_update_interval: wholeNumber,
    no_copy_xattrs: null,
    num_backup_sb: /^[012]$/,
    orphan_file_size: sizeLike,
    packed_meta_blocks: /^[01]?$/,
    quotatype: /^(usrquota|grpquota|prjquota)(:(usrquota|grpquota|prjquota))*$/,
    resize: sizeLike,
    root_owner: /^([0-9]{1,10}:[0-9]{1,10})?$/,
    stride: wholeNumber,
    stripe_width: wholeNumber,
    'stripe-width': wholeNumber,
    test_fs: null,
  },
};

const xfs: Readonly<Record<string, OptionForm>> = {
  b: { size: sizeLike },
  d: {
    agcount: wholeNumber,
    agsize: sizeLike,
    size: sizeLike,
    su: sizeLike,
    sw: wholeNumber,
    sunit: wholeNumber,
    swidth: wholeNumber,
    noalign: null,
    cowextsize: wholeNumber,
    extszinherit: wholeNumber,
    concurrency: wholeNumber,
  },
  i: {
    size: wholeNumber,
    maxpct: wholeNumber,
    align: /^[01]?$/,
    sparse: /^[01]?$/,
    nrext64: /^[01]?$/,
    exchange: /^[01]?$/,
  },
  l: {
    size: sizeLike,
    sunit: wholeNumber,
    su: sizeLike,
    agnum: wholeNumber,
    'lazy-count': /^[01]$/,
    concurrency: wholeNumber,
  },
  m: {
    crc: /^[01]?$/,
    finobt: /^[01]?$/,
    rmapbt: /^[01]?$/,
    reflink: /^[01]?$/,
    bigtime: /^[01]?$/,
    inobtcount: /^[01]?$/,
    uuid,
  },
  n: { size: sizeLike, ftype: /^[01]$/ },
  s: { size: sizeLike },
  L: /^[A-Za-z0-9._+-]{0,12}$/,
};

const forbiddenFeatures = new Set(['journal_dev']);

/** Says what is wrong with the arguments that a plan gives to mkfs, naming the place by its index, or null. */
export function judgeMkfsArguments(
  fs: 'ext4' | 'xfs',
  args: readonly string[],
): { index: number; why: string } | null {
  const options = fs === 'ext4' ? ext4 : xfs;
  for (let index = 0; index < args.length; index++) {
    const at = index;
    const spelled = /^-([A-Za-z])(.*)$/s.exec(args[index] ?? '');
    if (!spelled)
      return {
        index,
        why: `"${args[index]}" is not an option of mkfs.${fs} (files and devices cannot be named)`,
      };
    const [, letter = '', attached = ''] = spelled;
    if (letter === 'K') continue;
    const form = Object.hasOwn(options, letter) ? options[letter] : undefined;
    if (!form) return { index, why: `mkfs.${fs} -${letter} is not an option that plans may use` };
    const value = attached === '' ? args[++index] : attached;
    if (value === undefined) return { index: at, why: `mkfs.${fs} -${letter} needs a value` };
    const why = judgeValue(letter, value, form);
    if (why) return { index, why };
  }
  return null;
}

function judgeValue(letter: string, value: string, form: OptionForm): string | null {
  if (!(form instanceof RegExp)) return judgeOptionList(value, form);
  if (!form.test(value)) return `-${letter} does not take the value "${value}"`;
  if (form !== features) return null;
  const forbidden = value.split(',').find((feature) => forbiddenFeatures.has(feature));
  return forbidden ? `the feature "${forbidden}" names another device` : null;
}
