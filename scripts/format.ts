/** `npm run format`: writes every file as prettier would have it; arguments choose files. */
import { giveUp, root, run, step } from "./setup.mjs";

const chosen = process.argv.slice(2);
await step("Formatting", () =>
  run(process.execPath, [
    `${root}/node_modules/prettier/bin/prettier.cjs`,
    "--write",
    "--log-level=warn",
    ...(chosen.length > 0 ? chosen : ["."]),
  ]).then(() => undefined),
).catch(giveUp);
