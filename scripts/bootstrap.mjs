/**
 * The first file that runs: from a fresh clone with Node 20 or later and npm to a running command.
 *
 * It fetches Node 24 where the running Node is older, installs the packages when the lock file asks for others, and hands
 * on to the script named by the first argument. Node built-ins only, in syntax that Node 18 reads.
 * Always: everything after the hand-over runs under Node 24 or later, with that Node first on PATH.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cache, childEnvironment, giveUp, npm, root, run, step } from "./setup.mjs";

const oldest = 20;
const wanted = 24;
const nodeVersion = "24.21.0";

const scripts = {
  start: "scripts/start.ts",
  test: "scripts/test.ts",
  bench: "scripts/bench.ts",
  proof: "scripts/proof.ts",
  build: "esbuild.mjs",
  format: "scripts/format.ts",
  package: "scripts/package.ts",
  notices: "scripts/notices.ts",
  pictures: "scripts/pictures.ts",
  l10n: "scripts/l10n.ts",
};

const running = Number(process.versions.node.split(".")[0]);
const [name, ...rest] = process.argv.slice(2);

if (running < oldest) {
  console.error(
    `Countersign needs Node ${oldest} or later to start, and this is Node ${process.versions.node}: install a newer one from nodejs.org.`,
  );
  process.exit(1);
}
if (!Object.hasOwn(scripts, name || "")) {
  console.error(`Usage: node scripts/bootstrap.mjs ${Object.keys(scripts).join("|")} [arguments]`);
  process.exit(1);
}

endWithTheFirst();
try {
  if (running < wanted) {
    handOver(await fetchedNode(), [join(root, "scripts/bootstrap.mjs"), name, ...rest]);
  } else {
    await installedPackages();
    Object.assign(process.env, childEnvironment());
    process.chdir(root);
    process.argv = [process.argv[0], join(root, scripts[name]), ...rest];
    await import(pathToFileURL(process.argv[1]).href);
  }
} catch (problem) {
  giveUp(problem);
}

/** Node 24 in the cache folder, fetched from npm when it is not there or does not run. */
async function fetchedNode() {
  const folder = join(cache, `node-${nodeVersion}`);
  const system = process.platform === "win32" ? "win" : process.platform;
  const binary = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  // The package "node" only chooses one of these in an install script, which npm may not run: ask for it directly.
  const packages = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
  if (system !== "darwin" || process.arch !== "arm64") packages.pop();
  else packages.shift();
  packages.push("node");

  const found = await firstThatRuns(packages.map((each) => join(folder, "node_modules", each, binary)));
  if (found) return found;
  return step(`Fetching Node ${nodeVersion} from npm (this is ${process.versions.node})`, async () => {
    let failure;
    for (const each of packages) {
      const partial = `${folder}.partial-${process.pid}`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
      const scriptsToo = each === "node" ? [] : ["--ignore-scripts"];
      try {
        await npm(["install", `${each}@${nodeVersion}`, "--no-save", ...scriptsToo], partial);
        if (!(await firstThatRuns([join(partial, "node_modules", each, binary)]))) {
          throw new Error(
            `The Node ${nodeVersion} that npm has for ${system} ${process.arch} does not run here: install Node ${wanted} yourself.`,
          );
        }
        rmSync(folder, { recursive: true, force: true });
        renameSync(partial, folder);
        return join(folder, "node_modules", each, binary);
      } catch (problem) {
        failure = failure || problem;
        rmSync(partial, { recursive: true, force: true });
      }
    }
    throw failure;
  });
}

async function firstThatRuns(binaries) {
  for (const binary of binaries) {
    if (!existsSync(binary)) continue;
    const answer = await run(binary, ["--version"]).catch(() => "");
    if (answer.trim() === `v${nodeVersion}`) return binary;
  }
  return undefined;
}

/** Runs `npm ci` when what is installed is not what the lock file says. */
async function installedPackages() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const stamp = join(root, "node_modules", ".countersign-lock");
  const hash = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  if (!installedAre(JSON.parse(lock.toString("utf8")))) {
    await step("Installing packages (npm ci)", () => npm(["ci", "--include=dev"], root));
  }
  writeFileSync(stamp, hash);
}

/** True when npm's own record of what it installed agrees with the lock file. */
function installedAre(lock) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (path === "") return true;
    const there = installed[path];
    return there ? there.version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

/** Goes on in another Node process, passes signals to it and ends as it ends. */
function handOver(binary, args) {
  const child = spawn(binary, args, {
    cwd: root,
    env: childEnvironment(binary),
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // The terminal already sends Ctrl+C to the whole group: stay until the child has cleaned up.
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  }
  child.on("error", giveUp);
  child.on("close", (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code));
}

/** What started this process ends it, also when that was killed. */
function endWithTheFirst() {
  if (process.channel) {
    process.on("disconnect", () => process.exit(1));
    process.channel.unref();
  } else if (process.env.npm_lifecycle_event && process.platform !== "win32") {
    // npm passes SIGTERM to the shell between us and itself, and that shell ends without passing it on.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
  }
}
