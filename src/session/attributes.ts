/**
 * Attributes in the person's folder: reading and writing a file's text, its mode, its path or a link by the same two words.
 *
 * Always: a value that is read is a body as the log keeps it; what is no file has no path, and is not executable.
 */
import {
  attributeBody,
  attributeOf,
  type Attribute,
  type AttributeKind,
  type Bodies,
  type Content,
  type Files,
  type FileWrite,
  type TextsChange,
  type UserFile,
} from "../protocol/index.ts";
import { fileAt, type FileState, type SessionState } from "../state/index.ts";

type Named = Pick<FileState, "path" | "attribute">;

/** What is needed of a desk here. */
interface Desk {
  parts: { files: Files };
  log: { bodies: Bodies };
  state: SessionState;
}

/** What the person has of this: the file's bytes, or the value's body. */
export async function readUser(files: Files, { path, attribute }: Named): Promise<UserFile> {
  if (attribute === "link") {
    const { target, refusal } = await files.link(path);
    return { bytes: target === null ? null : attributeBody({ kind: "link", target }), dirty: null, refusal };
  }
  const found = await files.read(path);
  if (attribute === null) return found;
  const { dirty, refusal } = found;
  if (attribute === "mode") {
    // A mode is changed beside the bytes: unsaved text does not matter.
    const executable = (await files.executable(path)) ?? false;
    return { bytes: attributeBody({ kind: "mode", executable }), dirty: null, refusal: dirty ? null : refusal };
  }
  const bytes = found.bytes === null ? null : attributeBody({ kind: "path", path });
  return { bytes, dirty: null, refusal: dirty ? unsavedFirst : refusal };
}

const unsavedFirst = {
  reason: "it has unsaved text, and a file is not renamed under it.",
  remedy: "Save or revert this file first.",
};

/** Brings the person's folder from `before` to `after`, if it still is as `before` says. `mode`: permission bits of a file that comes back. */
export async function writeUser(
  files: Files,
  { path, attribute }: Named,
  before: Uint8Array | null,
  after: Uint8Array | null,
  mode?: number,
): Promise<FileWrite> {
  if (attribute === null) return files.write(path, before, after, mode);
  const [from, to] = [valueOf(before, attribute), valueOf(after, attribute)];
  if (attribute === "link") return files.setLink(path, targetOf(from), targetOf(to));
  if (from === null || to === null) return { kind: "moved" };
  if (from.kind === "mode" && to.kind === "mode") return files.setExecutable(path, from.executable, to.executable);
  if (from.kind === "path" && to.kind === "path") return files.move(from.path, to.path);
  return { kind: "moved" };
}

/** Why this cannot be written, as far as that shows before the first write: a name that is taken. */
export async function immovable(
  files: Files,
  { attribute }: Named,
  before: Uint8Array | null,
  after: Uint8Array | null,
) {
  const [from, to] = [valueOf(before, "path"), valueOf(after, "path")];
  if (attribute !== "path" || from?.kind !== "path" || to?.kind !== "path") return null;
  return files.immovable(from.path, to.path);
}

/** The path after a rename; undefined where nothing is renamed. */
export function pathAfter(file: Named, after: Uint8Array | null): string | undefined {
  const value = file.attribute === "path" ? valueOf(after, "path") : null;
  return value?.kind === "path" && value.path !== file.path ? value.path : undefined;
}

/** Why no file can be given this path now, if so: what is to be decided there, or stands in the draft still, would be hidden by it. */
export function hiding({ state }: Pick<Desk, "state">, path: string): string | null {
  const other = fileAt(state, path);
  if (other?.revision.hunks.some((hunk) => !other.verdicts.has(hunk.id)))
    return `${path} has changes of its own to decide: decide those first.`;
  if (!other || other.revision.draft === null) return null;
  return `${path}: the agent still has another file there. Try again once its next turn has begun.`;
}

function targetOf(value: Attribute | null): string | null {
  return value?.kind === "link" ? value.target : null;
}

function valueOf(bytes: Uint8Array | null, kind: AttributeKind): Attribute | null {
  const value = bytes === null ? null : attributeOf(bytes);
  return value?.kind === kind ? value : null;
}

/** The value a content stands for. */
export async function valueIn(desk: Pick<Desk, "log">, content: Content): Promise<Attribute | null> {
  return content === null ? null : attributeOf(await desk.log.bodies.get(content));
}

export async function keepValue(desk: Pick<Desk, "log">, value: Attribute): Promise<Content> {
  return desk.log.bodies.put(attributeBody(value));
}

/** Where the draft is to have this file: under the proposed path, if there is one, else under the person's. */
export async function pathProposed(
  desk: Pick<Desk, "log" | "state">,
  path: string,
  proposed?: Content,
): Promise<string> {
  const rename = fileAt(desk.state, path, "path");
  const value = await valueIn(desk, proposed === undefined ? (rename?.revision.proposed ?? null) : proposed);
  return value?.kind === "path" ? value.path : path;
}

/**
 * What the person's folder holds of files that a decision was writing when its window went away. A rename that was written
 * already has taken the others' paths along.
 */
export async function contentsNow(
  desk: Desk,
  texts: readonly TextsChange[],
): Promise<{ content: Content; dirty: boolean }[]> {
  const { files } = desk.parts;
  const moved = new Map<string, string>();
  for (const { path, to } of texts) {
    if (to === undefined || (await files.read(path)).bytes !== null) continue;
    if ((await files.read(to)).bytes !== null) moved.set(path, to);
  }
  return Promise.all(
    texts.map(async ({ file, path, to, user }) => {
      if (to !== undefined && moved.has(path)) return { content: user.after, dirty: false };
      const attribute = desk.state.files.get(file)?.attribute ?? null;
      const { bytes, dirty } = await readUser(files, { path: moved.get(path) ?? path, attribute });
      return { content: bytes === null ? null : await desk.log.bodies.put(bytes), dirty: dirty !== null };
    }),
  );
}
