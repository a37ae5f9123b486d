import type { ScriptEventOf } from './script-event.ts';

/** What happens to a world, and for how long where it lasts. */
export type Happening =
  | { readonly type: 'git'; readonly what: string }
  | { readonly type: 'somebody'; readonly what: string; readonly lastsMs: number }
  | { readonly type: 'weather'; readonly what: Sky; readonly lastsMs: number }
  | { readonly type: 'control'; readonly what: Control };

export const SOURCE_SKIES = ['git cannot be reached', 'git is not whole'] as const;
export const AWS_SKIES = [
  'the tagging API shows a part',
  'empty answers',
  'credentials expire',
  'a permission is taken away',
] as const;
export const SKIES = ['faults', 'lag', ...SOURCE_SKIES, ...AWS_SKIES] as const;
export type Sky = (typeof SKIES)[number];

export const SECONDS = [
  'a slow controller starts beside it',
  "another owner's controller starts",
  "another source's controller starts",
] as const;
export const APPLIES = 'apply is run beside it';
export type Beside = (typeof SECONDS)[number] | typeof APPLIES;

export const CLOCKS = ['the clock steps', 'its host stands still'] as const;
export const CONTROLS = [
  'the plan is confirmed',
  'the controller dies',
  ...SECONDS,
  APPLIES,
  ...CLOCKS,
] as const;
export type Control = (typeof CONTROLS)[number];

export type ScriptEvent = ScriptEventOf<Happening>;
