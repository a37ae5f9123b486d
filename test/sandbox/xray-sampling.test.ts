import { describe, expect, it } from 'vitest';
import { START, xraySandbox } from '../support/sandbox/xray.ts';

const Timestamp = new Date(START * 1000);

const report = (client: string, RequestCount: number, more: object = {}) => ({
  RuleName: 'Default',
  ClientID: client.repeat(24).slice(0, 24),
  Timestamp,
  RequestCount,
  SampledCount: 1,
  BorrowCount: 1,
  ...more,
});

describe('sampling', () => {
  it('has the one rule that every account has: one request a second, and 5 percent of the others', async () => {
    const never = new Date(0);
    expect(await xraySandbox().call('GetSamplingRules', {})).toEqual({
      SamplingRuleRecords: [
        {
          SamplingRule: {
            RuleName: 'Default',
            RuleARN: 'arn:aws:xray:us-east-1:385605022855:sampling-rule/Default',
            ResourceARN: '*',
            Priority: 10_000,
            FixedRate: 0.05,
            ReservoirSize: 1,
            ServiceName: '*',
            ServiceType: '*',
            Host: '*',
            HTTPMethod: '*',
            URLPath: '*',
            Version: 1,
            Attributes: {},
          },
          CreatedAt: never,
          ModifiedAt: never,
        },
      ],
    });
  });

  it('gives a client the reservoir for five minutes', async () => {
    const xray = xraySandbox();
    const targets = await xray.call('GetSamplingTargets', {
      SamplingStatisticsDocuments: [report('a', 110)],
    });
    expect(targets).toEqual({
      SamplingTargetDocuments: [
        {
          RuleName: 'Default',
          FixedRate: 0.05,
          ReservoirQuota: 1,
          ReservoirQuotaTTL: new Date((START + 300) * 1000),
          Interval: 10,
        },
      ],
      LastRuleModification: new Date(0),
      UnprocessedStatistics: [],
    });
  });

  it('gives each its own while there is room for all their requests, and beyond that the busiest alone', async () => {
    const xray = xraySandbox();
    const quotas = async (...SamplingStatisticsDocuments: ReturnType<typeof report>[]) =>
      (await xray.call('GetSamplingTargets', { SamplingStatisticsDocuments })).SamplingTargetDocuments?.map(
        ({ ReservoirQuota }) => ReservoirQuota,
      );
    expect(await quotas(report('a', 3), report('b', 7))).toEqual([1, 1]);
    expect(await quotas(report('a', 4), report('b', 7))).toEqual([0, 1]);
    expect(await quotas(report('a', 50))).toEqual([1]);
    expect(await quotas(report('b', 100))).toEqual([1]);
    xray.advance(20_000 - 1);
    expect(await quotas(report('a', 50))).toEqual([0]);
    xray.advance(1);
    expect(await quotas(report('a', 50))).toEqual([1]);
  });

  it('tells which reports are of no rule, and takes the others', async () => {
    const xray = xraySandbox();
    const SamplingStatisticsDocuments = [report('a', 1, { RuleName: 'gone' }), report('a', 1)];
    expect(await xray.call('GetSamplingTargets', { SamplingStatisticsDocuments })).toMatchObject({
      SamplingTargetDocuments: [{ RuleName: 'Default' }],
      UnprocessedStatistics: [{ RuleName: 'gone', ErrorCode: '400' }],
    });
  });

  it('sums up what clients reported in the latest minute with reports', async () => {
    const xray = xraySandbox();
    const send = (...SamplingStatisticsDocuments: ReturnType<typeof report>[]) =>
      xray.call('GetSamplingTargets', { SamplingStatisticsDocuments });
    const summaries = async () =>
      (await xray.call('GetSamplingStatisticSummaries', {})).SamplingStatisticSummaries;
    expect(await summaries()).toEqual([]);
    await send(report('a', 10), report('b', 5));
    xray.advance(59_000);
    await send(report('a', 7, { BorrowCount: undefined }));
    const summary = { RuleName: 'Default', RequestCount: 22, BorrowCount: 2, SampledCount: 3 };
    expect(await summaries()).toEqual([{ ...summary, Timestamp }]);
    xray.advance(1000);
    await send(report('a', 2));
    expect(await summaries()).toMatchObject([
      { RequestCount: 2, SampledCount: 1, Timestamp: new Date((START + 60) * 1000) },
    ]);
  });

  it('is reported to what is so now, also while reads lag', async () => {
    const xray = xraySandbox();
    xray.sandbox.control.inject({ operation: 'xray:*', times: 'always', effect: 'lag', ms: 10_000 });
    await xray.call('GetSamplingRules', {});
    await xray.call('GetSamplingTargets', { SamplingStatisticsDocuments: [report('a', 3)] });
    xray.advance(1000);
    await xray.call('GetSamplingRules', {});
    xray.advance(10_000);
    expect(await xray.call('GetSamplingStatisticSummaries', {})).toMatchObject({
      SamplingStatisticSummaries: [{ RequestCount: 3 }],
    });
  });

  it('knows a thousand clients, those that reported last', async () => {
    const xray = xraySandbox();
    for (let batch = 0; batch < 41; batch += 1) {
      const SamplingStatisticsDocuments = Array.from({ length: 25 }, (_, index) => ({
        ...report('a', 1),
        ClientID: String(batch * 25 + index).padStart(24, '0'),
      }));
      await xray.call('GetSamplingTargets', { SamplingStatisticsDocuments });
    }
    const [place] = xray.sandbox.places.regions.values();
    expect(place?.xray.sampling.clients.size).toBe(1000);
  });

  it.each<readonly [what: string, documents: readonly object[]]>([
    ['26 reports', Array.from({ length: 26 }, () => report('a', 1))],
    ['a client id of 23 characters', [report('a', 1, { ClientID: 'a'.repeat(23) })]],
    ['a rule name of 33 characters', [report('a', 1, { RuleName: 'r'.repeat(33) })]],
    ['fewer than no requests', [report('a', -1)]],
  ])('refuses %s', async (_what, documents) => {
    const SamplingStatisticsDocuments = documents as ReturnType<typeof report>[];
    expect(await xraySandbox().refusal('GetSamplingTargets', { SamplingStatisticsDocuments })).toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('has no second page', async () => {
    const xray = xraySandbox();
    const invalid = { name: 'InvalidRequestException', message: 'Invalid NextToken.' };
    expect(await xray.refusal('GetSamplingRules', { NextToken: 'x' })).toMatchObject(invalid);
    expect(await xray.refusal('GetSamplingStatisticSummaries', { NextToken: 'x' })).toMatchObject(invalid);
  });
});
