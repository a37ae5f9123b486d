import type {
  DeleteAccountSettingCommandInput,
  DeleteAccountSettingCommandOutput,
  ListAccountSettingsCommandInput,
  ListAccountSettingsCommandOutput,
  PutAccountSettingCommandInput,
  PutAccountSettingCommandOutput,
  PutAccountSettingDefaultCommandInput,
  PutAccountSettingDefaultCommandOutput,
  Setting,
  SettingName,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { invalidParameter } from '../errors.ts';
import { callerArn, rootArn } from '../names.ts';
import { readPage } from '../pages.ts';

/** The SDK's list lacks one that the developer guide has. */
type Name = SettingName | 'dualStackIPv6';

/** What each setting is where nobody set it, first, and what else it can be (developer guide, account settings). */
const SETTINGS: Readonly<Record<Name, readonly [string, ...string[]]>> = {
  awsvpcTrunking: ['disabled', 'enabled'],
  containerInsights: ['disabled', 'enabled', 'enhanced'],
  containerInstanceLongArnFormat: ['enabled'],
  defaultLogDriverMode: ['non-blocking', 'blocking'],
  dualStackIPv6: ['enabled', 'disabled'],
  fargateEventWindows: ['disabled', 'enabled'],
  fargateFIPSMode: ['disabled', 'enabled'],
  fargateTaskRetirementWaitPeriod: ['7', '0', '14'],
  guardDutyActivate: ['off'],
  serviceLongArnFormat: ['enabled'],
  tagResourceAuthorization: ['on', 'off'],
  taskLongArnFormat: ['enabled'],
};

/** `on` and `off` are other words for these. */
const SYNONYMS: Readonly<Record<string, string>> = { on: 'enabled', off: 'disabled' };
/** How many settings of principals are kept; the oldest are forgotten. */
const MOST_REMEMBERED = 1000;

/** Answers the settings that the principal has set or, if asked for, those that apply to it. Throws InvalidParameterException. */
export function listAccountSettings(
  input: ListAccountSettingsCommandInput,
  context: CallContext,
): Answer<ListAccountSettingsCommandOutput> {
  if (input.value !== undefined && input.name === undefined) {
    throw invalidParameter('You must specify a setting name to filter by value.');
  }
  const principalArn = readPrincipal(context, input.principalArn);
  const names = input.name === undefined ? settingNames() : [readName(input.name)];
  const settings: [string, Setting][] = [];
  for (const name of names) {
    const setting =
      input.effectiveSettings === true
        ? effectiveSetting(context, name, principalArn)
        : ownSetting(context, name, principalArn);
    if (setting === undefined || (input.value !== undefined && setting.value !== input.value)) continue;
    settings.push([name, setting]);
  }
  const { items, nextToken } = readPage(settings, input, { size: 10, most: 10 });
  return { settings: [...items], nextToken };
}

export function putAccountSetting(
  input: PutAccountSettingCommandInput,
  context: CallContext,
): Answer<PutAccountSettingCommandOutput> {
  return { setting: put(context, readPrincipal(context, input.principalArn), input) };
}

/** Sets what applies to every principal that has no setting of its own. */
export function putAccountSettingDefault(
  input: PutAccountSettingDefaultCommandInput,
  context: CallContext,
): Answer<PutAccountSettingDefaultCommandOutput> {
  return { setting: put(context, rootArn(context), input) };
}

export function deleteAccountSetting(
  input: DeleteAccountSettingCommandInput,
  context: CallContext,
): Answer<DeleteAccountSettingCommandOutput> {
  const name = readName(input.name);
  const principalArn = readPrincipal(context, input.principalArn);
  const setting = ownSetting(context, name, principalArn);
  context.state.ecs.accountSettings.delete(`${principalArn} ${name}`);
  return { setting: setting ?? { name, principalArn } };
}

/** The principal's own setting, else the account's, else AWS's default. */
export function effectiveSetting(
  context: CallContext,
  name: SettingName,
  principalArn = callerArn(context),
): Setting & { readonly value: string } {
  const root = rootArn(context);
  return (
    ownSetting(context, name, principalArn) ??
    ownSetting(context, name, root) ?? {
      name,
      value: SETTINGS[name][0],
      principalArn: root,
      type: typeOf(name),
    }
  );
}

function ownSetting(
  { state }: CallContext,
  name: SettingName,
  principalArn: string,
): (Setting & { readonly value: string }) | undefined {
  const value = state.ecs.accountSettings.get(`${principalArn} ${name}`);
  return value === undefined ? undefined : { name, value, principalArn, type: typeOf(name) };
}

function typeOf(name: SettingName): 'user' | 'aws_managed' {
  return name === 'guardDutyActivate' ? 'aws_managed' : 'user';
}

function put(
  { state }: CallContext,
  principalArn: string,
  input: { readonly name: SettingName | undefined; readonly value: string | undefined },
): Setting {
  const name = readName(input.name);
  const value = readValue(name, input.value);
  const { accountSettings } = state.ecs;
  accountSettings.set(`${principalArn} ${name}`, value);
  if (accountSettings.size > MOST_REMEMBERED) {
    for (const oldest of [...accountSettings.keys()].slice(0, 1)) accountSettings.delete(oldest);
  }
  return { name, value, principalArn, type: typeOf(name) };
}

function settingNames(): SettingName[] {
  return Object.keys(SETTINGS) as SettingName[];
}

function readName(name: string | undefined): SettingName {
  const known = settingNames().find((candidate) => candidate === name);
  if (known === undefined) throw invalidParameter(`Invalid account setting name: ${name ?? 'null'}.`);
  return known;
}

function readValue(name: SettingName, value: string | undefined): string {
  if (typeOf(name) === 'aws_managed') throw invalidParameter(`The setting ${name} is managed by AWS.`);
  const allowed = SETTINGS[name];
  // AWS's text, by which Terraform's provider tells that there is nothing to destroy.
  if (name.endsWith('LongArnFormat') && (value === 'disabled' || value === 'off')) {
    throw invalidParameter('You can no longer disable Long Arn settings');
  }
  const meant = value === undefined || allowed.includes(value) ? value : SYNONYMS[value];
  if (meant === undefined || !allowed.includes(meant)) {
    throw invalidParameter(`Invalid account setting value: ${value ?? 'null'} for ${name}.`);
  }
  return meant;
}

/** A user or role of the account, or its root; by default the caller. */
function readPrincipal(context: CallContext, principalArn: string | undefined): string {
  if (principalArn === undefined) return callerArn(context);
  const [account] = rootArn(context).split(':root');
  if (principalArn === rootArn(context)) return principalArn;
  if (
    /^:(user|role)\/\S{1,600}$/.test(principalArn.slice(account?.length)) &&
    principalArn.startsWith(account ?? '')
  ) {
    return principalArn;
  }
  throw invalidParameter('The specified principal ARN is invalid.');
}
