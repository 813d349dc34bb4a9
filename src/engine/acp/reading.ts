/**
 * Reading what an agent sent: values of an unknown shape, looked at one property at a time.
 *
 * Pure. An agent is another's program: a property counts only where it is the value's own and of the kind that is expected.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one where it is none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function own(value: unknown, name: string): unknown {
  const fields = fieldsOf(value);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A text of it, "" where there is none. */
export function textIn(value: unknown, name: string): string {
  const found = own(value, name);
  return typeof found === "string" ? found.toWellFormed() : "";
}

/** A list of it, empty where there is none. */
export function listIn(value: unknown, name: string): readonly unknown[] {
  const found = own(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** A whole number from 0 of it; 0 where there is none. */
export function countIn(value: unknown, name: string): number {
  const found = own(value, name);
  return typeof found === "number" && Number.isSafeInteger(found) && found > 0 ? found : 0;
}

/** A number that is not below 0 and can be counted with; 0 for anything else. */
export function amountIn(value: unknown, name: string): number {
  const found = own(value, name);
  return typeof found === "number" && found > 0 && found <= 1e9 ? found : 0;
}

/** One line for people: no breaks, not too long. */
export function oneLine(text: string, most = 200): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most).toWellFormed()}…`;
}
