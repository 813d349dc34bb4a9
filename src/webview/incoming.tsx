/**
 * Incoming: the edits that are still being written, at the foot of the list, plainly not yet something to decide.
 *
 * Always: its height is fixed and it stands below every hunk, so that nothing to decide moves while lines stream in; the
 * newest lines are shown, and a count says how many there are; nothing here can be accepted.
 */
import type { IncomingView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { Icon, Line, Path, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { numeral, t } from "./words.ts";

export const Arriving = kept(function Arriving({ items }: { items: readonly IncomingView[] }) {
  return (
    <section class="arriving" aria-label={t("Incoming edits")}>
      {items.map((item) => (
        <Incoming key={item.call} item={item} />
      ))}
    </section>
  );
});

const Incoming = kept(function Incoming({ item }: { item: IncomingView }) {
  const count = item.above + item.added.length;
  return (
    <div class="incoming" role="group" aria-label={t("Incoming: {0}", spelled(`${item.verb} ${item.path}`))}>
      <p class="incoming-head">
        <Icon name="loading" spins />
        <strong>{t("Incoming")}</strong>
        <span>
          <Text text={item.verb} />
        </span>
        {item.path !== "" && <Path path={item.path} />}
        {count > 0 && (
          <span class="quiet">{count === 1 ? t("1 line so far") : t("{0} lines so far", numeral(count))}</span>
        )}
      </p>
      <div class="incoming-lines">
        <table class="rows" aria-label={t("Newest lines")}>
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
    </div>
  );
});

const StreamedRow = kept(function StreamedRow({ kind, text }: { kind: "removed" | "added"; text: string }) {
  return (
    <tr class={`row ${kind}`}>
      <td class="sign" aria-label={kind === "added" ? t("added") : t("removed")}>
        {kind === "added" ? "+" : "−"}
      </td>
      <td class="code">
        <Line text={text} changed />
      </td>
    </tr>
  );
});
