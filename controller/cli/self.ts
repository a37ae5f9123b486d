import { readOwnTask } from '../aws/task-metadata.ts';
import { asStationkeeperError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { OwnTask, Self } from '../core/self.ts';

export interface SelfOptions {
  /** The service that somebody said it is; the host is not asked then. */
  readonly ownService: OwnTask | undefined;
  /** Where the host tells; undefined outside ECS. */
  readonly taskMetadataUri: string | undefined;
  readonly log: Log;
}

/**
 * Makes the function that tells as which ECS service this process runs, undefined outside ECS. The host is asked until it has
 * told, each time that somebody wants to know; never rejects.
 */
export function createSelfReader({
  ownService,
  taskMetadataUri,
  log,
}: SelfOptions): () => Promise<Self | undefined> {
  let known: Self | undefined = ownService && { type: 'seen', ...ownService };
  let toldOf: string | undefined;
  return async () => {
    if (known !== undefined || taskMetadataUri === undefined) return known;
    try {
      const task = await readOwnTask(taskMetadataUri);
      known = { type: 'seen', ...task };
      log.info({ ...task }, 'runs on ECS, and never removes its own service');
      return known;
    } catch (thrown) {
      const why = asStationkeeperError(thrown).message;
      if (toldOf !== why)
        log.warn({ why }, 'runs on ECS and does not know as which service: nothing is removed');
      toldOf = why;
      return { type: 'unseen', why };
    }
  };
}
