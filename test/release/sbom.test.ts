import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/programs/command.ts';
import { readLockfile } from '../support/image/lockfile.ts';

interface Spdx {
  readonly spdxVersion: string;
  readonly dataLicense: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string };
  readonly documentDescribes: readonly string[];
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo: string;
    readonly licenseDeclared: string;
    readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  }[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}

const ROOT = join(import.meta.dirname, '..', '..');

async function billOfMaterials(epoch: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(
    process.execPath,
    [join(ROOT, 'dist', 'release', 'sbom.js')],
    {
      cwd: ROOT,
      env: { ...process.env, SOURCE_DATE_EPOCH: epoch },
    },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const [text, again] = await Promise.all([billOfMaterials('1700000000'), billOfMaterials('1700000000')]);
const sbom = JSON.parse(text) as Spdx;
const [ourselves, ...packages] = sbom.packages;
const shipped = readLockfile().filter(({ dev }) => !dev);

test('the bill of materials lists every package that is shipped, and no other, by hash and licence', () => {
  const locked = shipped.map(({ name, version, integrity, license }) => {
    const sha512 = Buffer.from(integrity!.replace('sha512-', ''), 'base64').toString('hex');
    return `${name}@${version} ${license} ${sha512}`;
  });
  const listed = packages.map(({ name, versionInfo, licenseDeclared, checksums }) => {
    return `${name}@${versionInfo} ${licenseDeclared} ${checksums?.find(({ algorithm }) => algorithm === 'SHA512')?.checksumValue}`;
  });

  expect(listed.length).toBeGreaterThan(50);
  expect(listed.toSorted()).toEqual([...new Set(locked)].toSorted());
});

test('it is SPDX 2.3: names are unique, well-formed and known where they are used', () => {
  const ids = sbom.packages.map(({ SPDXID }) => SPDXID);

  expect(sbom).toMatchObject({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    documentDescribes: [ourselves!.SPDXID],
  });
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^SPDXRef-[\w.-]+$/.test(id))).toEqual([]);
  const used = sbom.relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [
    spdxElementId,
    relatedSpdxElement,
  ]);
  expect(ids.filter((id) => !used.includes(id))).toEqual([]);
  expect(used.filter((id) => id !== 'SPDXRef-DOCUMENT' && !ids.includes(id))).toEqual([]);
});

test('one lockfile gives one document, of the time that the build is said to be of', () => {
  expect(again).toBe(text);
  expect(sbom.creationInfo.created).toBe('2023-11-14T22:13:20Z');
  expect(sbom.documentNamespace).toMatch(
    /^https:\/\/spdx\.org\/spdxdocs\/stationkeeper-\d+\.\d+\.\d+-[0-9a-f]{64}$/,
  );
});
