import { beforeAll, describe, expect, it, vi } from 'vitest';
import { lackOf, startApplication } from '../support/applications/applications.ts';
import { XRAY_MANIFEST, startDaemons } from '../support/applications/daemons.ts';
import type { Daemons } from '../support/applications/daemons.ts';
import { LACK_OF_TRACES, awsCli } from '../support/applications/traces.ts';
import type { AwsCli } from '../support/applications/traces.ts';
import { startUntraced } from '../support/applications/untraced.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 120_000, interval: 200 };

describe(
  'what an application outside of tasks sends to the daemon by its name',
  skippedFor(LACK_OF_TRACES),
  () => {
    let daemons: Daemons;
    let aws: AwsCli;
    let DOWNSTREAM_URL = '';

    beforeAll(async () => {
      daemons = await startDaemons(XRAY_MANIFEST, '127.81');
      aws = awsCli(daemons.sandboxUrl);
      const untraced = await startUntraced();
      DOWNSTREAM_URL = untraced.url;
      return () => untraced.close();
    });

    /** How often somebody has asked X-Ray for sampling rules. */
    async function rulesFetched(): Promise<number> {
      const response = await fetch(`${daemons.sandboxUrl}/_sandbox/requests`);
      const { counts } = (await response.json()) as { readonly counts: Readonly<Record<string, number>> };
      return counts['xray:GetSamplingRules'] ?? 0;
    }

    describe.each(['django', 'express'] as const)('%s', (name) => {
      const service = `todo-${name}`;

      it(
        'is a trace with what it called, and a service with an edge to each',
        skippedFor(lackOf(name)),
        async () => {
          const application = await startApplication(name, daemons.dns, { DOWNSTREAM_URL });
          const trace = await application.press();
          await vi.waitFor(async () => {
            const summaries = await aws.summaries(`service("${service}") { ok }`);
            expect(summaries.get(trace)?.toSorted()).toEqual(['127.0.0.1', service, `${service}@sqlite`]);
          }, PATIENCE);
          expect(await aws.graph()).toContainEqual({
            name: service,
            type: null,
            calls: ['127.0.0.1 remote', `${service}@sqlite Database::SQL`],
          });
        },
      );

      it.each([
        ['AWS_XRAY_TRACE_NAME', { AWS_XRAY_TRACE_NAME: 'shop' }, 'shop'],
        [
          "the SDK's own variable before that",
          { AWS_XRAY_TRACE_NAME: 'shop', AWS_XRAY_TRACING_NAME: 'store' },
          'store',
        ],
      ])('has its service renamed by %s', skippedFor(lackOf(name)), async (_by, variables, renamed) => {
        const application = await startApplication(name, daemons.dns, { DOWNSTREAM_URL, ...variables });
        const trace = await application.press();
        await vi.waitFor(async () => {
          const summaries = await aws.summaries(`service("${renamed}")`);
          expect(summaries.get(trace)).toContain(renamed);
          expect(summaries.get(trace)).not.toContain(service);
        }, PATIENCE);
      });

      it(
        'is chosen by the sampling rules that the daemon fetches, where sampling is on',
        skippedFor(lackOf(name)),
        async () => {
          const before = await rulesFetched();
          const application = await startApplication(name, daemons.dns, {
            DOWNSTREAM_URL,
            XRAY_SAMPLING: 'on',
          });
          await vi.waitFor(async () => {
            await application.press();
            expect(await rulesFetched()).toBeGreaterThan(before);
          }, PATIENCE);
        },
      );
    });

    it(
      'is one trace over both where one calls the other',
      skippedFor(lackOf('django') ?? lackOf('express')),
      async () => {
        const called = await startApplication('express', daemons.dns, { AWS_XRAY_TRACE_NAME: 'stock' });
        const calling = await startApplication('django', daemons.dns, {
          AWS_XRAY_TRACE_NAME: 'counter',
          DOWNSTREAM_URL: `${called.url}/items`,
        });
        const trace = await calling.press();
        await vi.waitFor(async () => {
          const summaries = await aws.summaries('edge("counter", "stock")');
          expect([...summaries.keys()]).toEqual([trace]);
        }, PATIENCE);
        expect(await aws.graph()).toContainEqual({
          name: 'counter',
          type: null,
          calls: ['stock', 'todo-django@sqlite Database::SQL'],
        });
      },
    );
  },
);
