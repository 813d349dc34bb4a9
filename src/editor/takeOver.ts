/**
 * Taking a session over from another window: asking for it here, and letting go of it there.
 *
 * Nothing is taken by force: the window that has the session stops its work and lets go, so that there is one writer at every moment.
 * One that does not answer keeps it, and is named. Always: a person said yes, here; what the other window had decided stays.
 */
import { l10n, window } from "vscode";
import type { Disposable, LogOutputChannel } from "vscode";
import { plainly, type Current } from "./current.ts";
import type { Rooms } from "./rooms.ts";

interface Parts {
  rooms: Rooms;
  current: Current;
  log: LogOutputChannel;
}

/** Asks the person, then the other window, and opens the session here when it is free. */
export async function takeOver({ rooms, current }: Parts): Promise<void> {
  const [session, folder] = [current.session(), current.folder()];
  if (session === null || folder === null || current.head().activity !== "readonly") return;
  const yes = l10n.t("Take Over");
  const chosen = await window.showWarningMessage(
    l10n.t("Take this session over from the other window?"),
    {
      modal: true,
      detail: l10n.t(
        "The other window stops what it is doing in it, and no longer shows it. Every hunk and decision is kept, and you go on here.",
      ),
    },
    yes,
  );
  if (chosen !== yes) return;
  try {
    const answer = await (await rooms.handovers()).ask(session.id);
    if (answer.kind === "free") return void (await current.resume(folder, session.id));
    void window.showErrorMessage(
      l10n.t(
        "The other window does not answer, and keeps the session. Close it; if it is gone already, end process {0} and open the review again.",
        answer.pid,
      ),
    );
  } catch (error) {
    const { text, remedy } = plainly(error);
    void window.showErrorMessage(`${text} ${remedy}`.trim());
  }
}

/** Lets go of this window's session when another one asks for it, and says so. */
export function watchAsked({ rooms, current, log }: Parts): Disposable {
  let end = (): void => {};

  async function listen(): Promise<void> {
    end();
    end = () => {};
    const session = current.session();
    if (session === null || current.head().activity === "readonly") return;
    const handovers = await rooms.handovers();
    if (current.session() !== session) return;
    end = handovers.whenAsked(session.id, () => {
      if (current.session() !== session) return;
      log.info(`session ${session.id}: another window took it over`);
      void current.close().then(() =>
        current.notice({
          kind: "info",
          text: l10n.t("Another window took this session over."),
          remedy: l10n.t("What was running here has been stopped; everything is kept. Go on there."),
          actions: [],
        }),
      );
    });
  }

  const listening = current.onDidSwitch(() => {
    listen().catch((error: unknown) => log.warn(String(error)));
  });
  return {
    dispose: () => {
      end();
      listening.dispose();
    },
  };
}
