import { alike } from '../core/alike.ts';
import type { EnvironmentPlace } from '../core/alike.ts';
import { displayId } from '../core/resource.ts';
import type { Clock } from '../core/ports.ts';
import { placesIn } from '../plan/places.ts';
import type { Step } from '../plan/step.ts';
import { countedWhere, namedWhere } from '../plan/where.ts';
import type { Mutation } from '../reconcile/mutate.ts';

/** What there is to say of a resource. */
export interface News {
  readonly step: Pick<Mutation, 'id'>;
  readonly text: string;
  readonly isFailure?: boolean;
}

/** The same of several Environments; `where` is empty where there is only one. */
export interface ToldNews<Item extends News = News> {
  /** `role/xray-task`. */
  readonly name: string;
  readonly text: string;
  readonly where: string;
  readonly items: readonly Item[];
}

/** Tells news, what several Environments have alike once. */
export type NewsTelling = <Item extends News>(news: readonly Item[]) => readonly ToldNews<Item>[];

/** How news of a plan are told: where it is of several Environments with these, and what failed with their names. */
export function newsTelling(steps: readonly Step[]): NewsTelling {
  const isOfSeveral = new Set(steps.map(({ id }) => id.environment)).size > 1;
  return isOfSeveral ? foldedNews(placesIn(steps)) : eachAlone;
}

/** As they are told where all is in one Environment. */
export const eachAlone: NewsTelling = (news) =>
  news.map((item) => ({ name: displayId(item.step.id), text: item.text, where: '', items: [item] }));

function foldedNews(placeOf: (environment: string) => EnvironmentPlace): NewsTelling {
  return (news) =>
    alike(news, ({ step, text, isFailure = false }) => ({
      key: String(isFailure),
      texts: [displayId(step.id), text],
      place: placeOf(step.id.environment),
    })).map(({ items, texts: [name = '', text = ''] }) => {
      const environments = items.map(({ step }) => step.id.environment);
      const isFailure = items.some((item) => item.isFailure);
      return { name, text, where: isFailure ? namedWhere(environments) : countedWhere(environments), items };
    });
}

/** Takes news as they come. */
export interface NewsGathering {
  add(news: News): void;
  /** Tells what has not been told yet. */
  flush(): void;
}

/** How long news may wait for more of their kind. */
const WAITS_MS = 5_000;

/** News wait a little for the same from other Environments; where all is in one they are told at once. */
export function gatherNews(
  telling: NewsTelling,
  clock: Pick<Clock, 'monotonic'>,
  tell: (news: readonly ToldNews[]) => void,
): NewsGathering {
  let gathered: News[] = [];
  let since = clock.monotonic();
  const flush = (): void => {
    const news = gathered;
    gathered = [];
    since = clock.monotonic();
    if (news.length > 0) tell(telling(news));
  };
  return {
    add(news) {
      if (gathered.length === 0) since = clock.monotonic();
      gathered.push(news);
      if (telling === eachAlone || clock.monotonic() - since >= WAITS_MS) flush();
    },
    flush,
  };
}
