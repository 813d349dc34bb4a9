/**
 * Incoming: an edit that is still being written, at its place, plainly not yet something to decide.
 *
 * Always: what was left out above says how much it is; nothing here can be accepted.
 */
import type { IncomingView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { Icon, Line, Path, Text } from "./text.tsx";
import { spelled } from "./visible.ts";

export const Incoming = kept(function Incoming({ item, inFile }: { item: IncomingView; inFile: boolean }) {
  return (
    <div class="incoming" role="group" aria-label={`Incoming: ${spelled(item.verb)} ${spelled(item.path)}`}>
      <p class="incoming-head">
        <Icon name="loading" spins />
        <strong>Incoming</strong>
        <span>
          <Text text={item.verb} />
        </span>
        {!inFile && item.path !== "" && <Path path={item.path} />}
      </p>
      {item.above > 0 && <p class="quiet above">{item.above.toLocaleString("en")} more lines above</p>}
      <table class="rows" aria-label="Lines so far">
        <colgroup>
          <col class="sign-column" />
          <col />
        </colgroup>
        <tbody>
          {item.removed.map((text, index) => (
            <StreamedRow key={`-${index}`} kind="removed" text={text} />
          ))}
          {item.added.map((text, index) => (
            <StreamedRow key={`+${index}`} kind="added" text={text} />
          ))}
        </tbody>
      </table>
    </div>
  );
});

const StreamedRow = kept(function StreamedRow({ kind, text }: { kind: "removed" | "added"; text: string }) {
  return (
    <tr class={`row ${kind}`}>
      <td class="sign" aria-label={kind}>
        {kind === "added" ? "+" : "−"}
      </td>
      <td class="code">
        <Line text={text} changed />
      </td>
    </tr>
  );
});
