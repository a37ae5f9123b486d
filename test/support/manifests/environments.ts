import { environment } from './documents.ts';
import type { ManifestDocument } from './documents.ts';

/** Where an Environment of a fleet is, and by which labels definitions select it. */
export interface FleetPlace {
  readonly name: string;
  readonly region: string;
  /** Where the controller assumes a role; default: the account that it runs in. */
  readonly account?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly assignPublicIp?: boolean;
}

export function placed({
  name,
  region,
  account,
  labels = {},
  assignPublicIp,
}: FleetPlace): ManifestDocument<'Environment'> {
  const there =
    account === undefined ? {} : { account, roleArn: `arn:aws:iam::${account}:role/stationkeeper` };
  return environment({
    name,
    labels,
    region,
    ...there,
    ...(assignPublicIp !== undefined && { assignPublicIp }),
  });
}
