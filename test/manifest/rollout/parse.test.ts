import { describe, expect, it, test } from 'vitest';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { stagedFiles } from '../../support/world/rollouts.ts';
import type { StagedFleet } from '../../support/world/rollouts.ts';

/** What is told of a fleet whose files are these, `errors` or `warnings`, as `file path: message`. */
function told(
  kind: 'errors' | 'warnings',
  fleet: Partial<StagedFleet>,
  more: Readonly<Record<string, string>> = {},
) {
  const files = Object.entries({ ...stagedFiles(fleet), ...more }).map(([file, text]) => ({ file, text }));
  return parseManifests(files)[kind].map(({ file, path, message }) => `${file} ${path}: ${message}`);
}

const CANARY = { name: 'canary', environments: { matchLabels: { stage: 'dev' } } };
const REST = { name: 'rest' };

test('the schedule of the contract is valid, and nothing is said against it', () => {
  const stages = [
    CANARY,
    { name: 'eu', environments: { matchLabels: { region: 'eu-west-1' } }, maxConcurrent: '25%', soak: '15m' },
    { name: 'rest', maxConcurrent: 10, maxFailures: 2, soak: '30m', approval: 'required' },
  ];
  const windows = [
    { days: ['Mon', 'Tue', 'Wed', 'Thu'], from: '08:00', to: '16:00', timeZone: 'Europe/Berlin' },
    { days: ['Fri'], from: '22:00', to: '04:00', timeZone: 'UTC' },
    { days: ['Sat'], from: '00:00', to: '24:00', timeZone: 'America/New_York' },
  ];
  const fleet = { stages, rollout: { progressDeadline: '30m', windows } };
  expect(told('errors', fleet)).toEqual([]);
  expect(told('warnings', fleet)).toEqual([]);
});

