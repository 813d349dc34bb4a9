/** What the linter asks of this project, beyond what the type checker does. */
import tseslint from "typescript-eslint";

const hostileText = "Text reaches the page as text: model output and file names are hostile.";

export default tseslint.config(
  { ignores: ["dist/", "out/", ".vscode-test/", "node_modules/", "src/demo/sample/", "test/scenario/", "**/*.d.mts"] },
  {
    // The core rules that find mistakes which neither the type checker nor the formatter would.
    rules: {
      // `== null` asks for null and undefined at once.
      eqeqeq: ["error", "always", { null: "ignore" }],
      ...Object.fromEntries(
        [
          "array-callback-return",
          "no-async-promise-executor",
          "no-case-declarations",
          "no-constant-binary-expression",
          "no-constant-condition",
          "no-control-regex",
          "no-debugger",
          "no-duplicate-case",
          "no-empty",
          "no-empty-character-class",
          "no-eval",
          "no-fallthrough",
          "no-implied-eval",
          "no-irregular-whitespace",
          "no-loss-of-precision",
          "no-misleading-character-class",
          "no-new-func",
          "no-self-assign",
          "no-self-compare",
          "no-sparse-arrays",
          "no-template-curly-in-string",
          "no-unreachable",
          "no-unsafe-finally",
          "no-unsafe-optional-chaining",
          "no-useless-catch",
          "no-useless-escape",
          "no-var",
          "prefer-const",
          "use-isnan",
        ].map((rule) => [rule, "error"]),
      ),
    },
  },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // An async function may answer a contract that is async without waiting for anything itself.
      "@typescript-eslint/require-await": "off",
    },
  },
  { files: ["src/**"], rules: { "no-console": "error" } },
  {
    files: ["src/webview/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: hostileText },
        { property: "outerHTML", message: hostileText },
        { property: "insertAdjacentHTML", message: hostileText },
        { object: "document", property: "write", message: hostileText },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: hostileText },
        {
          selector: "JSXAttribute[name.name='style']",
          message: "The page's content policy forbids inline styles: use a class.",
        },
        {
          selector: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
          message: hostileText,
        },
      ],
    },
  },
  {
    files: ["test/**"],
    rules: {
      // Tests read parsed JSON and wrong input on purpose.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
    },
  },
);
