/**
 * What a person is told when a session's log cannot be opened or written.
 *
 * The message is the cause followed by the remedy, each a sentence; the error that the machine gave stays as `origin`.
 */

/** Why memory could not do what was asked. `cause` and `remedy` are sentences for people; neither holds file contents. */
export class LogError extends Error {
  override readonly name = "LogError";
  override readonly cause: string;
  readonly remedy: string;
  /** The machine's own error, where there is one. */
  readonly origin: unknown;

  constructor(cause: string, remedy: string, origin?: unknown) {
    super(`${cause} ${remedy}`);
    this.cause = cause;
    this.remedy = remedy;
    this.origin = origin;
  }
}

/** Says a machine's error in words. `where` is the folder or file that was being used. A `LogError` comes back as it is. */
export function logError(error: unknown, where: string): LogError {
  if (error instanceof LogError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new LogError(
        "The session's log could not be written: the disk is full.",
        `Free some space for ${where}, then try again.`,
        error,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new LogError(
        `The session's log could not be used: no permission for ${where}.`,
        "Allow this user to read and write that folder, then try again.",
        error,
      );
    case "ENOENT":
      return new LogError(
        `The session's log is not there: ${where}.`,
        "If the folder was moved or removed, put it back; otherwise start a new task.",
        error,
      );
    case "EMFILE":
    case "ENFILE":
      return new LogError(
        "The session's log could not be opened: too many files are open.",
        "Close some windows, then try again.",
        error,
      );
    default: {
      const said = error instanceof Error ? error.message : String(error);
      return new LogError(
        `The session's log could not be used: ${said}.`,
        `Check the disk that holds ${where}, then open the session again.`,
        error,
      );
    }
  }
}