describe('a Rollout that is wrong is told of where it stands', () => {
  const window = { days: ['Mon'], from: '08:00', to: '16:00', timeZone: 'UTC' };
  test.each<[string, Partial<StagedFleet>, RegExp]>([
    ['has no stages', { stages: [] }, /spec\.stages: .*at least 1/],
    [
      'lets nobody be under way',
      { stages: [{ ...REST, maxConcurrent: 0 }] },
      /maxConcurrent: must be at least 1, not/,
    ],
    [
      'lets less than nobody be under way',
      { stages: [{ ...REST, maxConcurrent: -1 }] },
      /maxConcurrent: must be at least 1, not/,
    ],
    [
      'lets none of a hundred be under way',
      { stages: [{ ...REST, maxConcurrent: '0%' }] },
      /maxConcurrent: must be a whole number from 1, or a part from 1% to 100%, not "\d+%"$/,
    ],
    [
      'lets more than all be under way',
      { stages: [{ ...REST, maxConcurrent: '101%' }] },
      /maxConcurrent: must be a whole number from 1, or a part from 1% to 100%, not "\d+%"$/,
    ],
    ['lets fewer than none fail', { stages: [{ ...REST, maxFailures: -1 }] }, /maxFailures/],
    [
      'soaks for no duration',
      { stages: [{ ...REST, soak: 'a while' }] },
      /soak: "a while" must be a duration such as/,
    ],
    [
      'has two stages of one name',
      { stages: [{ ...CANARY, name: 'rest' }, REST] },
      /stages\[1\]\.name: another stage is called rest already/,
    ],
    [
      'has a stage behind one that takes all',
      { stages: [REST, CANARY] },
      /stages\[1\]: no Environment reaches it: stage rest before it/,
    ],
    [
      'has a stage that matches nothing',
      { stages: [{ name: 'none', environments: { matchLabels: { stage: 'lab' } } }, REST] },
      /stages\[0\]\.environments: no Environment reaches stage none: it matches none of the 6/,
    ],
    [
      'has a stage whose Environments are taken before',
      { stages: [CANARY, { name: 'again', environments: { matchLabels: { stage: 'dev' } } }, REST] },
      /stages\[1\]\.environments: no Environment reaches stage again: what it matches \(dev-a, dev-b\) is taken/,
    ],
    [
      'selects by a label that no Environment has',
      { stages: [{ name: 'canary', environments: { matchLabels: { stag: 'dev' } } }, REST] },
      /stages\[0\]\.environments\.matchLabels\.stag: no Environment has the label "stag"; did you mean "stage"\?/,
    ],
    [
      'approves what is no digest',
      { rollout: { approved: { xray: 'yes' } } },
      /approved\.xray: "yes" must be the digest of a definition/,
    ],
    [
      'has a window that never opens',
      { rollout: { windows: [{ ...window, to: '08:00' }] } },
      /windows\[0\]\.to: the window never opens/,
    ],
    [
      'has a window on no day',
      { rollout: { windows: [{ ...window, days: [] }] } },
      /windows\[0\]\.days: .*at least 1/,
    ],
    [
      'has a window at no time of day',
      { rollout: { windows: [{ ...window, from: '8' }] } },
      /windows\[0\]\.from: "8" must be a time of day/,
    ],
    [
      'has a window nowhere',
      { rollout: { windows: [{ ...window, timeZone: 'Europe/Berln' }] } },
      /timeZone: "Europe\/Berln" is no time zone of the IANA database; did you mean "Europe\/Berlin"\?/,
    ],
    [
      'soaks for longer than a week',
      { stages: [{ ...REST, soak: '999999999h' }] },
      /stages\[0\]\.soak: 999999999h is longer than a week/,
    ],
    [
      'has a deadline that nobody meets',
      { rollout: { progressDeadline: '0s' } },
      /progressDeadline: .*at least 1s/,
    ],
    [
      'has a window by an offset',
      { rollout: { windows: [{ ...window, timeZone: '+01:00' }] } },
      /"\+01:00" is no time zone/,
    ],
    [
      'has another deadline than a duration',
      { rollout: { progressDeadline: '-1m' } },
      /progressDeadline: "-1m" must be a duration/,
    ],
    ['says what nobody knows', { rollout: { stage: [] } }, /spec\.stage: unknown key.*stages/],
    [
      'is paused in another word',
      { mode: 'pause' as 'paused' },
      /"pause" is not a value of stationkeeper.dev\/rollout; did you mean "paused"/,
    ],
  ])('%s', (_what, fleet, expected) => {
    const errors = told('errors', fleet);
    expect(errors).toEqual([expect.stringMatching(expected)]);
    expect(errors[0]).toMatch(/^rollout\.yaml /);
  });

  it('with a second one of its name, both', () => {
    const { 'rollout.yaml': again = '' } = stagedFiles();
    expect(told('errors', {}, { 'z.yaml': again })).toEqual([
      'rollout.yaml metadata.name: Rollout/fleet is declared more than once, also at z.yaml:4; keep one',
      'z.yaml metadata.name: Rollout/fleet is declared more than once, also at rollout.yaml:4; keep one',
    ]);
  });
});

