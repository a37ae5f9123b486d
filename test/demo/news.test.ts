import { describe, expect, it } from 'vitest';
import type { Transition } from '../../controller/status/schema.ts';
import { processesIn } from '../../examples/demo/breaks.ts';
import { keyOf, newRepairs, newTraces, repairTold, traceTold } from '../../examples/demo/news.ts';

describe('a trace of the demo', () => {
  const at = (second: number) => new Date(2026, 10, 30, 17, 31, second);

  it('is told in a line: when, of which service, what was asked, what it took, what stands behind', () => {
    const told = traceTold({
      Id: '1-6b0daf3b-ab18607101ce81fa58500188',
      StartTime: at(5),
      ResponseTime: 0.0412,
      EntryPoint: { Name: 'todo' },
      ServiceIds: [{ Name: 'todo' }, { Name: 'todo@sqlite' }, { Name: 'todo@sqlite' }],
      Http: { HttpMethod: 'POST', HttpURL: 'http://127.31.0.5:8000/', HttpStatus: 200 },
    });
    expect(told).toBe(
      '17:31:05  trace  todo  POST http://127.31.0.5:8000/ 200  41 ms, with todo@sqlite  1-6b0daf3b-ab18607101ce81fa58500188',
    );
  });

  it('is told once, when it is whole, the oldest first', () => {
    const traces = [
      { Id: 'late', StartTime: at(9) },
      { Id: 'early', StartTime: at(3) },
      { Id: 'told', StartTime: at(1) },
      { Id: 'on its way', StartTime: at(2), IsPartial: true },
    ];
    expect(newTraces(traces, new Set(['told'])).map(({ Id }) => Id)).toEqual(['early', 'late']);
  });
});

describe('what the controller puts right', () => {
  const drift: Transition = {
    at: new Date(2026, 10, 30, 17, 31, 5).toISOString(),
    resource: 'service/xray',
    why: 'Drifted',
    changes: [{ path: 'desiredCount', from: 0, to: 2 }],
    result: 'done',
    message: 'desiredCount',
  };

  it('is told with what it was and is', () => {
    expect(repairTold(drift)).toBe('17:31:05  drift  service/xray: desiredCount 0 -> 2; put right: done');
  });

  it('is told once, the oldest first, and nothing else of the history', () => {
    const earlier = { ...drift, at: '2026-11-30T00:00:00.000Z' };
    const missing: Transition = { ...drift, at: '2026-11-29T00:00:00.000Z', why: 'Missing' };
    const made: Transition = { ...drift, why: 'Created', resource: 'role/xray' };
    const history = [drift, made, earlier, missing];
    expect(newRepairs(history, new Set([keyOf(earlier)]))).toEqual([missing, drift]);
  });
});

it('the processes of the daemon are known by what the sandbox tells of them', () => {
  const said = [
    'Container xray of task a1 (service:xray) runs as process 101 at 127.159.0.4, reached at 127.31.0.4: node main.js',
    'Container xray of task b2 (service:xray) runs as process 102 at 127.159.0.5, reached at 127.31.0.5: node main.js',
    'Container todo of task c3 (family:todo) runs as process 103 at 127.159.0.6: sh',
    'Container xray of task a1 (service:xray) has ended with exit code 137.',
  ].join('\n');
  expect(processesIn(said)).toEqual([102]);
});
