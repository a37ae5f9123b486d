import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** ECS's task metadata endpoint, as a task's host serves it. */
export interface TaskMetadataServer {
  /** Value of ECS_CONTAINER_METADATA_URI_V4. */
  readonly uri: string;
  close(): Promise<void>;
}

const PATH = '/v4/3ea3fdd9f1e5-2531612879';

/** Serves the endpoint on any free port; `answer` is asked for `/task` alone. */
export async function serveTaskMetadata(answer: RequestListener): Promise<TaskMetadataServer> {
  const server = createServer((request, response) => {
    if (request.url === `${PATH}/task`) return answer(request, response);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}${PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The metadata of a task as Fargate answers it: without the name of the service. */
export function taskMetadata(overrides: Readonly<Record<string, unknown>> = {}) {
  const place = 'arn:aws:ecs:us-east-1:385605022855';
  return {
    Cluster: `${place}:cluster/platform`,
    TaskARN: `${place}:task/platform/158d1c8083dd49d6b527399fd6414f5c`,
    Family: 'stationkeeper',
    Revision: '3',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    LaunchType: 'FARGATE',
    ...overrides,
  };
}
