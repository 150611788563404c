import { UserError } from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in circles',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'it or its folder is not there',
  ENOSPC: 'no space is left',
  ENOTDIR: 'part of its path is a file',
  EPERM: 'this user may not',
  EROFS: 'the disk is read only',
  ERR_FS_EISDIR: 'it is a folder',
};

const fileCalls = new Set(['open', 'mkdir', 'write', 'fsync', 'rename', 'unlink', 'rm']);

/** An error of the file system as the user error FILE_UNUSABLE, which names the file; any other as it is. Pure. */
export function asFileError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', syscall = '', path } = error as NodeJS.ErrnoException;
  const reason = reasons[code];
  if (reason === undefined || !fileCalls.has(syscall)) return error;
  return new UserError('FILE_UNUSABLE', `The file cannot be written or read: ${reason}.`, path);
}
