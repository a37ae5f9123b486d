import type { PlanJson } from '../plan/json.ts';
import type { FleetDefinition, FleetReport } from '../status/fleet-schema.ts';
import type { ObjectTransitions } from '../status/history.ts';
import type { ObjectStatus, StatusReport } from '../status/schema.ts';

/**
 * All that is served of the last pass, made once when it has ended: plain data without a copy of anything large, which another
 * thread can be given. Bodies are JSON in UTF-8.
 */
export interface Published {
  readonly status: Uint8Array;
  readonly objects: readonly PublishedObject[];
  /** Of objects that are, and behind them of those that are no more, the one that went last first. */
  readonly histories: readonly PublishedHistory[];
  /** Definitions, without their Environments. */
  readonly fleet: Uint8Array;
  /** Each with its Environments; two may have one kind and name. */
  readonly definitions: readonly PublishedDefinition[];
  /** Absent before there was one. */
  readonly plan?: Uint8Array;
  readonly metrics: { readonly contentType: string; readonly body: Uint8Array };
}

/** An object, and where it stands in the status. */
export interface PublishedObject extends Pick<ObjectStatus, 'kind' | 'name'> {
  readonly environment: string;
  /** Offsets in bytes, the end not included. */
  readonly start: number;
  readonly end: number;
}

export interface PublishedDefinition extends Pick<FleetDefinition, 'kind' | 'name' | 'digest'> {
  readonly body: Uint8Array;
}

export interface PublishedHistory {
  /** `DaemonService/xray`. */
  readonly object: string;
  readonly environment: string;
  /** Transitions, newest first, as a JSON array. */
  readonly transitions: string;
}

export interface Publishable {
  readonly report: StatusReport;
  readonly histories: readonly ObjectTransitions[];
  readonly fleet: readonly FleetDefinition[];
  readonly plan: PlanJson | undefined;
  readonly metrics: { readonly contentType: string; readonly text: string };
}

const utf8 = new TextEncoder();

export function publishedOf({ report, histories, fleet, plan, metrics }: Publishable): Published {
  const definitions = fleet.map(({ environments: _each, ...definition }) => definition);
  return {
    ...statusBody(report),
    fleet: utf8.encode(JSON.stringify({ definitions } satisfies FleetReport)),
    definitions: fleet.map((one) => ({
      kind: one.kind,
      name: one.name,
      ...(one.digest === undefined ? {} : { digest: one.digest }),
      body: utf8.encode(JSON.stringify(one)),
    })),
    histories: histories.map(({ object, environment, transitions }) => ({
      object,
      environment,
      transitions: JSON.stringify(transitions),
    })),
    ...(plan === undefined ? {} : { plan: utf8.encode(JSON.stringify(plan)) }),
    metrics: { contentType: metrics.contentType, body: utf8.encode(metrics.text) },
  };
}

/** The report as JSON, whose objects stand at its end. */
function statusBody({ objects, ...rest }: StatusReport): Pick<Published, 'status' | 'objects'> {
  const head = JSON.stringify(rest);
  const parts = [Buffer.from(`${head.slice(0, -1)},"objects":[`)];
  let length = parts[0]!.byteLength;
  const published = objects.map((object, index) => {
    if (index > 0) {
      parts.push(Buffer.from(','));
      length += 1;
    }
    const part = Buffer.from(JSON.stringify(object));
    parts.push(part);
    const start = length;
    length += part.byteLength;
    const { kind, name, environment } = object;
    return { kind, name, environment, start, end: length };
  });
  // Not from Node's pool of small buffers, since it goes to another thread as a whole.
  const status = new Uint8Array(length + 2);
  let at = 0;
  for (const part of [...parts, Buffer.from(']}')]) {
    status.set(part, at);
    at += part.byteLength;
  }
  return { status, objects: published };
}

/** One object of the status with what happened to it, as JSON. */
export function objectBody(
  { status }: Published,
  { start, end }: PublishedObject,
  history: PublishedHistory | undefined,
): Uint8Array {
  const object = Buffer.from(status.subarray(start, end - 1)).toString();
  return utf8.encode(`${object},"history":${history?.transitions ?? '[]'}}`);
}
