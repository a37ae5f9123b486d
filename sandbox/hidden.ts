/** What people keep secret: it is given back to who may read it, and shown nowhere else. */
export interface Hidden {
  readonly hidden: string;
}

/** What stands in its place where everything is shown. */
export const HIDDEN = '(hidden)';

export function isHidden(value: object): value is Hidden {
  return Object.keys(value).join() === 'hidden';
}
