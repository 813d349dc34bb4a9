/**
 * How the review core is built as a module of its own, by esbuild.
 *
 * Always: what is shortened is in no type of the module.
 */

/** Names of properties that only the module's parts use among themselves. */
export const inside = [
  ...[
    "aFrom",
    "aTo",
    "above",
    "advance",
    "ahead",
    "back",
    "bFrom",
    "below",
    "bTo",
    "chain",
    "count",
    "distinct",
    "goesOn",
  ],
  ...[
    "goOn",
    "hash",
    "isSure",
    "known",
    "latest",
    "lengthOf",
    "middle",
    "newOffset",
    "numbers",
    "offsets",
    "oldOffset",
  ],
  ...[
    "plain",
    "reach",
    "replaced",
    "sameNew",
    "sameOld",
    "slots",
    "stopped",
    "table",
    "units",
    "weak",
    "weight",
    "window",
  ],
  ...["words", "zero"],
];

export const reviewModule = { platform: "neutral", mangleProps: new RegExp(`^(${inside.join("|")})$`) };
