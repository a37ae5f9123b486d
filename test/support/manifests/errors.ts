import { parseManifests } from '../../../controller/manifest/parse.ts';
import type { ManifestError } from '../../../controller/manifest/parse.ts';

/** The text of a DaemonService, field by field as it is written, so that a test can point into it. */
export function daemonText(fields: Readonly<Record<string, string>> = {}, metadata = 'name: xray'): string {
  const spec = {
    cluster: 'main',
    cpu: '256',
    memory: '512',
    containers: '[{ name: main, image: "example.org/daemon:1" }]',
    ...fields,
  };
  const lines = Object.entries(spec).map(([key, value]) => `  ${key}: ${value}`);
  return [
    'apiVersion: stationkeeper.dev/v1',
    'kind: DaemonService',
    `metadata: { ${metadata} }`,
    'spec:',
    ...lines,
    '',
  ].join('\n');
}

export function errorsOf(...texts: readonly string[]): readonly ManifestError[] {
  return parseManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text }))).errors;
}

/** 1-based line and column of the place where a piece of a text begins; `occurrence` counts from 1. */
export function placeIn(
  text: string,
  piece: string,
  occurrence = 1,
): { readonly line: number; readonly column: number } {
  let offset = -1;
  for (let found = 0; found < occurrence; found += 1) {
    offset = text.indexOf(piece, offset + 1);
    if (offset === -1) throw new Error(`${JSON.stringify(piece)} is not in the text`);
  }
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
