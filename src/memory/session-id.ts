/**
 * Session ids: 26 characters of [0-9a-z], of which the first 10 tell the time of creation and the other 16 are random.
 *
 * Always: ids made by one process sort by the order in which they were made, also when the clock goes backwards; an id that
 * did not pass `isSessionId` never becomes part of a path.
 */
import { randomBytes } from "node:crypto";
import type { SessionId } from "../protocol/index.ts";

// 32 digits in ascending order, without those that are mistaken for others (i, l, o, u).
const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const shape = /^[0-9a-z]{26}$/;
let last = 0;

/** A new id. 50 bits of milliseconds, 80 random bits. */
export function newSessionId(): SessionId {
  last = Math.max(Date.now(), last + 1);
  let id = "";
  for (let rest = last, n = 0; n < 10; n += 1, rest = Math.floor(rest / 32)) id = digits.charAt(rest % 32) + id;
  for (const byte of randomBytes(16)) id += digits.charAt(byte % 32);
  return id;
}

/** Whether a value has the shape of an id: nothing else may touch a path. */
export function isSessionId(value: unknown): value is SessionId {
  return typeof value === "string" && value.length === 26 && shape.test(value);
}
