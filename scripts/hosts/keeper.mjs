/**
 * Keeps one program alive exactly as long as the process that asked for it.
 *
 * Runs as the leader of a process group of its own, starts the program inside that group, and ends the whole group when its
 * standard input ends: that happens on stop, and also when the asking process dies without a word.
 */
import { spawn } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });

child.on("error", (problem) => {
  console.error(problem.message);
  process.exit(1);
});
child.on("exit", endGroup);
process.stdin.on("end", end).on("error", end).resume();
// Ctrl+C in a terminal does not reach this group; the asking process decides when to stop.
process.on("SIGINT", () => {});

/** Asks the program to end, and ends the group when it has, or after two seconds. */
function end() {
  child.kill("SIGTERM");
  setTimeout(endGroup, 2000);
}

function endGroup() {
  if (process.platform === "win32") spawn("taskkill", ["/T", "/F", "/PID", String(process.pid)], { stdio: "ignore" });
  else process.kill(-process.pid, "SIGKILL");
}
