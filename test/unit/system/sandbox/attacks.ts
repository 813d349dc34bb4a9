/**
 * Ways out of a sandbox, as data: each is a command that prints “ESCAPED” where it gets what it must not have.
 *
 * Each is played plainly too, where it has to succeed: an attack that cannot succeed anywhere proves nothing. Where the plain user
 * has no right to it either, it says so.
 */
import { dirname, join } from "node:path";
import type { Stage } from "./stage.ts";

/** What an attack has to know of where it is played. */
export type Around = Pick<Stage, "tree" | "home" | "draft" | "outside" | "port" | "abstract">;

export interface Attack {
  name: string;
  /** The class of the attack, of those the project is held against. */
  id: string;
  argv(stage: Around): readonly [string, ...string[]];
  /** A file that it would leave outside: there, it has escaped, whatever it says. */
  plants?(stage: Around): string;
  /** It cannot be played plainly: it would need rights, or change the machine. */
  alwaysHeld?: true;
}

const shell = (script: (stage: Around) => string) => (stage: Stage) => ["/bin/sh", "-c", script(stage)] as const;
const script = (text: (stage: Around) => string) => (stage: Stage) => ["node", "-e", text(stage)] as const;
/** Says so if the file has anything to read. */
const reads = (path: string): string =>
  `if [ -n "$(cat ${path} 2>/dev/null | tr -d '\\0')" ]; then echo ESCAPED; cat ${path}; fi`;
const connects = (where: string): string =>
  `require("net").connect(${where}).on("connect", () => { console.log("ESCAPED"); process.exit() }).on("error", (e) => { console.log(e.code); process.exit() })`;

