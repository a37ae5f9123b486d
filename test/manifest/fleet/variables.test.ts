import { describe, expect, it } from 'vitest';
import { filled } from '../../../controller/manifest/fleet/variables.ts';

const VARIABLES = {
  roots: ['environment'],
  values: new Map([
    ['environment.name', 'prod-eu'],
    ['environment.region', 'eu-west-1'],
    ['environment.labels.stage', 'prod'],
    ['environment.labels.example.org/team', 'a'],
  ]),
};

describe('variables of a text', () => {
  it.each([
    ['nothing', 'nothing'],
    ['${environment.name}', 'prod-eu'],
    ['a-${environment.labels.stage}-${environment.region}', 'a-prod-eu-west-1'],
    ['${environment.labels.example.org/team}', 'a'],
    ['$${environment.name}', '${environment.name}'],
    ['${HOSTNAME} ${env.name} ${environments.name}', '${HOSTNAME} ${env.name} ${environments.name}'],
    ['${environment}', '${environment}'],
    ['${environment:-default}', '${environment:-default}'],
    ['${environment.name', '${environment.name'],
    ['$environment.name', '$environment.name'],
  ])('%s becomes %s', (text, done) => {
    expect(filled(text, VARIABLES)).toEqual({ text: done });
  });

  it('that nobody knows are told, all of them', () => {
    expect(filled('${environment.nmae} ${environment.labels.tier} ${environment.}', VARIABLES)).toEqual({
      unknown: ['${environment.nmae}', '${environment.labels.tier}', '${environment.}'],
    });
  });

  it('are filled in once: what they bring is no variable', () => {
    const values = new Map([['environment.name', '${environment.region}']]);
    expect(filled('${environment.name}', { ...VARIABLES, values })).toEqual({
      text: '${environment.region}',
    });
  });
});
