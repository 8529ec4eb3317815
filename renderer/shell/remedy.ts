/** A part of a remedy: prose, or something that can be typed into a terminal as it is. */
export interface RemedyPart {
  readonly text: string;
  readonly command: boolean;
}

const programs = 'sudo|untorn|mkfs\\.ext4|mkfs\\.xfs|mount|mdadm|lvcreate|nvme|modprobe|apt-get|npm';
/** In quotes, or from the name of a program to the end of the clause. */
const commandForm = new RegExp(
  `"([^"]+)"|(?<=^|: |, or |with )((?:${programs}) (?!with )[^(,;]*[^(,;.\\s])`,
  'g',
);

/** The prose and the commands of a remedy, in their order; quotes around a command are left out. */
export function partsOfRemedy(text: string): readonly RemedyPart[] {
  const parts: RemedyPart[] = [];
  let end = 0;
  for (const found of text.matchAll(commandForm)) {
    if (found.index > end) parts.push({ text: text.slice(end, found.index), command: false });
    parts.push({ text: found[1] ?? found[2] ?? '', command: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), command: false });
  return parts;
}
