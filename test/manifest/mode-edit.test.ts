import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { modeEdits } from '../../controller/manifest/rollout/mode-edit.ts';

const FLEET = { kind: 'Rollout', name: 'fleet' };

/** How metadata may be written, what stands there, and what is to. */
const WRITTEN: readonly (readonly [
  how: string,
  text: string,
  line: number,
  before: string,
  after: string,
])[] = [
  [
    'a block without annotations',
    'kind: Rollout\nmetadata:\n  name: fleet # all\n  labels: { a: b }\nspec: {}\n',
    4,
    '',
    '  annotations:\n    stationkeeper.dev/rollout: skip',
  ],
  [
    'a block at the end of a file without a last line break',
    'kind: Rollout\nmetadata:\n    name: fleet',
    4,
    '',
    '    annotations:\n      stationkeeper.dev/rollout: skip',
  ],
  [
    'a flow without annotations',
    'kind: Rollout\nmetadata: { name: fleet }\n',
    2,
    'metadata: { name: fleet }',
    'metadata: { name: fleet, annotations: { stationkeeper.dev/rollout: skip } }',
  ],
  [
    'a flow over several lines',
    'kind: Rollout\nmetadata: {\n  labels: { a: b },\n  name: fleet,\n}\n',
    4,
    '  name: fleet,',
    '  name: fleet, annotations: { stationkeeper.dev/rollout: skip },',
  ],
  [
    'a flow with annotations',
    'kind: Rollout\nmetadata: { name: fleet, annotations: { a: b } }\n',
    2,
    'metadata: { name: fleet, annotations: { a: b } }',
    'metadata: { name: fleet, annotations: { a: b, stationkeeper.dev/rollout: skip } }',
  ],
  [
    'a block with annotations in a block',
    'kind: Rollout\nmetadata:\n  name: fleet\n  annotations:\n    # why\n    a: b\n',
    6,
    '',
    '    stationkeeper.dev/rollout: skip',
  ],
  [
    'a block with annotations in a flow',
    'kind: Rollout\nmetadata:\n  annotations: { a: b } # why\n  name: fleet\n',
    3,
    '  annotations: { a: b } # why',
    '  annotations: { a: b, stationkeeper.dev/rollout: skip } # why',
  ],
  [
    'annotations that say nothing',
    'kind: Rollout\nmetadata:\n  annotations:\n  name: fleet\n',
    3,
    '  annotations:',
    '  annotations: { stationkeeper.dev/rollout: skip }',
  ],
  [
    'annotations that are empty',
    'kind: Rollout\nmetadata: { name: fleet, annotations: {} }\n',
    2,
    'metadata: { name: fleet, annotations: {} }',
    'metadata: { name: fleet, annotations: { stationkeeper.dev/rollout: skip } }',
  ],
  [
    'another mode',
    'kind: Rollout\nmetadata:\n  name: fleet\n  annotations:\n    stationkeeper.dev/rollout: "paused" # until noon\n',
    5,
    '    stationkeeper.dev/rollout: "paused" # until noon',
    '    stationkeeper.dev/rollout: skip # until noon',
  ],
  [
    'JSON',
    '{ "kind": "Rollout", "metadata": { "name": "fleet" } }',
    1,
    '{ "kind": "Rollout", "metadata": { "name": "fleet" } }',
    '{ "kind": "Rollout", "metadata": { "name": "fleet", "annotations": { "stationkeeper.dev/rollout": "skip" } } }',
  ],
  [
    'the second document of a file',
    'kind: Rollout\nmetadata: { name: other }\n---\nkind: Rollout\nmetadata: { name: fleet }\n',
    5,
    'metadata: { name: fleet }',
    'metadata: { name: fleet, annotations: { stationkeeper.dev/rollout: skip } }',
  ],
];

function valuesOf(text: string): readonly object[] {
  return parseAllDocuments(text).map((document) => document.toJS() as object);
}

describe('the lines that make a document say another mode', () => {
  it.each(WRITTEN)('fit %s', (_how, text, line, before, after) => {
    const [edit, ...others] = modeEdits(text, FLEET, 'skip');
    expect(others).toEqual([]);
    expect(edit).toMatchObject({ line, before: lines(before), after: lines(after) });
  });

  it.each(WRITTEN)('change nothing else of %s', (_how, text) => {
    const [edit] = modeEdits(text, FLEET, 'skip');
    const wanted = valuesOf(text).map((value) => {
      const { metadata } = value as { readonly metadata: { readonly name: string; annotations?: object } };
      const annotations = { ...metadata.annotations, 'stationkeeper.dev/rollout': 'skip' };
      return metadata.name === 'fleet' ? { ...value, metadata: { ...metadata, annotations } } : value;
    });
    expect(valuesOf(edit!.text)).toEqual(wanted);
  });

  it('are told for each document of the name', () => {
    const text = 'kind: Rollout\nmetadata: { name: fleet }\n---\nkind: Rollout\nmetadata: { name: fleet }\n';
    expect(modeEdits(text, FLEET, 'paused').map((edit) => edit?.line)).toEqual([2, 5]);
  });

  it('are not known where annotations are an alias', () => {
    const text = 'kind: Rollout\nx: &x { a: b }\nmetadata: { name: fleet, annotations: *x }\n';
    expect(modeEdits(text, FLEET, 'skip')).toEqual([undefined]);
  });

  it.each(['', 'kind: Rollout\nmetadata: [fleet]\n', 'kind: Cluster\nmetadata: { name: fleet }\n', 'a: {'])(
    'are none where no document has the name: %j',
    (text) => {
      expect(modeEdits(text, FLEET, 'skip')).toEqual([]);
    },
  );
});

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
