/** Calls of what the platform brings along: work is counted by them, since time depends on what else the machine does. */

/** Tells each call of a method, by its first argument, while something runs. */
export function withCallsTold(owner: object, method: string, tell: (first: unknown) => void, run: () => void): void {
  const own = Object.getOwnPropertyDescriptor(owner, method)!;
  const value = new Proxy(own.value as (...all: unknown[]) => unknown, {
    apply(target, self, all: unknown[]) {
      tell(all[0]);
      return Reflect.apply(target, self, all);
    },
  });
  Object.defineProperty(owner, method, { ...own, value });
  try {
    run();
  } finally {
    Object.defineProperty(owner, method, own);
  }
}
