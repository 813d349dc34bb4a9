/** Measure: gives the style sheet a number, through the element's own style object: the page's policy allows no style in its text. */

/** Use as a `ref`, or on an element. */
export function measure(name: `--${string}`, value: number): (element: HTMLElement | null) => void {
  return (element) => element?.style.setProperty(name, String(value));
}
