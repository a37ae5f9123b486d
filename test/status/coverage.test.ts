import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import type { Coverage, Gap, KnownCoverage } from '../../controller/core/resource.ts';
import { metricsOf } from '../support/reports/metrics.ts';
import { StatusReport } from '../../controller/status/schema.ts';
import { statusDetail } from '../../controller/status/table.ts';
import { keepStep } from '../support/plans/steps.ts';
import { onlyObject, reportOf } from '../support/reports/reports.ts';

const SINCE = '2026-11-30T11:00:00.000Z';
const GAP: Gap = {
  host: 'h1',
  ec2InstanceId: 'i-0abc',
  zone: 'eu-west-1a',
  since: Date.parse(SINCE),
  isLasting: true,
  cause: 'PortTaken',
  message: 'host port 80/tcp is taken\nby another',
};

function covered(over: Partial<KnownCoverage> = {}): KnownCoverage {
  return {
    eligible: 5,
    running: 3,
    placing: 1,
    missing: 1,
    notEligible: 2,
    undecided: 0,
    gaps: [GAP],
    ...over,
  };
}

function reportWith(coverage: Coverage) {
  const workload = { desired: 5, running: 3, pending: 1, coverage };
  return reportOf({ steps: [keepStep({ workload })] });
}

function toldOf(coverage: Coverage) {
  return onlyObject(reportWith(coverage)).coverage;
}

describe('the coverage of a daemon in the report', () => {
  it('has the numbers, and each gap with its instance, zone, since when, cause and what to do', () => {
    expect(toldOf(covered())).toEqual({
      eligible: 5,
      running: 3,
      placing: 1,
      missing: 1,
      notEligible: 2,
      undecided: 0,
      gaps: [
        {
          instance: 'h1',
          ec2InstanceId: 'i-0abc',
          zone: 'eu-west-1a',
          since: SINCE,
          cause: 'PortTaken',
          message: GAP.message,
        },
      ],
    });
  });

  it.each([
    [50, 50, undefined],
    [53, 50, 3],
  ])('of %i gaps lists %i, and says how many more there are', (count, listed, more) => {
    const gaps = Array.from({ length: count }, (_, nth) => ({ ...GAP, host: `h${nth}` }));
    const told = toldOf(covered({ missing: count, gaps }));
    expect(told).toMatchObject({ missing: count, gaps: expect.objectContaining({ length: listed }) });
    expect((told as { readonly moreGaps?: number }).moreGaps).toBe(more);
  });

  it.each([[covered()], [{ unknown: 'may not be read' }]])('is as its schema has it: %j', (coverage) => {
    expect(Compile(StatusReport).Check(reportWith(coverage))).toBe(true);
  });
});

describe('the coverage of a daemon on a terminal', () => {
  it('is a line of numbers, and a table of the hosts without it', () => {
    const text = statusDetail(onlyObject(reportWith(covered())), { colour: false });
    expect(text).toMatch(/^Hosts: +3 of 5 run it, 1 starting, 1 lacks it, 2 not eligible$/m);
    expect(text).toMatch(
      /^Hosts without it:\n {2}INSTANCE +EC2 +ZONE +SINCE +CAUSE +WHY\n {2}h1 +i-0abc +eu-west-1a +2026-11-30T11:00:00\.000Z +PortTaken +host port 80\/tcp is taken by another$/m,
    );
  });

  it('tells how many more there are than stand there', () => {
    const gaps = Array.from({ length: 51 }, (_, nth) => ({ ...GAP, host: `h${nth}` }));
    const object = onlyObject(reportWith(covered({ missing: 51, gaps })));
    expect(statusDetail(object, { colour: false })).toMatch(/^ {2}and 1 more$/m);
  });

  it('has no table where all have it, and says why it is unknown', () => {
    const whole = onlyObject(reportWith(covered({ running: 5, placing: 0, missing: 0, gaps: [] })));
    expect(statusDetail(whole, { colour: false })).not.toContain('Hosts without it');
    const unknown = onlyObject(reportWith({ unknown: 'may not be read' }));
    expect(statusDetail(unknown, { colour: false })).toMatch(/^Hosts: +unknown: may not be read$/m);
  });
});

describe('the metric of coverage', () => {
  async function statesOf(coverage: Coverage | undefined): Promise<readonly string[]> {
    const metrics = metricsOf();
    metrics.recordReport(coverage === undefined ? reportOf() : reportWith(coverage));
    const name = 'stationkeeper_daemon_coverage{environment="default",name="xray",';
    return (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => line.slice(name.length));
  }

  it('has a series for each state', async () => {
    expect(await statesOf(covered())).toEqual([
      'state="eligible"} 5',
      'state="running"} 3',
      'state="placing"} 1',
      'state="missing"} 1',
      'state="not-eligible"} 2',
      'state="undecided"} 0',
      'state="unknown"} 0',
    ]);
  });

  it('has no numbers where they are unknown, and nothing of other services', async () => {
    expect(await statesOf({ unknown: 'may not be read' })).toEqual(['state="unknown"} 1']);
    expect(await statesOf(undefined)).toEqual([]);
  });
});
