// The bodies and answers of the admin API, by the names that they have in the OpenAPI document.

import type { components } from './openapi.js';

type Schemas = components['schemas'];

export type Callback = Schemas['CallbackView'];
export type Clock = Schemas['ClockView'];
export type Coverage = Schemas['CoverageView'];
export type DescribedRequest = Schemas['DescribedRequest'];
export type Exchange = Schemas['ExchangeView'];
export type Explanation = Schemas['Explanation'];
export type Rule = Schemas['RuleView'];
export type Scenario = Schemas['ActiveScenario'];
export type Session = Schemas['SessionView'];
export type Slot = Schemas['SlotView'];
export type Snapshot = Schemas['Snapshot'];

type Camel<Name> = Name extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : Name;
type InCamelCase<T> = { [Name in keyof T as Camel<Name>]: T[Name] };

type Filters = Exclude<NonNullable<Schemas['Expectations']['request']>, string>;
/** Which requests of the journal are meant: an operation, `schedule`, or an object of filters. */
export type Filter = string | Filters;
/** What `verify` expects, besides the request: `exactly`, `atLeast`, `atMost`, `order` and so on, and filters. */
export type Expectation =
  InCamelCase<Omit<Schemas['Expectations'], 'request' | 'order'>> & Filters & { order?: Filter[] };
/** The name of a fault that needs no keys: `throttle`. */
export type FaultName = Schemas['FaultName'];
/** A fault with its keys: `{ fault: 'delay', by: '2s' }`. */
export type FaultWithKeys = Schemas['FaultWithKeys'] & { [key: string]: unknown };
/** The name of a fault, an object of its keys, a list of these, or a whole rule. */
type Fault = FaultName | FaultWithKeys;
export type Faults = Fault | Fault[] | WholeRule;
type WholeRule = ({ then: unknown } | { sequence: unknown } | { choose: unknown }) & { [key: string]: unknown };
/** The keys of a rule besides its faults: `when`, `times`, `chance`, `phase`, `for`, `name` and so on. */
export type RuleSettings = Partial<Omit<Schemas['RuleToArm'], 'then'>>;
/** An ISO 8601 text, or a Date. */
export type Moment = string | Date;
/** A scenario by name, as YAML text or as an object. In Node.js also the path of a YAML or JSON file. */
export type ScenarioSource = string | URL | object;
/** Values of `${NAME}` in scenario files. */
export type Variables = { [name: string]: string | number | boolean };
export type Query = { [name: string]: string | number | boolean | null | undefined };

/** An armed rule. */
export interface ArmedRule extends Rule {
  /** Removes the rule. Without effect if it was already removed, for example by a reset. */
  disarm(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Reads the files of a scenario; `undefined` if it names none. */
export type ReadScenario = (scenario?: ScenarioSource | null, variables?: Variables | null) => Promise<
  { files: { [path: string]: string }, variables: { [name: string]: string } } | undefined
>;

declare global {
  interface SymbolConstructor { // for projects whose library does not have it yet
    readonly asyncDispose: unique symbol;
  }
}

export interface StartOptions {
  /** The scenario that sessions start with: a name, or the path of a file. `default` by default. */
  scenario?: string | URL;
  /** A folder of scenarios, which are found by name before the shipped ones. */
  scenarios?: string | URL;
  /** The port to listen at; by default a free one. */
  port?: number;
  /** Further options of `mockgms serve`: `['--journal', '5000']`. */
  options?: string[];
  /** The command that runs mockgms, instead of the first that is found: `['python', '-m', 'mockgms']`. */
  command?: string[];
  /** The image for docker, if that is what is found. */
  image?: string;
  /** Seconds in which the server must start: 120 by default, since it may be downloaded first. */
  startTimeout?: number;
}

export interface ConnectOptions {
  /** The token of the admin API, if the server requires one. */
  token?: string;
  /** Seconds without an answer after which the server counts as not reached. 10 by default. */
  timeout?: number;
}
