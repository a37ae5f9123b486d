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
  let known: Self | undefined;
  let toldOf: string | undefined;

  function learned(task: OwnTask): Self {
    log.info({ ...task }, 'protecting');
    return { type: 'seen', ...task };
  }

  return async () => {
    if (ownService !== undefined) known ??= learned(ownService);
    if (known !== undefined || taskMetadataUri === undefined) return known;
    try {
      known = learned(await readOwnTask(taskMetadataUri));
      return known;
    } catch (thrown) {
      const why = asStationkeeperError(thrown).message;
      const message = `ECS does not say which service the controller runs as, so it removes nothing: ${why}`;
      if (toldOf !== why) log.warn({ message }, 'failed');
      toldOf = why;
      return { type: 'unseen', why };
    }
  };
}
