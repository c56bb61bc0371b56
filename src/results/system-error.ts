const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the device reports an I/O error',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EEXIST: 'a part of the path is a file, not a directory',
};

/** A failed system call in words for the user, with the system's own code where there are none. */
export function explainSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return (code === undefined ? undefined : explanations[code]) ?? error.message;
}
