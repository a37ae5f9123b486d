import { hostOf } from '../host.ts';
import type { Host } from '../host.ts';
import { isWithin } from '../position.ts';
import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { areValid } from './check.ts';
import type { Check, Subject } from './check.ts';

/** One side of a pair that does not go together: what a manifest says that makes ECS refuse other things. */
export interface Circumstance {
  /** The fields that say it. */
  readonly reads: readonly (keyof DaemonServiceManifestSpec)[];
  /** How a manifest says it; undefined where it does not. */
  readonly saidIn: (spec: WithDefaults) => Said | undefined;
}

interface Said {
  /** Such as `launchType FARGATE`. */
  readonly as: string;
  /** What else can be done than to remove the other side, such as `write launchType: EC2`. */
  readonly orElse: string;
}

/** The other side: what must not be written then. */
export interface Unfit {
  /** Where it is written, as in `containers[].linuxParameters.devices`. */
  readonly at: string;
  /** Which values do not fit, beside what stands around them. Default: every value that says anything. */
  readonly when?: (value: unknown, around: Readonly<Record<string, unknown>>) => boolean;
  /** What it is called. Default: the last name in `at`. */
  readonly called?: string;
  /** Default: remove it. */
  readonly instead?: string;
  /** ECS takes it, and this is what happens then: a warning. */
  readonly inVain?: string;
}

export type WithDefaults = Partial<DaemonServiceManifestSpec> &
  Required<Pick<DaemonServiceManifestSpec, 'networkMode'>> & {
    /** What tasks run on, by launch type or capacity providers. */
    readonly host: Host;
  };

/** What says where tasks run. */
export const HOST_READS = [
  'launchType',
  'schedulingStrategy',
  'capacityProviderStrategy',
  'requiresCompatibilities',
] as const;

/** What the language has where a manifest says nothing of where tasks run and of their network. */
export function withDefaults(spec: Partial<DaemonServiceManifestSpec>): WithDefaults {
  const known = defaulted.get(spec);
  if (known !== undefined) return known;
  const { networkMode = 'awsvpc' } = spec;
  const whole = { ...spec, host: hostOf(spec), networkMode };
  defaulted.set(spec, whole);
  return whole;
}

/** Each is made once: every row of every table asks for it. */
const defaulted = new WeakMap<object, WithDefaults>();

/** How a document says a circumstance; undefined where it does not, or where its fields are not valid by the schema. */
export function saidIn(
  { spec, schemaFindings }: Subject,
  { reads, saidIn: said }: Circumstance,
): Said | undefined {
  if (!areValid(schemaFindings, reads)) return undefined;
  return said(withDefaults(spec as DaemonServiceManifestSpec));
}

/** Tells of each place that does not fit a circumstance. Where something is not valid by the schema, only that is told. */
export function unfitWith(circumstance: Circumstance, rows: readonly Unfit[]): Check {
  return (subject) => {
    const { report, warn } = subject;
    const said = saidIn(subject, circumstance);
    if (said === undefined) return;
    for (const { at, when = saysAnything, called, instead = 'remove it', inVain } of rows) {
      for (const { path, value, around } of soundPlaces(subject, at)) {
        if (!when(value, around)) continue;
        const what = `${called ?? lastName(at)}${shown(value)}`;
        const advice = `${instead}, or ${said.orElse}`;
        if (inVain === undefined) report(path, `ECS refuses ${what} with ${said.as}; ${advice}`);
        else warn(path, `ECS takes ${what} with ${said.as}, and ${inVain}; ${advice}`);
      }
    }
  };
}

/** Whether a value is more than the absence of it. */
function saysAnything(value: unknown): boolean {
  return value !== false && !(Array.isArray(value) && value.length === 0);
}

function lastName(at: string): string {
  return at.replaceAll('[]', '').split('.').at(-1) ?? at;
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const text = String(value);
  return text.length > LONGEST_SHOWN ? '' : ` ${text}`;
}

interface Place {
  readonly path: Path;
  readonly value: unknown;
  /** The object that it is a member of, or that its list is. */
  readonly around: Members;
}

type Members = Readonly<Record<string, unknown>>;

/** Every place of a spec that `at` means, and that is there and valid by the schema. */
export function soundPlaces({ spec, schemaFindings }: Subject, at: string): readonly Place[] {
  // Where there is no spec at all, that is told.
  if (typeof spec !== 'object' || spec === null) return [];
  const places: Place[] = [];
  findPlaces({ path: ['spec'], value: withDefaults(spec), around: {} }, stepsOf(at), places);
  return places.filter(({ path }) =>
    schemaFindings.every((finding) => !isWithin(finding.path, path) && !isWithin(path, finding.path)),
  );
}

/** A member to go to, or each item of the list that it is. */
interface Step {
  readonly name: string;
  readonly each: boolean;
}

const known = new Map<string, readonly Step[]>();

/** The tables' own texts are read once: there is a handful of hundreds, and a row asks for its own with each document. */
function stepsOf(at: string): readonly Step[] {
  const steps =
    known.get(at) ??
    at.split('.').map((step) => ({ name: step.replace(/\[\]$/, ''), each: step.endsWith('[]') }));
  known.set(at, steps);
  return steps;
}

/** Adds to `found` what stands behind these steps. Most rows mean what hardly any manifest has, and end at the first step. */
function findPlaces(place: Place, [step, ...rest]: readonly Step[], found: Place[]): void {
  const { path, value } = place;
  if (value === undefined) return;
  if (step === undefined) {
    found.push(place);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const around = value as Members;
  const member = around[step.name];
  if (member === undefined) return;
  const at = [...path, step.name];
  if (!step.each) findPlaces({ path: at, value: member, around }, rest, found);
  else if (Array.isArray(member)) {
    for (const [index, item] of member.entries()) {
      findPlaces({ path: [...at, index], value: item as unknown, around }, rest, found);
    }
  }
}
