/**
 * The judge of `src/`: from its files to a sentence for everything that is not as it has to be.
 *
 * Pure: it is given paths and texts, so that a test can show it a made-up project.
 * Always: no sentence for a good project; every sentence names the file.
 */
import { posix } from "node:path";
import { importsOf, type Import } from "./imports.ts";
import { keptTo, loadedAtOnce, rooms, type Room } from "./rooms.ts";

/** Path from the project's folder, with `/`, and text. */
export type Sources = ReadonlyMap<string, string>;

const longest = 400;
const vague = /^(utils?|helpers?|managers?|services?|common|misc)$/i;

export function faultsOf(sources: Sources): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  return [
    ...[...sources].flatMap(([path, text]) => shapeFaults(path, text)),
    ...[...imports].flatMap(([path, found]) => found.flatMap((one) => importFaults(sources, path, one))),
    ...cycleFaults(imports),
  ];
}

function shapeFaults(path: string, text: string): string[] {
  const faults: string[] = [];
  if (!text.startsWith("/** ") && !text.startsWith("/**\n")) faults.push(`${path} does not open with a header`);
  const lines = text.split("\n").length - 1;
  if (lines > longest) faults.push(`${path} has ${lines} lines, more than ${longest}`);
  for (const name of path.split(/[/.]|(?<=[a-z])(?=[A-Z])|-/)) {
    if (vague.test(name)) faults.push(`${path} says “${name}”: name it for what it does`);
  }
  return faults;
}

function importFaults(sources: Sources, path: string, { target, typeOnly, dynamic }: Import): string[] {
  const from = roomOf(path);
  const room = Object.hasOwn(rooms, from) ? rooms[from as keyof typeof rooms] : null;
  if (room === null) return [`${path}: there is no room “${from}”`];
  if (target === null) return [`${path} imports something that is put together at run time`];
  if (!target.startsWith(".")) return outsideFaults(path, from, room, target);
  const file = posix.join(posix.dirname(path), target);
  if (!sources.has(file)) return [`${path} imports ${target}, which is no file of src/`];
  const to = roomOf(file);
  if (to === from) return [];
  if (!room.rooms.includes(to)) return [`${from} → ${to} in ${path}: import of ${target}`];
  const early = (from === "extension.ts" || from === "editor") && !typeOnly && !dynamic && !loadedAtOnce.includes(to);
  return early ? [`${path} loads ${to} at activation: import it as a type, or on first use`] : [];
}

function outsideFaults(path: string, from: string, room: Room, target: string): string[] {
  const kept = keptTo.find(({ modules }) => modules.some((name) => isOf(target, name)));
  if (kept && !path.startsWith(kept.below)) return [`${path} imports ${target}: ${kept.why}, in ${kept.below}`];
  if (target.startsWith("node:")) return room.node ? [] : [`${from} → Node in ${path}: import of ${target}`];
  const allowed = room.packages.some((name) =>
    name.includes("/") && !name.startsWith("@") ? target === name : isOf(target, name),
  );
  return allowed ? [] : [`${from} → ${target} in ${path}: no package of this room`];
}

function isOf(target: string, name: string): boolean {
  return target === name || target.startsWith(`${name}/`);
}

/** The folder below `src/`, or the file itself where it lies there. */
function roomOf(path: string): string {
  return path.split("/")[1]!;
}

/** Every group of files that import each other in a ring, types included. */
function cycleFaults(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (path: string): void => {
    const at = way.indexOf(path);
    if (at >= 0) faults.push(`import cycle: ${[...way.slice(at), path].join(" → ")}`);
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const { target, dynamic } of imports.get(path) ?? []) {
      const file = target?.startsWith(".") && !dynamic ? posix.join(posix.dirname(path), target) : null;
      if (file !== null && imports.has(file)) walk(file);
    }
    way.pop();
    done.add(path);
  };
  for (const path of imports.keys()) walk(path);
  return faults;
}
