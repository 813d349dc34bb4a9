/**
 * Kept: drawing only what changed, and only so much of it in one frame.
 *
 * Always: a frame draws no more than a few hunks anew, however many came; a kept part is drawn again exactly when one of its properties is another value than before.
 */
import { Component, type ComponentType, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The same part, passed by while its properties stay the same values. */
export function kept<P extends object>(Part: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P) {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]);
      return [...keys].some((key) => this.props[key as keyof P] !== next[key as keyof P]);
    }
    override render() {
      return <Part {...this.props} />;
    }
  };
}

// What may still be drawn anew before the next picture, over all lists of the page.
const partsPerFrame = 16;
let left = partsPerFrame;
const growing = new Set<() => void>();
let frame = 0;

function take(wanted: number): number {
  if (frame === 0) frame = requestAnimationFrame(grow);
  const taken = Math.min(wanted, left);
  left -= taken;
  return taken;
}

function grow() {
  left = partsPerFrame;
  for (const more of growing) {
    if (left === 0) break;
    growing.delete(more);
    more();
  }
  frame = growing.size > 0 ? requestAnimationFrame(grow) : 0;
}

/** How many of `total` parts to draw so far: a few in each frame, the first lists first. */
export function useGrowing(total: number): number {
  const [drawn, setDrawn] = useState(() => take(total));
  useEffect(() => {
    if (drawn >= total) return;
    const more = () => setDrawn(drawn + take(total - drawn));
    growing.add(more);
    if (frame === 0) frame = requestAnimationFrame(grow);
    return () => void growing.delete(more);
  }, [drawn, total]);
  return Math.min(drawn, total);
}
