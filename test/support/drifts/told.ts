import { expect } from 'vitest';

/** What is to be told of a drift of what `manifests/xray.yaml` made. */
export interface Told {
  /** `service/xray`: somebody meddles with this one, and it drifts. */
  readonly resource: string;
  readonly path: string;
  readonly desired: unknown;
  readonly actual: unknown;
}

export function endsIn(text: string): unknown {
  return expect.stringMatching(new RegExp(`${text}$`));
}
