/**
 * What a long session is about: a project of tables, and a script of 30 turns of 10 steps that goes through it.
 *
 * Pure.
 * Always: no line is changed twice and none is added twice, so that a line says which decision put it where it stands.
 */
export const allTurns = 30;
export const stepsPerTurn = 10;
/** Turns in which the service summarises, counted from 0. */
export const summariesIn = [2, 12, 22];
export const goal = "Go through the tables.";
export const key = "sk-ant-demo-0123456789abcdefghij";

export const files = 40;
const linesPerFile = 120;

/** Each turn reads two files, changes five lines that no other turn changes, searches, makes a file, and says so. */
export function scenario(minutes: number): object {
  const before = Math.round((minutes * 60_000) / (allTurns * stepsPerTurn));
  const call = (name: string, input: object): object => ({ type: "tool_use", name, input });
  const say = (text: string): object => ({ type: "text", text });
  let edits = 0;
  const edit = (): object => {
    const [file, line] = [edits % files, 10 + 12 * Math.floor(edits / files) + (edits % 7)];
    edits++;
    return call("edit", {
      file_path: pathOf(file),
      old_string: lineOf(file, line),
      new_string: `${lineOf(file, line).replace(";", ` + ${edits};`)} // changed`,
    });
  };
  const all = Array.from({ length: allTurns }, (_, turn) => {
    const read = (of: number): object => call("read", { file_path: pathOf((turn * 2 + of) % files) });
    const made = call("write", {
      file_path: `made/part-${turn}.js`,
      content: `// Part ${turn}.\nexport const part${turn} = ${turn};\n`,
    });
    const summary = { type: "compaction", text: `Parts up to ${turn} are done. `.repeat(40) };
    return [
      [say(`I look at part ${turn}.`), read(0)],
      [...(summariesIn.includes(turn) ? [summary] : []), edit()],
      [edit()],
      [call("grep", { pattern: `f${turn}_line1\\d ` })],
      [say("These two belong together."), edit()],
      [made],
      [edit()],
      [read(1)],
      [edit()],
      [say(`Part ${turn} is done: five lines changed, one file made.`)],
    ];
  });
  return {
    about: "A long task.",
    pace: { charsPerSecond: 1_000_000, chunk: 40, before },
    turns: all.map((steps) => ({ steps: steps.map((blocks) => ({ blocks })) })),
  };
}

export function pathOf(file: number): string {
  return `src/table-${file}.js`;
}

function lineOf(file: number, line: number): string {
  return `export const f${file}_line${line} = ${file * 1_000 + line};`;
}

export function textOf(file: number): string {
  return Array.from({ length: linesPerFile }, (_, line) => `${lineOf(file, line)}\n`).join("");
}
