import { describe, expect, it } from 'vitest';
import { manifestReference } from '../../docs/generate/manifests.ts';
import { fieldsOf } from '../../docs/generate/fields.ts';

describe('docs/manifests.md', () => {
  it('is what the schema says now; npm run docs writes it anew', async () => {
    await expect(manifestReference()).toMatchFileSnapshot('../../docs/manifests.md');
  });
});

describe('a row of the reference', () => {
  it.each([
    ['Seconds. Default: 60.', '60', 'Seconds.'],
    ['Where tasks run. Default: FARGATE.', 'FARGATE', 'Where tasks run.'],
    [
      'What may go out. Default: tcp 80 to 0.0.0.0/0; [] is nothing.',
      'tcp 80 to 0.0.0.0/0',
      'What may go out. [] is nothing.',
    ],
    ['Name. Default: /group/<metadata.name>.', '/group/<metadata.name>', 'Name.'],
    ['A role. Without it there is none.', '', 'A role. Without it there is none.'],
  ])('tells the default from the meaning: %s', (description, fallback, meaning) => {
    const [field] = fieldsOf({ properties: { field: { type: 'string', description } } });
    expect(field).toMatchObject({ fallback, meaning });
  });

  it('has the path of what is nested in objects and lists', () => {
    const leaf = { type: 'integer', minimum: 1, maximum: 9, description: 'A number.' };
    const list = { items: { properties: { leaf } }, description: 'A list.' };
    const fields = fieldsOf({ properties: { outer: { properties: { list }, description: 'An object.' } } });
    expect(fields.map(({ path, type }) => [path, type])).toEqual([
      ['outer', 'object'],
      ['outer.list', 'list of objects'],
      ['outer.list[].leaf', 'integer, 1 to 9'],
    ]);
  });

  it.each([undefined, 'Default: 1.'])(
    'is refused where the schema does not say what the field means: %s',
    (said) => {
      const field = { type: 'integer', ...(said === undefined ? {} : { description: said }) };
      expect(() => fieldsOf({ properties: { field } })).toThrow('the schema does not say what field means');
    },
  );
});
