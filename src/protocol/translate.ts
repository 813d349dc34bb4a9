/**
 * Translate: a sentence for a person, from its English and the values in it.
 *
 * A template is English with places, `{0} of {1} files`. A bundle gives the same template in another language; its places may
 * stand in any order. Always: pure; what a bundle does not know is said in English; a value is put in as it is and never read as a template.
 */

/** Says a template in the person's language, with its values put in. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** Templates in another language by their English, as `vscode.l10n.bundle` has them. */
export type Bundle = Readonly<Record<string, string>>;

/** The template with its values; a place without a value stays as it is. */
export function fill(template: string, values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (place, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? place : String(value);
  });
}

/** Translates by this bundle; without one, everything is said in English. */
export function translator(bundle?: Bundle): Translate {
  return (message, ...values) => {
    const known = bundle !== undefined && Object.hasOwn(bundle, message) ? bundle[message] : undefined;
    return fill(known ?? message, values);
  };
}

/** Everything is said in English. */
export const english: Translate = translator();
