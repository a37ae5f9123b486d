import { describe, expect, it, test } from 'vitest';
import type { KindModel } from '../../controller/core/kind.ts';
import type { Observed, Tags } from '../../controller/core/resource.ts';
import { leftAlone, tagsFor, unkept } from '../../controller/plan/ignored.ts';
import { desiredResource, observedResource, planInput } from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

const CLAIM = { owner: 'stationkeeper', environment: 'default' };
const IGNORED = 'stationkeeper:ignored';
const SAMPLE = planInput().models.get('log-group')!;

/** A kind of which git says its fields; `limits` have entries. */
const MODEL: KindModel = {
  ...SAMPLE,
  facts: { ...SAMPLE.facts, paths: { size: {}, color: {}, limits: {} } },
  says: (desired) => (desired as ReturnType<typeof desiredResource>).spec.fields,
};

/** A kind of which AWS itself keeps what git said. */
const KEPT: KindModel = { ...MODEL, saidBefore: ({ state }) => state as Readonly<Record<string, string>> };

function wanted(overrides: DesiredOverrides = {}) {
  return desiredResource({
    policy: { ignoreDrift: ['size', 'color'] },
    fields: { size: 'small', color: 'red' },
    ...overrides,
  });
}

/** As it is where git's word was applied with what is kept for later. */
function applied(overrides: DesiredOverrides = {}, model = MODEL): Observed {
  const desired = wanted(overrides);
  return { ...observedResource(desired), tags: tagsFor(CLAIM, desired, model, undefined) };
}

function recordOf(tags: Tags): readonly string[] {
  return tags[IGNORED]?.split(' ') ?? [];
}

describe('a difference', () => {
  const left = (
    now: DesiredOverrides,
    observed: Observed,
    { model = MODEL, adopts = false } = {},
  ): readonly string[] =>
    ['size', 'color', 'limits[a]', 'tags.team', 'other'].filter(
      leftAlone(wanted(now), observed, model, adopts),
    );

  it('is left where its field is ignored, and what is below it', () => {
    const ignoring = { policy: { ignoreDrift: ['limits', 'color'] } };
    expect(left(ignoring, applied(ignoring))).toEqual(['color', 'limits[a]']);
    expect(left({ policy: {} }, applied())).toEqual([]);
  });

  it('is left whatever it is where nobody owned the resource, and is taken over', () => {
    const foreign = observedResource(wanted(), { owner: 'nobody' });
    expect(left({}, foreign, { adopts: true })).toEqual(['size', 'color']);
    expect(left({}, foreign)).toEqual([]);
  });

  test.each([
    ['a tag keeps what git said', MODEL],
    ['AWS keeps what git said', KEPT],
  ])('is applied in what git changes, and left in what it does not, where %s', (_what, model) => {
    const before = model === KEPT ? observedResource(wanted()) : applied();
    expect(left({ fields: { size: 'big', color: 'red' } }, before, { model })).toEqual(['color']);
    expect(left({ fields: { size: 'small', color: 'red', other: 'x' } }, before, { model })).toEqual([
      'size',
      'color',
    ]);
  });

  it('is left in a field that git has set neither before nor now', () => {
    const says = { fields: { size: 'small' } };
    expect(left({ fields: { size: 'big' } }, applied(says))).toEqual(['color']);
    expect(left({ fields: { size: 'small', color: 'blue' } }, applied(says))).toEqual(['size']);
  });

  it('is applied where it is not known what git said before', () => {
    expect(left({ fields: { size: 'big', color: 'red' } }, observedResource(wanted()))).toEqual([]);
    const ignoring = { policy: { ignoreDrift: ['limits'] }, fields: { size: 'big' } };
    expect(left(ignoring, observedResource(wanted()))).toEqual([]);
  });

  test.each([
    ['a tag', MODEL],
    ['AWS', KEPT],
  ])('of a label is compared as a field’s is, where %s keeps it', (_what, model) => {
    const ignoring = { policy: { ignoreDrift: ['tags.team'] }, labels: { team: 'a' } };
    const before = model === KEPT ? observedResource(wanted(ignoring)) : applied(ignoring);
    const bigger = { ...ignoring, fields: { size: 'big' } };
    expect(left(bigger, before, { model })).toEqual(['tags.team']);
    expect(left({ ...bigger, labels: { team: 'b' } }, before, { model })).toEqual([]);
  });

  it('of a kind that says nothing by itself is one of its spec', () => {
    const spec = { policy: { ignoreDrift: ['fields.size', 'fields.color'] } };
    const kept: KindModel = { ...SAMPLE, facts: { ...SAMPLE.facts, paths: { fields: {} } } };
    const before = applied(spec, kept);
    const isLeft = leftAlone(wanted({ ...spec, fields: { size: 'big', color: 'red' } }), before, kept, false);
    expect(['fields.size', 'fields.color'].filter(isLeft)).toEqual(['fields.color']);
  });
});