describe('a definition that names a Rollout', () => {
  const named = (rollout: unknown, more: object = {}) => ({ spec: { rollout, ...more } as never });

  it('that is not there is told of it, with what may be meant', () => {
    expect(told('errors', named('flet'))).toEqual([
      'daemons.yaml spec.rollout: no Rollout is called "flet"; did you mean "fleet"?',
    ]);
    const { 'rollout.yaml': _gone, ...files } = stagedFiles();
    const all = Object.entries(files).map(([file, text]) => ({ file, text }));
    expect(parseManifests(all).errors.map(({ message }) => message)).toEqual([
      'no Rollout is called "fleet"; none is declared; declare it',
    ]);
  });

  test.each([
    [
      'that may be in a document whose name cannot be read',
      (text: string) => text.replace('name: fleet', 'name: [ fleet'),
    ],
    [
      'that may be in a document without a name',
      (text: string) => text.replace('  name: fleet\n', '  nam: fleet\n'),
    ],
    ['that may be in a file that is too big', (text: string) => `${text}# ${'x'.repeat(1024 * 1024)}\n`],
  ])('%s stays valid, and goes by none', (_what, change) => {
    const { 'rollout.yaml': text = '', ...files } = stagedFiles();
    const all = Object.entries({ ...files, 'rollout.yaml': change(text) });
    const { manifests, errors } = parseManifests(all.map(([file, each]) => ({ file, text: each })));
    expect(manifests.filter(({ kind }) => kind === 'DaemonService')).toHaveLength(6);
    expect(errors.map(({ file }) => file)).not.toContain('daemons.yaml');
  });

  it('in an override is refused, as it is one in all Environments', () => {
    const overrides = [{ environments: {}, spec: { rollout: 'fleet' } }];
    expect(told('errors', { spec: { overrides } })).toEqual([
      expect.stringMatching(/spec\.overrides\[0\]\.spec\.rollout: an override cannot change rollout/),
    ]);
  });

  it('is warned where an Environment of it is in no stage', () => {
    expect(told('warnings', { stages: [CANARY] })).toEqual([
      'daemons.yaml spec.rollout: no stage of Rollout/fleet takes eu-a, eu-b, us-a, us-b, where nothing will begin; add a stage without environments',
    ]);
  });

  it('stays valid where its Rollout is wrong', () => {
    const files = Object.entries(stagedFiles({ stages: [] })).map(([file, text]) => ({ file, text }));
    const { manifests } = parseManifests(files);
    expect(manifests.filter(({ kind }) => kind === 'DaemonService')).toHaveLength(6);
  });
});

describe('what is valid and will not work is warned of', () => {
  test.each<[string, Partial<StagedFleet>, RegExp]>([
    [
      'a digest that is not the current one',
      { rollout: { approved: { xray: 'aaaaaaaaaaaaaaaa' } } },
      /^rollout\.yaml spec\.approved\.xray: DaemonService\/xray has another digest, "[0-9a-f]{16}"; nothing is approved by this one$/,
    ],
    [
      'a digest of nobody',
      { rollout: { approved: { xrey: 'aaaaaaaaaaaaaaaa' } } },
      /approved\.xrey: no DaemonService of this name goes through this Rollout; did you mean "xray"\?/,
    ],
    [
      'a Rollout that nobody names',
      { spec: { rollout: undefined } as never },
      /metadata\.name: no DaemonService names it/,
    ],
    [
      'a last stage for whom nobody is left',
      { stages: [CANARY, { name: 'prod', environments: { matchLabels: { stage: 'prod' } } }, REST] },
      /stages\[2\]: the stages before rest take all 6 Environments/,
    ],
    [
      'a value that no Environment has',
      {
        stages: [
          {
            name: 'canary',
            environments: { matchExpressions: [{ key: 'stage', operator: 'In', values: ['dev', 'prd'] }] },
          },
          REST,
        ],
      },
      /no Environment has "prd" as its stage; did you mean "prod"\?/,
    ],
    [
      'an annotation without a Rollout',
      {
        stages: [REST],
        spec: { rollout: undefined, annotations: { 'stationkeeper.dev/rollout': 'skip' } } as never,
      },
      /daemons\.yaml metadata\.annotations.*it names no Rollout in spec\.rollout/,
    ],
  ])('%s', (_what, fleet, expected) => {
    expect(told('errors', fleet)).toEqual([]);
    expect(told('warnings', fleet)).toContainEqual(expect.stringMatching(expected));
  });
});

test('its annotation is refused where it says nothing', () => {
  const cluster = `apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: other, annotations: { stationkeeper.dev/rollout: skip } }
spec: { environments: {} }
`;
  expect(told('errors', {}, { 'other.yaml': cluster })).toEqual([
    expect.stringMatching(
      /stationkeeper\.dev\/rollout says nothing on a Cluster; write it on a DaemonService or a Rollout/,
    ),
  ]);
});
