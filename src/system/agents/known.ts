/**
 * Agents that are known by name: how they are started, and where they keep what they log in with.
 *
 * Data. Paths are below the person's home, names are of environment variables; nothing else of either reaches an agent.
 * To add one, add a row; one that is not here works by the setting `countersign.agents`.
 */

export interface KnownAgent {
  name: string;
  /** Commands with their arguments; the first that is found counts. */
  commands: readonly (readonly [string, ...string[]])[];
  /** Files it reads its login from. */
  credentials: readonly string[];
  /** Variables it reads its login from. */
  variables: readonly string[];
  /** What it is told by its environment: not to bring itself up to date, not to send more than it has to. */
  environment: Readonly<Record<string, string>>;
}

export const knownAgents: readonly KnownAgent[] = [
  {
    name: "Claude Code",
    commands: [["claude-agent-acp"], ["claude-code-acp"]],
    credentials: [".claude/.credentials.json"],
    variables: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_OAUTH_TOKEN"],
    environment: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      // The agent refuses some of its modes to root unless it is told that something holds it.
      IS_SANDBOX: "1",
    },
  },
  {
    name: "opencode",
    commands: [["opencode", "acp"]],
    credentials: [".local/share/opencode/auth.json", ".config/opencode/opencode.json"],
    variables: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GEMINI_API_KEY"],
    environment: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_SHARE: "1" },
  },
  {
    name: "Codex",
    commands: [["codex-acp"]],
    credentials: [".codex/auth.json", ".codex/config.toml"],
    variables: ["OPENAI_API_KEY", "CODEX_API_KEY"],
    environment: {},
  },
  {
    name: "Gemini CLI",
    commands: [["gemini", "--experimental-acp"]],
    credentials: [".gemini/oauth_creds.json", ".gemini/google_accounts.json"],
    variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    environment: {},
  },
];

/** What every agent is given of the person's environment: the way out of a company's network. */
export const networkVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
