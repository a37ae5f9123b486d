/** An Environment, as texts that speak of it may call it. */
export interface EnvironmentPlace {
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is to be told of one Environment. */
export interface Told {
  /** What must be equal word by word. */
  readonly key: string;
  readonly texts: readonly string[];
  readonly place: EnvironmentPlace;
}

/** Items that say the same, and the texts in which they do: with variables where only what they call their Environment differs. */
export interface Alike<Item> {
  readonly items: readonly Item[];
  readonly texts: readonly string[];
}

/** A text as all say it, and as they do with variables; undefined where they do not. */
interface Shared {
  readonly exact: string | undefined;
  readonly general: string | undefined;
}

/**
 * Items of several Environments by what they say, in the order of the first of each. Two texts are the same where they are equal, or are
 * once the names, Regions, accounts and labels of their Environments have become `${environment.name}` and the like, as manifests have
 * them. Pure.
 */
export function alike<Item>(items: readonly Item[], tell: (item: Item) => Told): readonly Alike<Item>[] {
  const groups = new Map<string, { readonly items: Item[]; shared: readonly Shared[] }[]>();
  const inOrder: { readonly items: Item[]; shared: readonly Shared[] }[] = [];
  for (const item of items) {
    const { key, texts, place } = tell(item);
    const general = withVariablesOf(place);
    const said = texts.map((text) => ({ exact: text, general: general(text) }));
    const among = groups.get(key) ?? [];
    groups.set(key, among);
    const found = among
      .map((group) => ({ group, shared: sharedBy(group.shared, said) }))
      .find(({ shared }) => shared !== undefined);
    if (found?.shared !== undefined) {
      found.group.items.push(item);
      found.group.shared = found.shared;
      continue;
    }
    const group = { items: [item], shared: said };
    among.push(group);
    inOrder.push(group);
  }
  return inOrder.map((group) => ({
    items: group.items,
    texts: group.shared.map(({ exact, general }) => exact ?? general ?? ''),
  }));
}

function sharedBy(some: readonly Shared[], others: readonly Shared[]): readonly Shared[] | undefined {
  if (some.length !== others.length) return undefined;
  const all: Shared[] = [];
  for (const [index, one] of some.entries()) {
    const other = others[index];
    const exact = one.exact === other?.exact ? one.exact : undefined;
    const general = one.general === other?.general ? one.general : undefined;
    if (exact === undefined && general === undefined) return undefined;
    all.push({ exact, general });
  }
  return all;
}

/** Puts an Environment's variables in the place of their values, wherever these stand as words of their own. */
function withVariablesOf({ name, region, account, labels = {} }: EnvironmentPlace): (text: string) => string {
  const variables = new Map(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [value, `\${environment.labels.${key}}`]),
  );
  if (account !== undefined) variables.set(account, '${environment.account}');
  if (region !== undefined) variables.set(region, '${environment.region}');
  variables.set(name, '${environment.name}');
  // The longest comes first: a name may hold its Region.
  const values = [...variables.keys()].toSorted((a, b) => b.length - a.length);
  const words = values.map((value) => value.replaceAll(/[^\w-]/g, String.raw`\$&`)).join('|');
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words})(?![A-Za-z0-9])`, 'g');
  return (text) =>
    values.some((value) => text.includes(value))
      ? text.replaceAll(pattern, (value) => variables.get(value) ?? value)
      : text;
}
