import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { anyValidFleet } from '../support/manifests/generated/fleet.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';

/** The library that writes the YAML loses blanks in a block of nothing but blank lines. */
const anyWritableFleet = (count = 1) =>
  anyValidFleet({ count }).filter((fleet) => !/"(?: |\\[nt])*\\n(?: |\\[nt])*"/.test(JSON.stringify(fleet)));

describe('properties of parsing', () => {
  it('every valid manifest means what it says', () => {
    fc.assert(
      fc.property(anyWritableFleet(), (fleet) => {
        const { manifests, errors } = parseManifests([{ file: 'a.yaml', text: yamlOf(...fleet) }]);
        expect(errors).toEqual([]);
        expect(manifests.map(({ kind, spec }) => ({ kind, spec }))).toEqual(
          fleet.map(({ kind, spec }) => ({ kind, spec })),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('the order of files makes no difference to what is wanted', () => {
    const files = anyWritableFleet(2).map((fleet) => [
      ...fleet.map((document, index) => ({ file: `${index}.yaml`, text: yamlOf(document) })),
      { file: 'bad.yaml', text: yamlOf(daemonService({ name: 'bad', desiredCount: -1 })) },
    ]);
    const shuffled = files.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [a, b] = [parseManifests(one), parseManifests(other)];
        expect(JSON.stringify(b)).toBe(JSON.stringify(a));
        expect(a.manifests.length).toBe(one.length - 1);
        // Nor does the order in which manifests come.
        expect(JSON.stringify(expandManifests(b.manifests.toReversed()))).toBe(
          JSON.stringify(expandManifests(a.manifests)),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('no text makes it throw', () => {
    const yamlish = fc.string({
      unit: fc.constantFrom(
        ...`a b 0 1 : - { } [ ] " ' | > & * ! % # , ? ~ \u0000 \u202E`.split(' '),
        ' ',
        '\n',
        '\t',
        'kind: ',
        'spec:\n  ',
        'metadata: ',
        '---\n',
        'name: ',
      ),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary' })), (garbage) => {
        const { errors } = parseManifests([{ file: 'a.yaml', text: garbage }]);
        for (const error of errors) expect(error.line * error.column).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('no damage to a manifest makes it throw, or hides the document beside it', () => {
    const whole = yamlOf(
      daemonService({ serviceDiscovery: { namespace: 'a.example' }, labels: { team: 'a' } }),
    );
    const damage = fc.record({
      at: fc.nat({ max: whole.length }),
      length: fc.nat({ max: 20 }),
      insert: fc.constantFrom(
        '',
        ' ',
        '\n',
        ': ',
        '- ',
        '"',
        '{',
        ']',
        '&a ',
        '*a',
        '!x ',
        '<<: ',
        '012',
        '\u0000',
        '- - ',
      ),
    });
    fc.assert(
      fc.property(damage, ({ at, length, insert }) => {
        const text = whole.slice(0, at) + insert + whole.slice(at + length);
        const { manifests } = parseManifests([
          { file: 'a.yaml', text },
          { file: 'b.yaml', text: yamlOf(cluster()) },
        ]);
        expect(manifests.some(({ kind }) => kind === 'Cluster')).toBe(true);
        expect(() => expandManifests(manifests)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('no data of any shape makes it throw', () => {
    const kind = fc.constantFrom('DaemonService', 'Environment', 'Namespace', 'Cluster');
    const field = fc.constantFrom(
      ...Object.keys(daemonService().spec),
      'logs',
      'taskRole',
      'securityGroup',
      'vpc',
      'subnets',
    );
    const document = fc.record({
      apiVersion: fc.constant('stationkeeper.dev/v1'),
      kind,
      metadata: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.record({ name: fc.jsonValue({ maxDepth: 1 }) })),
      spec: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(field, fc.jsonValue({ maxDepth: 4 }))),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 3 }), (documents) => {
        const text = documents.map((one) => stringify(one)).join('---\n');
        const { manifests } = parseManifests([{ file: 'a.yaml', text }]);
        expect(() => expandManifests(manifests)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