describe('what is kept of it in a tag', () => {
  it('is a short digest of each ignored field’s path and of what git says of it', () => {
    const record = recordOf(applied().tags);
    expect(record).toHaveLength(2);
    for (const entry of record) expect(entry).toMatch(/^[0-9a-f]{8}:[0-9a-f]{8}$/);
  });

  it('tells values and fields apart', () => {
    const [size, color] = recordOf(applied().tags);
    const [bigger, same] = recordOf(applied({ fields: { size: 'big', color: 'red' } }).tags);
    expect([bigger?.slice(0, 9), same]).toEqual([size?.slice(0, 9), color]);
    expect(bigger).not.toBe(size);
    expect(color?.slice(0, 9)).not.toBe(size?.slice(0, 9));
  });

  test.each<readonly [string, readonly string[], number]>([
    ['a field', ['size'], 1],
    ['what is below a field', ['limits[a]', 'limits.b'], 2],
    ['a label', ['tags.team'], 1],
    ['nothing', [], 0],
    ['a field of another resource of the manifest', ['cpu', 'size2', 'retags.team'], 0],
    ['more fields than a tag takes', Array.from({ length: 20 }, (_, index) => `limits[${index}]`), 14],
  ])('is there of %s', (_what, ignoreDrift, count) => {
    const { tags } = applied({ policy: { ignoreDrift } });
    expect(recordOf(tags)).toHaveLength(count);
    expect(IGNORED in tags).toBe(count > 0);
    expect((tags[IGNORED] ?? '').length).toBeLessThanOrEqual(256);
  });

  it('is nothing of a kind that is not compared', () => {
    const { paths: _none, ...facts } = MODEL.facts;
    expect(applied({}, { ...MODEL, facts }).tags).not.toHaveProperty(IGNORED);
  });

  it('stands beside all other tags', () => {
    const { [IGNORED]: _record, ...others } = applied().tags;
    expect(others).toEqual(observedResource(wanted()).tags);
  });
});

describe('what is still to be kept', () => {
  const record = applied().tags[IGNORED]!;

  it('is the record that is not there, or is an older one', () => {
    expect(unkept(wanted(), observedResource(wanted()), MODEL)).toEqual({ [IGNORED]: record });
    const { tags } = applied();
    const older = { ...applied(), tags: { ...tags, [IGNORED]: 'older' } };
    expect(unkept(wanted(), older, MODEL)).toEqual({ [IGNORED]: record });
  });

  test.each<readonly [string, DesiredOverrides, Observed, KindModel]>([
    ['it is there', {}, applied(), MODEL],
    ['AWS keeps it', {}, observedResource(wanted()), KEPT],
    ['git has changed the spec since', { fields: { size: 'big' } }, observedResource(wanted()), MODEL],
    ['no field is ignored', { policy: {} }, observedResource(wanted({ policy: {} })), MODEL],
  ])('is nothing where %s', (_what, now, observed, model) => {
    expect(unkept(wanted(now), observed, model)).toBeUndefined();
  });
});
