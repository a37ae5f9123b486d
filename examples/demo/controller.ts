import { setTimeout as pause } from 'node:timers/promises';
import type { Transition } from '../../controller/status/schema.ts';

/** The demo's controller, asked over HTTP as anybody may ask it. */
export interface Controller {
  readonly url: string;
  /** What happened to the daemon, newest first. */
  history(): Promise<readonly Transition[]>;
  /** Whether the application is known to reach the daemon. */
  isReached(): Promise<boolean>;
  /** Has it look now, and waits until it has: its interval begins anew. */
  look(): Promise<void>;
}

interface Answer {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly history?: readonly Transition[];
}

const DAEMON = '/status/DaemonService/xray-demo';

export function controllerAt(url: string, token: string): Controller {
  const ask = async <Body>(path: string): Promise<Body> => (await (await fetch(url + path)).json()) as Body;
  const passes = async (): Promise<number> =>
    (await ask<{ readonly pass: { readonly number: number } }>('/status')).pass.number;
  return {
    url,
    history: async () => (await ask<Answer>(DAEMON)).history ?? [],
    async isReached() {
      const { conditions = [] } = await ask<Answer>(DAEMON);
      return conditions.some(({ type, status }) => type === 'ConsumersReachable' && status === 'True');
    },
    async look() {
      const before = await passes();
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${url}/reconcile`, { method: 'POST', headers });
      while ((await passes()) === before) await pause(100);
    },
  };
}
