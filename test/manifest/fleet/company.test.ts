import { describe, expect, it } from 'vitest';
import { groupBy } from '../../../controller/core/order.ts';
import { manifestKey } from '../../../controller/core/resource.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { companyText } from '../../support/manifests/company.ts';

function parsed(text: string) {
  return parseManifests([{ file: 'company.yaml', text }]);
}

describe('a company of 40 accounts in three Regions', () => {
  it('is written down in less than 250 lines', () => {
    expect(companyText().split('\n').length).toBeLessThan(250);
  });

  it('is 120 Environments with nine objects each', () => {
    const { manifests, errors, warnings } = parsed(companyText());
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    const { environments, objects, desired } = expandManifests(manifests);
    expect(environments.length).toBe(120);
    const others = objects.filter(({ manifest }) => manifest.kind !== 'Environment');
    const byEnvironment = [...groupBy(others, ({ environment }) => environment).values()];
    expect(byEnvironment.map(({ length }) => length)).toEqual(environments.map(() => 9));
    const byObject = groupBy(others, ({ manifest }) => manifestKey(manifest));
    expect([...byObject.values()].map(({ length }) => length)).toEqual(Array.from({ length: 9 }, () => 120));
    const counts = desired.flatMap(
      ({ spec }) => (spec as { readonly desiredCount?: number }).desiredCount ?? [],
    );
    expect([1, 2].map((count) => counts.filter((one) => one === count).length)).toEqual([180, 540]);
  });

  it.each([
    ['its definition', 'cpu: 256\n', 'cpu: 300\n', '', 720],
    [
      'an override',
      'desiredCount: 1 }',
      'desiredCount: -1 }',
      'in 30 of 120 Environments (team-0-eu-west-1, team-0-us-east-1, team-0-ap-southeast-2, team-4-eu-west-1, team-4-us-east-1 and 25 more): ',
      180,
    ],
  ])('is told of a mistake in %s once for each of its daemon services', (_, right, wrong, says, objects) => {
    const { manifests, errors } = parsed(companyText().replaceAll(right, wrong));
    expect(errors.length).toBe(6);
    expect(errors.map(({ message }) => message.startsWith(says))).toEqual(errors.map(() => true));
    expect(errors.flatMap((error) => error.objects ?? []).length).toBe(objects);
    expect(manifests.length).toBe(120 + 9 * 120 - objects);
  });

  it.each([
    [
      'a definition',
      'taskRole: {',
      'taskRole: { managedPolicyArns: ["arn:aws:iam::100000000000:policy/x"],',
      6,
      'in 117 of 120 Environments (team-1-eu-west-1, team-1-us-east-1, team-1-ap-southeast-2, team-2-eu-west-1, team-2-us-east-1 and 112 more): such as in Environment/team-1-eu-west-1, the policy is of account 100000000000, and Environment/team-1-eu-west-1 is 100000000001: a role takes policies of AWS and of its own account only; name a policy from there',
    ],
    [
      'a template',
      'roleName: stationkeeper',
      'roleArn: "arn:aws:iam::100000000000:role/x"',
      1,
      'in 117 of 120 Environments (team-1-eu-west-1, team-1-us-east-1, team-1-ap-southeast-2, team-2-eu-west-1, team-2-us-east-1 and 112 more): such as in Environment/team-1-eu-west-1, the role belongs to account 100000000000, and account says 100000000001; correct one of them',
    ],
  ])('is told once of what is of one account only, with an example: %s', (_, right, wrong, count, says) => {
    const { errors } = parsed(companyText().replaceAll(right, wrong));
    const messages = errors.map(({ message }) => message).filter((one) => one.includes('such as in'));
    expect(messages).toEqual(Array.from({ length: count }, () => says));
  });

  it('is told of a mistake in an account once, and once for each object that is in it', () => {
    const { manifests, errors } = parsed(companyText().replace('"100000000007"', '"10000000000"'));
    expect(errors.length).toBe(1 + 9);
    expect(errors.flatMap((error) => error.objects ?? []).length).toBe(3 + 27);
    expect(manifests.length).toBe(117 + 9 * 117);
  });
});
