/** Names of the errors that a step of a plan can end with (errno(3), as Linux spells them; EOPNOTSUPP, never ENOTSUP). */
export const errnoNames = [
  'EPERM',
  'ENOENT',
  'EINTR',
  'EIO',
  'ENXIO',
  'EBADF',
  'EAGAIN',
  'ENOMEM',
  'EACCES',
  'EFAULT',
  'EBUSY',
  'EEXIST',
  'EXDEV',
  'ENODEV',
  'ENOTDIR',
  'EISDIR',
  'EINVAL',
  'EMFILE',
  'ETXTBSY',
  'EFBIG',
  'ENOSPC',
  'EROFS',
  'EMLINK',
  'ENAMETOOLONG',
  'ENOTEMPTY',
  'ELOOP',
  'EOVERFLOW',
  'EOPNOTSUPP',
  'EDQUOT',
  'ENODATA',
  'ENOTTY',
  'ENOSYS',
  'ESTALE',
  'E2BIG',
  'ENFILE',
  'ESPIPE',
  'ERANGE',
  'ENOTBLK',
  'EREMOTEIO',
  'ETIMEDOUT',
  'EBADMSG',
  'ENOBUFS',
  'EMEDIUMTYPE',
  'ENOMEDIUM',
  'EFSCORRUPTED',
] as const;

export type ErrnoName = (typeof errnoNames)[number];

/** What the mirrored kernel answers in place of a result; caught where a step ends, or where the kernel itself retries. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly errno: ErrnoName;
  constructor(errno: ErrnoName, why: string) {
    super(`${errno}: ${why}`);
    this.errno = errno;
  }
}

/** The mirror does not model this; the prediction ends with exit code 3 rather than with a wrong answer. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';
}

/** The mirrored kernel goes down in the middle of a call (BUG()): no result, and nothing after it. */
export class KernelCrash extends Error {
  override readonly name = 'KernelCrash';
}
