import type { CallContext } from '../call.ts';
import { checkLength, invalidInput, required } from './checks.ts';
import type { Namespace, NamespaceType } from './state.ts';

const LABEL = '[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const PUBLIC_NAME = new RegExp(`^(${LABEL}\\.)+${LABEL}$`);

/** Cloud Map API reference: Name of CreateHttpNamespace, CreatePrivateDnsNamespace and CreatePublicDnsNamespace. */
const NAMES: Readonly<
  Record<NamespaceType, { readonly longest: number; readonly isName: (text: string) => boolean }>
> = {
  HTTP: { longest: 1024, isName: (text) => /^[!-~]+$/.test(text) },
  DNS_PRIVATE: {
    longest: 253,
    isName: (text) => text.split('.').every((label) => /^[!-~]{1,63}$/.test(label)),
  },
  DNS_PUBLIC: { longest: 253, isName: (text) => PUBLIC_NAME.test(text) },
};

/** Throws InvalidInput for what is no name of a namespace of the type. */
export function checkNamespaceName(type: NamespaceType, name: string | undefined): string {
  const text = required(name, 'Name');
  const { longest, isName } = NAMES[type];
  checkLength('Name', text, longest);
  if (text.startsWith('arn:') || !isName(text)) {
    throw invalidInput(`${text} is not a valid namespace name.`);
  }
  return text;
}

/** Whether DiscoverInstances finds a namespace by a name. */
export function isCalled({ type, httpName }: Pick<Namespace, 'type' | 'httpName'>, name: string): boolean {
  return nameKey(type, httpName) === nameKey(type, name);
}

/** The name, with a hash where another namespace has it already (DiscoverInstances, Cloud Map API reference). */
export function httpNameFor(
  { state, world }: CallContext,
  { type, name }: Pick<Namespace, 'type' | 'name'>,
): string {
  for (const other of state.servicediscovery.namespaces.values()) {
    const isTaken = isCalled(other, name) || isCalled({ type, httpName: name }, other.httpName);
    if (isTaken) return `${name}-${world.randomText(8)}`;
  }
  return name;
}

/** What tells the names of a kind apart: case does where no DNS is in the way (CreateService, Cloud Map API reference). */
export function nameKey(type: NamespaceType, name: string): string {
  return type === 'HTTP' ? name : name.toLowerCase();
}
