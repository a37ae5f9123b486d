import type {
  GetSamplingRulesCommandInput,
  GetSamplingRulesCommandOutput,
  GetSamplingStatisticSummariesCommandInput,
  GetSamplingStatisticSummariesCommandOutput,
  GetSamplingTargetsCommandInput,
  GetSamplingTargetsCommandOutput,
  SamplingRule,
  SamplingStatisticsDocument,
} from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { partitionOf } from '../partition.ts';
import { checkLength, invalidRequest } from './checks.ts';
import type { SamplingState } from './sampling-state.ts';

const DEFAULT = 'Default';
/** Traces a second, of all clients together, before the fixed rate applies. */
const RESERVOIR = 1;
const FIXED_RATE = 0.05;

/** Seconds between two reports, and milliseconds that a quota is good for (X-Ray developer guide, sampling with the API). */
const INTERVAL_SECONDS = 10;
const QUOTA_MS = 5 * 60_000;

/** A client that has missed a report is gone, or has nothing to sample. */
const RECENT_MS = 2 * INTERVAL_SECONDS * 1000;

const MAX_STATISTICS = 25;
const MAX_CLIENTS = 1000;
/** What is reported within the same minute is summed up. */
const WINDOW_MS = 60_000;

/** Nobody changes the rules here: all of them are as they were when X-Ray began. */
const NEVER_CHANGED = new Date(0);

/** Answers the one rule that every account has. Throws InvalidRequestException for a page that there is none of. */
export function getSamplingRules(
  { NextToken }: GetSamplingRulesCommandInput,
  { accountId, region }: CallContext,
): Answer<GetSamplingRulesCommandOutput> {
  refuseToken(NextToken);
  const SamplingRule: SamplingRule = {
    RuleName: DEFAULT,
    RuleARN: `arn:${partitionOf(region)}:xray:${region}:${accountId}:sampling-rule/${DEFAULT}`,
    ResourceARN: '*',
    Priority: 10_000,
    FixedRate: FIXED_RATE,
    ReservoirSize: RESERVOIR,
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    Version: 1,
    Attributes: {},
  };
  return { SamplingRuleRecords: [{ SamplingRule, CreatedAt: NEVER_CHANGED, ModifiedAt: NEVER_CHANGED }] };
}

/**
 * Takes reports of clients, and gives each its part of the reservoir by the requests that all of them had of late. Throws
 * InvalidRequestException.
 */
export function getSamplingTargets(
  input: GetSamplingTargetsCommandInput,
  { state: { xray }, world }: CallContext,
): Answer<GetSamplingTargetsCommandOutput> {
  const reports = input.SamplingStatisticsDocuments ?? [];
  if (reports.length > MAX_STATISTICS) {
    throw invalidRequest(`SamplingStatisticsDocuments has more than ${MAX_STATISTICS} members.`);
  }
  for (const report of reports) checkReport(report);
  // What clients compare with their own clock is told by that clock, whatever the sandbox's speed.
  const now = world.clientNow();
  const known = reports.filter(({ RuleName }) => RuleName === DEFAULT);
  for (const report of known) record(xray.sampling, report, now);
  const quotas = quotasOf(xray.sampling, now);
  return {
    SamplingTargetDocuments: known.map(({ RuleName, ClientID = '' }) => ({
      RuleName,
      FixedRate: FIXED_RATE,
      ReservoirQuota: quotas.get(ClientID) ?? 0,
      ReservoirQuotaTTL: new Date(now + QUOTA_MS),
      Interval: INTERVAL_SECONDS,
    })),
    LastRuleModification: NEVER_CHANGED,
    UnprocessedStatistics: reports
      .filter(({ RuleName }) => RuleName !== DEFAULT)
      .map(({ RuleName }) => ({ RuleName, ErrorCode: '400', Message: `There is no rule ${RuleName}.` })),
  };
}

/** Sums up what was reported in the latest minute with reports. Throws InvalidRequestException for a page that there is none of. */
export function getSamplingStatisticSummaries(
  { NextToken }: GetSamplingStatisticSummariesCommandInput,
  { state }: CallContext,
): Answer<GetSamplingStatisticSummariesCommandOutput> {
  refuseToken(NextToken);
  return {
    SamplingStatisticSummaries: [...state.xray.sampling.windows].map(([RuleName, window]) => ({
      RuleName,
      Timestamp: new Date(window.start),
      RequestCount: window.requests,
      BorrowCount: window.borrowed,
      SampledCount: window.sampled,
    })),
  };
}

function refuseToken(token: string | undefined): void {
  if (token !== undefined) throw invalidRequest('Invalid NextToken.');
}

/** Throws InvalidRequestException. */
function checkReport(report: SamplingStatisticsDocument): void {
  checkLength(report.RuleName, 'ruleName', { min: 1, max: 32 });
  checkLength(report.ClientID, 'clientID', { min: 24, max: 24 });
  for (const member of ['RequestCount', 'SampledCount', 'BorrowCount'] as const) {
    if ((report[member] ?? 0) < 0) throw invalidRequest(`${member} is less than 0.`);
  }
}

function record(
  { clients, windows }: SamplingState,
  {
    ClientID = '',
    RequestCount: requests = 0,
    SampledCount = 0,
    BorrowCount = 0,
  }: SamplingStatisticsDocument,
  now: number,
): void {
  clients.delete(ClientID);
  clients.set(ClientID, { reportedAt: now, requests });
  const [oldest] = clients.keys();
  if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
  const start = now - (now % WINDOW_MS);
  const window = windows.get(DEFAULT);
  const sofar = window?.start === start ? window : { requests: 0, sampled: 0, borrowed: 0 };
  windows.set(DEFAULT, {
    start,
    requests: sofar.requests + requests,
    sampled: sofar.sampled + SampledCount,
    borrowed: sofar.borrowed + BorrowCount,
  });
}

/**
 * Traces a second by client id. While all clients have no more requests together than the reservoir has room for, each may record its own;
 * beyond that the busiest has the reservoir, which is of one trace and cannot be shared.
 */
function quotasOf({ clients }: SamplingState, now: number): ReadonlyMap<string, number> {
  const recent = [...clients].filter(([, { reportedAt }]) => now - reportedAt < RECENT_MS);
  const requests = recent.reduce((sum, [, client]) => sum + client.requests, 0);
  if (requests <= RESERVOIR * INTERVAL_SECONDS) return new Map(recent.map(([id]) => [id, RESERVOIR]));
  const [busiest] = recent.toSorted(([, a], [, b]) => b.requests - a.requests);
  return new Map(busiest === undefined ? [] : [[busiest[0], RESERVOIR]]);
}
