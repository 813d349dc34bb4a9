/** Types of setup.mjs, which stays plain JavaScript because it runs before Node 24 is there. */
export const root: string;
export const cache: string;
export function childEnvironment(nodeBinary?: string): NodeJS.ProcessEnv;
export function step<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result>;
export function run(
  command: string,
  args: readonly string[],
  options?: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; shell?: boolean },
): Promise<string>;
export function npm(args: readonly string[], cwd: string): Promise<string>;
export function giveUp(problem: unknown): never;
export function lastLines(text: string, count: number): string;
