/**
 * Task: the box in which a task is written, over the review, with room for as many lines as it takes.
 *
 * Always: leaving it loses nothing; the host keeps what was written until a session has begun with it.
 */
import { useContext, useEffect, useRef } from "preact/hooks";
import type { TaskView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import type { Desk } from "./desk.ts";
import { kept } from "./kept.tsx";
import { writtenOf } from "./store.ts";
import { Icon, Text } from "./text.tsx";
import { t } from "./words.ts";

export const TaskBox = kept(function TaskBox({ task }: { task: TaskView }) {
  const desk = useContext(DeskContext);
  const box = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.showModal();
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  const ready = task.text.trim() !== "";
  return (
    <dialog
      class="help task"
      ref={box}
      aria-labelledby="task-title"
      onCancel={(event) => {
        event.preventDefault();
        desk.task("leave");
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) desk.task("start");
          else field.current?.focus();
        }}
      >
        <h2 id="task-title">
          <Text text={t("New Task in {0}", task.folder)} />
        </h2>
        <textarea
          ref={field}
          id="task"
          rows={8}
          value={task.text}
          aria-labelledby="task-title"
          aria-describedby="task-what"
          placeholder={t("What is to be done? For example: make the totals exact, and test it")}
          onPaste={(event) => pasteImages(event, desk)}
          onInput={({ currentTarget }) => desk.task("keep", { ...writtenOf(task), text: currentTarget.value })}
        />
        {task.along.length > 0 && <Along task={task} />}
        {task.problem && (
          <p class="task-problem" role="alert">
            <Text text={task.problem} />
          </p>
        )}
        <p class="quiet" id="task-what">
          <Text text={whatHappens(task)} />
        </p>
        <div class="task-row">
          <span class="buttons">
            <button type="button" onClick={() => desk.task("files")}>
              <Icon name="add" />
              {t("Add Files…")}
            </button>
            <button type="button" title={t("Who works on it")} onClick={() => desk.task("agent")}>
              {t("Choose Agent…")}
            </button>
          </span>
          <span class="buttons">
            <button type="button" title={t("What you wrote is kept (Esc)")} onClick={() => desk.task("leave")}>
              {t("Later")}
            </button>
            <button class="primary" type="submit" disabled={!ready} title={t("Start (Ctrl+Enter)")}>
              <Icon name="play" />
              {t("Start")}
            </button>
          </span>
        </div>
      </form>
    </dialog>
  );
});

/** Bytes above which an image is not even read: the host would refuse it. */
const mostRead = 20_000_000;

/** Images on the clipboard go along with the task; a text is pasted as ever. */
function pasteImages(event: ClipboardEvent, desk: Desk): void {
  const images = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
  if (images.length === 0) return;
  event.preventDefault();
  for (const image of images) {
    const reader = new FileReader();
    // A data address: what stands before the comma says the type, which the host finds out for itself.
    const give = (): void =>
      desk.paste(image.name, (typeof reader.result === "string" ? reader.result : "").replace(/^[^,]*,/, ""));
    if (image.size > mostRead) desk.paste(image.name, "");
    else {
      reader.addEventListener("load", give);
      reader.readAsDataURL(image);
    }
  }
}

/** The selection, the files and what was pasted, each of which can be left out. */
function Along({ task }: { task: TaskView }) {
  const desk = useContext(DeskContext);
  return (
    <fieldset class="along">
      <legend>{t("Goes along")}</legend>
      {task.along.map(({ id, name, size, with: along }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={along}
            onChange={({ currentTarget: { checked } }) => {
              const { text, without } = writtenOf(task);
              desk.task("keep", { text, without: checked ? without.filter((each) => each !== id) : [...without, id] });
            }}
          />
          <span>
            <Text text={name} />
          </span>
          {size && <span class="quiet">{size}</span>}
        </label>
      ))}
    </fieldset>
  );
}

function whatHappens({ folder, size, connection }: TaskView): string {
  const copied =
    size === ""
      ? t("Works on a private copy of “{0}” (counting its files…).", folder)
      : t("Works on a private copy of “{0}” ({1}).", folder, size);
  return `${copied} ${t("Goes to {0}. Nothing reaches your files before you accept it.", connection)}`;
}
