import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import type { Step } from '../../../controller/plan/step.ts';

/** Rare states, by what shows that a world has reached them: a step of a plan, or an outcome. What neither shows is marked where it happens. */
type StepSign = (step: Step) => boolean;
type OutcomeSign = (outcome: PassResult['outcomes'][number], result: PassResult) => boolean;

const holds =
  (why: string, words: RegExp): StepSign =>
  (step) =>
    step.type === 'hold' && step.why === why && words.test(step.reason);

/** What failed, and is left alone for now. */
const setBackBy =
  (code: string) =>
  (result: PassResult): boolean =>
    [...result.failures.values()].some(({ error }) => error.code === code);

const failedWith =
  (code: string): OutcomeSign =>
  ({ error }) =>
    error?.code === code;

const STEP_SIGNS = {
  'replacement held for lack of permission': holds('policy', /allow-replace: "true" to delete/),
  'renaming held for lack of permission': holds('policy', /allow-replace: "true" to create/),
  'replacement waits until its users let go': holds('waiting', /no longer uses it/),
  'a user follows what it needs': holds('waiting', /^follows /),
  'what belongs to a held change waits with it': (step) =>
    step.type === 'hold' && step.reason.startsWith('waits with '),
  'a draft that is not taken up is kept': (step) =>
    step.type === 'keep' && /does not take it up/.test(step.reason),
  'deletion frozen by an invalid document': holds('policy', /nothing is .*invalid/),
  'deletion frozen as git cannot be asked': holds('policy', /nothing is .*(Unreachable|does not answer)/),
  'deletion frozen as git holds nothing': holds('policy', /nothing is .*SourceInvalid/),
  'deletion of what is newer than the reading': holds('waiting', /is younger than the last reading/),
  'deletion held as not all was read': holds('unseen', /could be read|could not be read/),
  'out of sight': (step) => step.type === 'hold' && step.why === 'unseen' && step.intent === 'delete',
  'a kind unseen': (step) => step.type === 'hold' && step.why === 'unseen' && step.intent === 'none',
  'a kind hangs': (step) =>
    step.type === 'hold' && step.why === 'unseen' && /not been answered/.test(step.reason),
  'budget held': holds('budget', /the prune budget is/),
  'held as git was moved off a commit': holds('budget', /does not hold commit/),
  'held as it says no source': holds('budget', /which source it belongs to/),
  'left to another source': (step) => step.type === 'hold' && step.otherSource !== undefined,
  'held as nobody owns it': holds('not-ours', /exists without our tag/),
  'held as another owns it': holds('not-ours', /belongs to the owner/),
  'held as another Environment has it': holds('not-ours', /belongs to (the|no) environment/),
  'nothing to adopt': holds('missing', /nothing to adopt/),
  'an external is missing': holds('missing', /does not exist and no manifest/),
  'kept, for it is not pruned': (step) => step.type === 'keep' && /prune: disabled/.test(step.reason),
  'drift ignored': (step) => step.type === 'keep' && /drift ignored/.test(step.reason),
  'left over, with something of others in it': holds('policy', /something of others/),
  'left over until it is empty': holds('waiting', /until it is empty/),
  'left over until nothing uses it': holds('waiting', /no longer uses it/),
  'left over until what replaces it is well': holds('waiting', /is well on what replaces it/),
  'left over until its manifest is gone': holds('waiting', /for the end of/),
  'released after the others': holds('waiting', /until .* is released/),
  'left over by a manifest that only observes': (step) =>
    step.type === 'hold' && step.desired === undefined && /reconcile: (observe|disabled)/.test(step.reason),
  'left where its Environment was': holds('policy', /has moved away/),
  'a step without an answer goes on': holds('waiting', /has not answered for/),
  'a failure is waited out': (step) => step.type === 'hold' && step.why === 'failed',
  'an update does not last': (step) => step.type === 'hold' && /still differs after/.test(step.reason),
  contested: (step) => step.type === 'hold' && /keeps (changing|undoing) it/.test(step.reason),
} as const satisfies Readonly<Record<string, StepSign>>;