export const attacks: readonly Attack[] = [
  { id: "A30", name: "reads a key in the home folder", argv: shell(({ home }) => reads(`${home}/.ssh/id`)) },
  { id: "A30", name: "lists the home folder", argv: shell(({ home }) => `ls ${home}/.ssh && echo ESCAPED`) },
  { id: "A30", name: "reads the person's folder", argv: shell(({ tree }) => reads(`${tree}/secret.txt`)) },
  { id: "A30", name: "reads the person's folder on the way up", argv: shell(() => reads("../../../tree/secret.txt")) },
  {
    id: "A30",
    name: "reads the person's folder through a link of its own",
    argv: shell(({ tree }) => `ln -sfn ${tree} out; ${reads("out/secret.txt")}; rm -f out`),
  },
  {
    id: "A30",
    name: "reads the person's folder through the first process",
    argv: shell(
      ({ tree }) =>
        `for p in /proc/[0-9]*; do [ -e $p/root${tree}/secret.txt ] && echo ESCAPED; done; cat /proc/1/root${tree}/secret.txt`,
    ),
  },
  {
    id: "A30",
    name: "writes into the person's folder",
    argv: shell(({ tree }) => `echo x > ${tree}/planted && echo ESCAPED; rm -f ${tree}/planted`),
  },
  {
    id: "A30",
    name: "writes a hook into the person's repository",
    argv: shell(({ tree }) => `echo x > ${tree}/.git/hook && echo ESCAPED; rm -f ${tree}/.git/hook`),
  },
  {
    id: "A30",
    name: "writes outside the draft",
    argv: shell(({ outside }) => `echo x > ${outside}/planted && echo ESCAPED; rm -f ${outside}/planted`),
  },
  {
    id: "A30",
    name: "writes beside the draft",
    argv: shell(() => "echo x > ../planted"),
    plants: ({ draft }) => join(dirname(draft), "planted"),
  },
  {
    id: "A30",
    name: "writes where a link of its own leads",
    argv: shell(({ outside }) => `ln -sfn ${outside} away; echo x > away/planted; rm -f away`),
    plants: ({ outside }) => join(outside, "planted"),
  },
  {
    id: "A30",
    name: "replaces the draft's own folder",
    argv: shell(() => "mv ../one ../two && echo ESCAPED && mv ../two ../one"),
  },
  {
    id: "A30",
    name: "makes a hard link to a file outside",
    argv: shell(({ outside }) => `ln ${outside}/file linked && echo ESCAPED; rm -f linked`),
  },
  {
    id: "A30",
    name: "changes a program of the system",
    alwaysHeld: true,
    argv: shell(
      () =>
        "touch /usr/bin/env /bin/sh && echo ESCAPED; echo x > /usr/planted && echo ESCAPED; echo x > /etc/passwd && echo ESCAPED",
    ),
  },
  {
    id: "A30",
    name: "writes a setting of the kernel",
    alwaysHeld: true,
    // What is written is what was read: where it succeeds, nothing changes.
    argv: shell(
      () =>
        'for f in kernel/core_pattern vm/swappiness kernel/hostname; do v=$(cat /proc/sys/$f); printf %s "$v" > /proc/sys/$f && echo ESCAPED $f; done',
    ),
  },
  {
    id: "A30",
    name: "mounts something",
    alwaysHeld: true,
    argv: shell(
      () =>
        "mkdir -p m; mount -t tmpfs none m && echo ESCAPED; mount -o remount,rw /usr && echo ESCAPED; umount /proc && echo ESCAPED",
    ),
  },
  {
    id: "A30",
    name: "makes a device",
    alwaysHeld: true,
    argv: shell(() => "mknod disk b 8 0 && echo ESCAPED; mknod $TMPDIR/memory c 1 1 && echo ESCAPED"),
  },
  { id: "A30", name: "makes a namespace of its own", argv: shell(() => "unshare --user true && echo ESCAPED") },
  {
    id: "A30",
    name: "sees the processes outside",
    argv: shell(() => `[ $(ls -d /proc/[0-9]* | wc -l) -gt 9 ] && echo ESCAPED`),
  },
  {
    id: "A30",
    name: "signals the process that started it",
    argv: (() => {
      const pid = process.pid;
      return () => ["/bin/sh", "-c", `kill -0 ${pid} && echo ESCAPED`] as const;
    })(),
  },
  {
    id: "A31",
    name: "connects to a server of this machine",
    argv: script(({ port }) => connects(`${port}, "127.0.0.1"`)),
  },
  {
    id: "A31",
    name: "connects to an abstract socket",
    argv: script(({ abstract }) => connects(JSON.stringify({ path: abstract }))),
  },
  {
    id: "A31",
    name: "connects to a socket that is a file",
    argv: script(({ outside }) => connects(JSON.stringify(`${outside}/socket`))),
  },
  {
    id: "A31",
    name: "connects to a socket in the person's folder",
    argv: script(({ tree }) => connects(JSON.stringify(`${tree}/socket`))),
  },
  {
    id: "A31",
    name: "has an interface to the network",
    alwaysHeld: true,
    argv: script(
      () =>
        'if (Object.values(require("os").networkInterfaces()).flat().some((i) => !i.internal)) console.log("ESCAPED")',
    ),
  },
  {
    id: "A31",
    name: "asks for a name",
    alwaysHeld: true,
    argv: script(
      () => 'require("dns").resolve("localhost", (e) => { if (!e) console.log("ESCAPED"); process.exit() })',
    ),
  },
  {
    id: "A31",
    name: "finds the system's sockets",
    argv: shell(() => "ls -d /run/* /var/run/* /sys/* && echo ESCAPED"),
  },
  { id: "A34", name: "reads our environment", argv: shell(() => `env | grep SECRET_KEY && echo ESCAPED`) },
  {
    id: "A34",
    name: "reads the environment of a process above it",
    argv: shell(
      () =>
        `for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -q '^SECRET_KEY=' && echo ESCAPED; done; true`,
    ),
  },
  {
    id: "A34",
    name: "reads an open file of ours",
    alwaysHeld: true,
    argv: script(
      () =>
        'const fs = require("fs"); for (let n = 3; n < 256; n++) try { const b = Buffer.alloc(99); if (fs.fstatSync(n).isFile() && fs.readSync(n, b, 0, 99, 0)) console.log("ESCAPED", String(b)) } catch {}',
    ),
  },
  {
    id: "A34",
    name: "reads what other programs left in the temporary folder",
    argv: shell(({ outside }) => `ls ${outside} && echo ESCAPED`),
  },
];
