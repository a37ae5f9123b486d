import { describe, expect, it, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { PLACES, stagedFiles } from '../../support/world/rollouts.ts';
import type { StagedFleet } from '../../support/world/rollouts.ts';

type Files = Readonly<Record<string, string>>;

function expansionOf(files: Files) {
  const { manifests, rollouts, unfit } = parseManifests(
    Object.entries(files).map(([file, text]) => ({ file, text })),
  );
  return expandManifests(manifests, [], { rollouts, unfit });
}

function staged(fleet: Partial<StagedFleet> = {}) {
  return expansionOf(stagedFiles(fleet)).staged?.[0];
}

function targetsOf(fleet: Partial<StagedFleet>) {
  return new Map(staged(fleet)!.members.map(({ environment, target }) => [environment, target]));
}

describe('the members of a definition', () => {
  it('are its Environments by name, each in the first stage that takes it', () => {
    expect(staged()!.members.map(({ environment, stage }) => [environment, stage])).toEqual([
      ['dev-a', 0],
      ['dev-b', 0],
      ['eu-a', 1],
      ['eu-b', 1],
      ['us-a', 2],
      ['us-b', 2],
    ]);
  });

  it('have no stage where none takes them', () => {
    const stages = [{ name: 'canary', environments: { matchLabels: { stage: 'dev' } } }];
    expect(staged({ stages })!.members.at(-1)).toMatchObject({ environment: 'us-b', stage: undefined });
  });

  it('are known of Environments where the definition is wrong, with why', () => {
    const overrides = [{ environments: { matchLabels: { name: 'us-b' } }, spec: { cpu: 257 } }];
    const members = staged({ spec: { overrides } })!.members;
    expect(members).toHaveLength(PLACES.length);
    expect(members.filter(({ unfit }) => unfit !== undefined)).toMatchObject([
      { environment: 'us-b', stage: 2, unfit: expect.stringMatching(/^daemons\.yaml:\d+: /) },
    ]);
  });

  it('is the one Environment of a definition that is of one', () => {
    const spec = { environments: undefined, environment: 'eu-a' } as never;
    expect(staged({ spec })!.members).toMatchObject([{ environment: 'eu-a', stage: 1 }]);
  });
});

test('all that is made for a staged daemon knows its target, and its digests do not change by that', () => {
  const withIt = expansionOf(stagedFiles());
  const without = expansionOf(stagedFiles({ spec: { rollout: undefined } as never }));
  const own = withIt.desired.filter(
    ({ manifest, management }) => manifest.kind === 'DaemonService' && management === 'managed',
  );
  expect(own.every(({ target }) => target !== undefined)).toBe(true);
  expect(withIt.desired.map(({ target: _target, ...one }) => one)).toEqual(without.desired);
});

describe('the digest of a definition', () => {
  const digestOf = (fleet: Partial<StagedFleet> = {}) => staged(fleet)!.digest;
  const rewritten = (change: (document: { metadata: object; spec: object }) => object) => {
    const files = stagedFiles();
    const document = parse(files['daemons.yaml']!) as { metadata: object; spec: object };
    return expansionOf({ ...files, 'daemons.yaml': stringify(change(document)) }).staged![0]!.digest;
  };

  it('is this one for ever, or an upgrade would begin everything anew', () => {
    expect(digestOf()).toBe('447bf8ffe9c3eb4d');
    expect(targetsOf({}).get('eu-a')!.expansion).toBe('b74a13bc031e2e02');
  });

  it('is another of another image, selector, override or label', () => {
    const all = [
      digestOf(),
      digestOf({ version: '2' }),
      digestOf({ spec: { environments: { matchLabels: { stage: 'prod' } } } }),
      digestOf({ spec: { overrides: [{ environments: {}, spec: { desiredCount: 2 } }] } }),
      digestOf({ spec: { labels: { team: 'a' } } }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test.each<[string, (document: { metadata: object; spec: object }) => object]>([
    [
      'the order of keys',
      ({ metadata, spec }) => ({
        spec: Object.fromEntries(Object.entries(spec).toReversed()),
        metadata,
        kind: 'DaemonService',
        apiVersion: 'stationkeeper.dev/v1',
      }),
    ],
    [
      'annotations',
      (one) => ({
        ...one,
        metadata: { ...one.metadata, annotations: { 'stationkeeper.dev/prune': 'disabled' } },
      }),
    ],
  ])('is the same whatever %s', (_what, change) => {
    expect(rewritten(change)).toBe(digestOf());
  });

  it('is the same whatever Rollout it goes through', () => {
    const files = stagedFiles({ spec: { rollout: 'other' } });
    const rollout = files['rollout.yaml']!.replace('name: fleet', 'name: other');
    expect(expansionOf({ ...files, 'rollout.yaml': rollout }).staged![0]!.digest).toBe(digestOf());
  });
});

describe('the digest of an expansion', () => {
  it('differs where an override or the Environment itself differs, and nowhere else', () => {
    const before = targetsOf({});
    const overridden = targetsOf({
      spec: { overrides: [{ environments: { matchLabels: { stage: 'dev' } }, spec: { desiredCount: 2 } }] },
    });
    const moved = targetsOf({
      places: PLACES.map((place) => (place.name === 'us-a' ? { ...place, assignPublicIp: false } : place)),
    });
    const differing = (after: typeof before) =>
      [...after].flatMap(([name, target]) =>
        target.expansion === before.get(name)!.expansion ? [] : [name],
      );
    expect(differing(overridden)).toEqual(['dev-a', 'dev-b']);
    expect(differing(moved)).toEqual(['us-a']);
    expect(new Set([...moved.values()].map(({ definition }) => definition))).toEqual(
      new Set([before.get('us-a')!.definition]),
    );
  });
});

describe('the mode of a definition', () => {
  const mode = (own: string | undefined, ofRollout: StagedFleet['mode']) => {
    const spec = own === undefined ? {} : { annotations: { 'stationkeeper.dev/rollout': own } };
    const { mode: found, modeSaidBy } = staged({
      spec,
      ...(ofRollout !== undefined && { mode: ofRollout }),
    })!;
    return [found, modeSaidBy];
  };
  test.each([
    [undefined, undefined, 'staged', undefined],
    ['paused', undefined, 'paused', 'DaemonService/xray'],
    [undefined, 'paused', 'paused', 'Rollout/fleet'],
    ['skip', undefined, 'skip', 'DaemonService/xray'],
    ['skip', 'paused', 'paused', 'Rollout/fleet'],
    ['staged', 'skip', 'skip', 'Rollout/fleet'],
  ] as const)('that says %s, of a Rollout that says %s, is %s', (own, ofRollout, expected, by) => {
    expect(mode(own, ofRollout)).toEqual([expected, by]);
  });
});

describe('a Rollout that cannot be gone by', () => {
  it('that is wrong leaves its definitions without a schedule, and says where', () => {
    const found = staged({ stages: [] })!;
    expect(found).toMatchObject({
      schedule: undefined,
      unscheduled: expect.stringMatching(/Rollout\/fleet at rollout\.yaml:\d+ is wrong itself/),
    });
    expect(found.members).toHaveLength(PLACES.length);
  });

  it('that is no YAML does the same', () => {
    const files = stagedFiles();
    const broken = files['rollout.yaml']!.replace('stages:', 'stages: [');
    const [found] = expansionOf({ ...files, 'rollout.yaml': broken }).staged ?? [];
    expect(found).toMatchObject({
      schedule: undefined,
      unscheduled: expect.stringContaining('Rollout/fleet'),
    });
  });
});
