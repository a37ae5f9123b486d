import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NO_INCIDENTS, withSighting } from '../../controller/notifications/incidents.ts';
import type { Change, Incidents } from '../../controller/notifications/incidents.ts';
import type { Problem } from '../../controller/notifications/problem.ts';
import { problemOf } from '../support/reports/troubled.ts';

interface Seen {
  readonly minute: number;
  readonly problems: readonly Problem[];
}

/** What is told, by minute: `2 opened a`. */
function told(sightings: readonly Seen[], { takesUpdates = true, isStart = false } = {}): readonly string[] {
  let incidents: Incidents = NO_INCIDENTS;
  return sightings.flatMap(({ minute, problems }) => {
    const seen = withSighting(incidents, { problems, now: minute * 60_000, isStart, takesUpdates });
    ({ incidents } = seen);
    return seen.changes.map(({ type, incident }) => `${minute} ${type} ${incident.subject}`);
  });
}

function lasting(from: number, to: number, ...problems: readonly Problem[]): readonly Seen[] {
  return Array.from({ length: to - from }, (_, index) => ({ minute: from + index, problems }));
}

const image = problemOf('image', ['xray']);
const NAMES = Array.from({ length: 13 }, (_, index) => `daemon-${index}`);

describe('an incident', () => {
  it.each<readonly [string, readonly Seen[], readonly string[]]>([
    ['is told once while it lasts', lasting(0, 30, image), ['0 opened image']],
    [
      'is told to be over once it has been over for two minutes',
      [...lasting(0, 5, image), ...lasting(5, 10)],
      ['0 opened image', '7 resolved image'],
    ],
    [
      'goes on where it is gone for a minute only',
      [...lasting(0, 5, image), ...lasting(5, 6), ...lasting(6, 20, image)],
      ['0 opened image'],
    ],
    [
      'that must settle is told when it has',
      lasting(0, 5, problemOf('unseen', ['xray'], { settleMs: 120_000 })),
      ['2 opened unseen'],
    ],
    [
      'that ends before it has settled is never told',
      [...lasting(0, 2, problemOf('unseen', ['xray'], { settleMs: 120_000 })), ...lasting(2, 30)],
      [],
    ],
    [
      'goes on under its subject where another cause is found',
      [...lasting(0, 3, image), ...lasting(3, 6, problemOf('crash', ['xray'], { reason: 'CrashLooping' }))],
      ['0 opened image', '3 updated image'],
    ],
    [
      'that concerns more objects is updated, at most once a minute',
      [
        { minute: 0, problems: [problemOf('denied', ['a'])] },
        { minute: 0.5, problems: [problemOf('denied', ['a', 'b'])] },
        { minute: 1, problems: [problemOf('denied', ['a', 'b', 'c'])] },
        { minute: 2, problems: [problemOf('denied', ['a', 'b', 'c'])] },
      ],
      ['0 opened denied', '1 updated denied'],
    ],
    [
      'that later trouble hides is neither over nor told again',
      [
        ...lasting(0, 3, problemOf('image', ['daemon-0'])),
        ...lasting(3, 20, problemOf('expired', NAMES)),
        ...lasting(20, 30, problemOf('image', ['daemon-0'])),
      ],
      ['0 opened image', '3 opened expired', '22 resolved expired'],
    ],
    [
      'that heals while later trouble hides it is over with that',
      [
        ...lasting(0, 3, problemOf('image', ['daemon-0'])),
        ...lasting(3, 10, problemOf('expired', NAMES)),
        ...lasting(10, 20),
      ],
      ['0 opened image', '3 opened expired', '12 resolved image', '12 resolved expired'],
    ],
  ])('%s', (_rule, sightings, expected) => {
    expect(told(sightings)).toEqual(expected);
  });

  it('that comes and goes is told ever more seldom', () => {
    const minutes = Array.from({ length: 240 }, (_, minute) => ({
      minute,
      problems: minute % 10 < 5 ? [image] : [],
    }));
    const changes = told(minutes);
    expect(changes).toEqual([
      '0 opened image',
      '7 resolved image',
      '10 opened image',
      '19 resolved image',
      '20 opened image',
    ]);
  });

  it.each<readonly [string, readonly Problem[], readonly string[]]>([
    ['one more object is no news', [problemOf('a', ['x', 'y', 'z'])], ['0 opened a']],
    ['twice as many objects are', [problemOf('a', ['w', 'x', 'y', 'z'])], ['0 opened a', '2 updated a']],
  ])('where nothing can be edited, %s', (_rule, problems, expected) => {
    const sightings = [
      { minute: 0, problems: [problemOf('a', ['x', 'y'])] },
      { minute: 2, problems },
    ];
    expect(told(sightings, { takesUpdates: false })).toEqual(expected);
  });

  it('where nothing can be edited, is told again when it turns critical', () => {
    const sightings = [
      { minute: 0, problems: [problemOf('a', ['x'], { severity: 'warning' })] },
      { minute: 2, problems: [problemOf('a', ['x'])] },
    ];
    expect(told(sightings, { takesUpdates: false })).toEqual(['0 opened a', '2 updated a']);
  });

  it('that a controller finds when it starts says so, and one that begins later does not', () => {
    const first = withSighting(NO_INCIDENTS, {
      problems: [image],
      now: 0,
      isStart: true,
      takesUpdates: true,
    });
    const second = withSighting(first.incidents, {
      problems: [image, problemOf('other', ['otel'])],
      now: 60_000,
      isStart: false,
      takesUpdates: true,
    });
    const found = [...first.changes, ...second.changes].map(({ incident }) => incident.foundAtStart);
    expect(found).toEqual([true, false]);
  });
});

test('whatever is seen, the changes of a subject begin with opened, and opened and resolved take turns', () => {
  const problem = fc
    .record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      names: fc.uniqueArray(fc.constantFrom('w', 'x', 'y', 'z'), { minLength: 1 }),
      settleMs: fc.constantFrom(0, 120_000),
    })
    .map(({ key, names, settleMs }) => problemOf(key, names, { settleMs }));
  const sighting = fc.record({
    problems: fc.uniqueArray(problem, { selector: ({ key }) => key, maxLength: 4 }),
    pause: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(sighting, { maxLength: 40 }), fc.boolean(), (sightings, takesUpdates) => {
      let incidents: Incidents = NO_INCIDENTS;
      let now = 0;
      const last = new Map<string, Change['type']>();
      for (const { problems, pause } of sightings) {
        now += pause * 1000;
        const seen = withSighting(incidents, { problems, now, isStart: false, takesUpdates });
        ({ incidents } = seen);
        const subjects = incidents.open.map(({ subject }) => subject);
        expect(new Set(subjects).size).toBe(subjects.length);
        for (const { type, incident } of seen.changes) {
          const before = last.get(incident.subject);
          const isOpen = before === 'opened' || before === 'updated';
          expect(isOpen).toBe(type !== 'opened');
          last.set(incident.subject, type);
        }
      }
    }),
    { numRuns: 500 },
  );
});