const OUTCOME_SIGNS = {
  'a replacement begins': ({ type, result }) => type === 'replace' && result !== 'failed',
  'a user lets go': ({ reason, result }) => reason.startsWith('lets go of') && result !== 'failed',
  'a replacement waits for what is leaving': ({ type, message }) =>
    type === 'create' && /StillLeaving/.test(message ?? ''),
  'what is being made is made again': ({ type, message }) =>
    type === 'create' && /BeingMade/.test(message ?? ''),
  'a deletion is refused while it is used': ({ message }) => /StillUsed|NotEmpty/.test(message ?? ''),
  released: ({ releases, result }) => releases && result === 'done',
  'a release cut short': ({ releases, result }) => releases && result === 'failed',
  adopted: ({ reason, result }) => reason.startsWith('adopted') && result === 'done',
  'adopted and then replaced': ({ reason }) => reason.startsWith('adopted and then replaced'),
  'taken back after its release': ({ reason, result }) =>
    reason.startsWith('taken back') && result === 'done',
  'takes the place of its former name': ({ reason, result }) =>
    reason.startsWith('takes the place of') && result !== 'failed',
  'refused right before the change': failedWith('NotOurs'),
  'refused on a moved head': failedWith('SourceMoved'),
  'refused as git cannot be asked': failedWith('SourceUnreachable'),
  'stands still': ({ error }) => error?.retry === 'never',
  tidied: ({ changes, result }) => result === 'done' && changes.some(({ path }) => path.startsWith('old[')),
  repaired: ({ changes, result }) => result === 'done' && changes.some(({ path }) => path === 'places'),
} as const satisfies Readonly<Record<string, OutcomeSign>>;

/** What the pass itself shows. */
const RESULT_SIGNS = {
  'given up before it began': setBackBy('NotAnswering'),
} as const satisfies Readonly<Record<string, (result: PassResult) => boolean>>;

/** What the world itself marks. */
const MARKED = [
  'stale reading',
  'budget held and then confirmed',
  'deletions planned as the head moves',
  'a pass is overdue',
  'a second controller writes',
] as const;

export type State =
  | keyof typeof STEP_SIGNS
  | keyof typeof OUTCOME_SIGNS
  | keyof typeof RESULT_SIGNS
  | (typeof MARKED)[number];

export const STATES: readonly State[] = [
  ...(Object.keys(STEP_SIGNS) as (keyof typeof STEP_SIGNS)[]),
  ...(Object.keys(OUTCOME_SIGNS) as (keyof typeof OUTCOME_SIGNS)[]),
  ...(Object.keys(RESULT_SIGNS) as (keyof typeof RESULT_SIGNS)[]),
  ...MARKED,
];

const STEP_ENTRIES = Object.entries(STEP_SIGNS) as (readonly [State, StepSign])[];
const OUTCOME_ENTRIES = Object.entries(OUTCOME_SIGNS) as (readonly [State, OutcomeSign])[];

const RESULT_ENTRIES = Object.entries(RESULT_SIGNS) as (readonly [State, (result: PassResult) => boolean])[];

/** Adds the states that a pass shows. */
export function noteStates(result: PassResult, reached: Set<State>): void {
  for (const step of [...result.before.steps, ...result.plan.steps]) {
    if (step.type === 'keep' && step.reason === '') continue;
    for (const [state, sign] of STEP_ENTRIES) if (!reached.has(state) && sign(step)) reached.add(state);
  }
  for (const [state, sign] of RESULT_ENTRIES) if (sign(result)) reached.add(state);
  for (const outcome of result.outcomes) {
    for (const [state, sign] of OUTCOME_ENTRIES)
      if (!reached.has(state) && sign(outcome, result)) reached.add(state);
  }
}
