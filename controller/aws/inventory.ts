import type { AwsService } from './operations.ts';
import type { Tags } from '../core/resource.ts';

/**
 * The tags of everything that carries our owner tag in one account and region, read once per pass with
 * tagging GetResources: the batch that CloudWatch Logs and Cloud Map lack, and the list of what we own when no
 * manifest names it any more. GetResources lags behind and knows neither IAM roles nor every endpoint's
 * services, so a resource it does not list is asked for its own tags, and our own writes count until it
 * shows them.
 */
export interface Inventory {
  /** Forgets the last read; the next question reads AWS again. Called once at the start of a pass. */
  startPass(): void;
  /** Tags of one resource; `read` is the service's own ListTagsForResource, used where the batch does not list it. */
  tagsOf(arn: string, read: () => Promise<Tags>): Promise<Tags>;
  /** Everything with our owner tag whose ARN belongs to `service` (`logs`, `servicediscovery`, `ecs`, `ec2`), by ARN. */
  owned(service: AwsService): Promise<ReadonlyMap<string, Tags>>;
  /** Records tags that we have just written. */
  wrote(arn: string, tags: Tags): void;
}
