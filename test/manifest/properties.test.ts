import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseCidr } from '../../controller/manifest/cidr.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { RETENTION_DAYS } from '../../controller/manifest/schema/daemon-service.ts';
import { FARGATE_SIZES } from '../../controller/kinds/task-definition/size.ts';
import { cluster, daemonService, environment, namespace, yamlOf } from '../support/manifests.ts';
import type { DocumentOverrides } from '../support/manifests.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
const sizes = [...FARGATE_SIZES].flatMap(([cpu, memories]) => memories.map((memory) => ({ cpu, memory })));
const port = fc.integer({ min: 1, max: 65535 });
const cidr = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
  .map(([address, length]) => parseCidr(`${address}/${length}`)?.canonical ?? '10.0.0.0/8');
const text = fc
  .string({
    unit: fc.constantFrom('a', 'B', '0', ' ', '-', ':', '#', '"', "'", '{', '\n', '|', '!', '&', '*', '%'),
  })
  // The library that writes the YAML loses blanks in a block of nothing but blank lines.
  .filter((value) => value.trim() !== '' || !value.includes('\n'));

const daemon: fc.Arbitrary<DocumentOverrides<'DaemonService'>> = fc
  .record({
    size: fc.constantFrom(...sizes),
    name: label,
    desiredCount: fc.integer({ min: 0, max: 1000 }),
    ports: fc.uniqueArray(port, { maxLength: 5 }),
    names: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
    environment: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,10}$/), text),
    command: fc.array(text, { maxLength: 4 }),
    retentionInDays: fc.constantFrom(...RETENTION_DAYS),
    labels: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9 _.:/=+@-]{0,20}$/),
      fc.stringMatching(/^[a-z0-9 ]{0,20}$/),
      {
        maxKeys: 40,
      },
    ),
    cidrs: fc.uniqueArray(cidr, { maxLength: 4 }),
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    type: fc.constantFrom('A' as const, 'AAAA' as const),
    ttl: fc.nat({ max: 2147483647 }),
  })
  .map(({ size, name, desiredCount, labels, retentionInDays, ...rest }) => ({
    ...size,
    name,
    labels,
    desiredCount,
    logs: { retentionInDays },
    containers: rest.names.map((containerName, index) => ({
      name: containerName,
      image: 'example.org/daemon:1',
      environment: rest.environment,
      command: rest.command,
      portMappings: index === 0 ? rest.ports.map((containerPort) => ({ containerPort })) : [],
    })),
    securityGroup: { ingress: rest.cidrs.map((block) => ({ protocol: 'udp', port: 2000, cidr: block })) },
    serviceDiscovery: { namespace: 'a.example', dnsRecords: [{ type: rest.type, ttl: rest.ttl }] },
    deployment: { minimumHealthyPercent: rest.minimumHealthyPercent, maximumPercent: 200 },
  }));

describe('properties of parsing', () => {
  it('every valid manifest is accepted and means what it says', () => {
    fc.assert(
      fc.property(daemon, (overrides) => {
        const { manifests, errors } = parseManifests([
          { file: 'a.yaml', text: yamlOf(daemonService(overrides)) },
        ]);
        expect(errors).toEqual([]);
        expect(manifests[0]?.spec).toEqual(daemonService(overrides).spec);
      }),
      { numRuns: 60 },
    );
  });

  it('the order of files makes no difference to what is wanted', () => {
    const world = fc.uniqueArray(daemon, { selector: ({ name }) => name, maxLength: 4 });
    const files = world.map((daemons) => [
      { file: 'env.yaml', text: yamlOf(environment(), cluster(), namespace({ name: 'a.example' })) },
      ...daemons.map((one, index) => ({ file: `${index}.yaml`, text: yamlOf(daemonService(one)) })),
      { file: 'bad.yaml', text: yamlOf(daemonService({ name: 'bad', desiredCount: -1 })) },
    ]);
    const shuffled = files.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [a, b] = [parseManifests(one), parseManifests(other)];
        expect(JSON.stringify(b)).toBe(JSON.stringify(a));
        expect(a.manifests.length).toBe(one.length + 1);
        // Nor does the order in which manifests come.
        expect(JSON.stringify(expandManifests(b.manifests.toReversed()))).toBe(
          JSON.stringify(expandManifests(a.manifests)),
        );
      }),
      { numRuns: 30 },
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
