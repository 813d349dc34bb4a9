export const inside: string[];
export const reviewModule: { platform: "neutral"; mangleProps: RegExp };
