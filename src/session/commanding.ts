/**
 * Commanding: what a turn's engine is given to run commands, and the record of each.
 *
 * Always: without a sandbox nothing is given, and the person is told so once, with the remedy; what ran is in the log with the answer that
 * allowed it, how it ended and all it wrote, before the engine hears of it.
 */
import type { Allowed, CommandLimits, CommandPlace, Commands } from "../protocol/index.ts";
import type { Desk } from "./desk.ts";

/** Unless the person has set other ones. */
export const commandLimits: CommandLimits = {
  time: 10 * 60_000,
  output: 64 * 1024 * 1024,
  memory: 4 * 1024 ** 3,
  processes: 512,
  whole: 4 * 1024 * 1024,
  head: 8_000,
  tail: 16_000,
};

export interface Commanding {
  /** For one turn; null where no command can run. */
  commands(): Promise<Commands | null>;
}

export function openCommanding(desk: Desk): Commanding {
  /** What was allowed until this window lets go of the session. */
  const allowed = new Set<string>();
  let place: { draft: string; entered: Promise<CommandPlace> } | null = null;

  const tell = (text: string): Promise<unknown> =>
    desk.inTurn(async () => {
      const told = desk.state.talk.some((item) => item.kind === "note" && item.text === text);
      if (!told) await desk.append({ kind: "note", text });
    });

  /** The draft made ready, once; where that fails it is tried again by the next command. */
  function entered(signal: AbortSignal): Promise<CommandPlace> {
    const draft = desk.draft!;
    if (place?.draft === draft.id) return place.entered;
    const mine = {
      draft: draft.id,
      entered: desk.parts.commands!.enter(draft, desk.parts.folder.path, signal).then(async (made) => {
        for (const note of made.notes) await tell(note);
        return made;
      }),
    };
    mine.entered.catch(() => {
      if (place === mine) place = null;
    });
    place = mine;
    return mine.entered;
  }

  return {
    async commands() {
      // The folders of tools may be other ones by now.
      place = null;
      const room = desk.parts.commands;
      // An agent that is a program of its own brings its own commands.
      if (!room || desk.state.connection.agent) return null;
      const found = await room.probe();
      if (found.kind === "none") {
        await tell(`The agent cannot run commands here. ${found.why} ${found.remedy}`);
        return null;
      }
      const { uri } = desk.parts.folder;
      const limits = { ...commandLimits, ...desk.parts.limits?.().command };
      return {
        limits,
        allowed: async (key): Promise<Exclude<Allowed, "once"> | null> =>
          allowed.has(key) ? "session" : (await room.approvals.has(uri, key)) ? "always" : null,
        async allow({ line, folder, key }, reach) {
          if (reach === "session") allowed.add(key);
          else await room.approvals.add({ workspace: uri, line, folder, key, at: Date.now() });
        },
        async run({ line, folder, key, allowed: by, seconds, masked }, signal) {
          const time = seconds === undefined ? limits.time : Math.min(limits.time, seconds * 1000);
          const here = await entered(signal);
          const ran = await here.run({ line, folder, key }, masked, { ...limits, time }, signal);
          await desk.inTurn(async () => {
            const output = await desk.log.bodies.put(ran.output.whole);
            const milliseconds = Math.round(ran.milliseconds);
            const { turn } = desk.state;
            const { bytes } = ran.output;
            await desk.append({
              kind: "ran",
              turn,
              line,
              folder,
              key,
              allowed: by,
              end: ran.end,
              milliseconds,
              bytes,
              output,
            });
          });
          return ran;
        },
      };
    },
  };
}
