import { findCallTimeoutProblem } from "./call-timeout.ts";
import type { AnyChain } from "./chain.ts";
import { CANCELLED, type CANCELLED_WHEN_DONE, type Chart, COMPLETED, deriveChart, findChartProblem } from "./chart.ts";
import { type ColumnMember, findColumnsProblem } from "./columns.ts";
import { type ContextSchemas, findContextProblem } from "./context.ts";
import { DefinitionError } from "./definition-error.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type AnyEffectHandler, type AnyHandler, hasEffect } from "./handler.ts";
import { findPatienceProblem } from "./patience-problem.ts";
import { checkPolicy, type Policy } from "./policy.ts";
import type { Schema } from "./schema.ts";
import { findSecretProblem, type SecretMember } from "./secret-members.ts";
import { termsOf } from "./terms.ts";
import { findWaitProblem, timesOut } from "./wait-terms.ts";

/** The content of a definition: its name, its version, its chain of handlers, and the patience of its sagas. */
export interface Definition<Steps extends AnyChain> {
  /** In kebab-case; the last part of `POST /saga/{definition}`. */
  readonly name: string;
  /** A positive integer, raised whenever the chain changes; a saga keeps the version that it started with (rule 11). */
  readonly version: number;
  readonly chain: Steps;
  /** The patience of its sagas, such as `defaultPolicy`. */
  readonly policy: Policy;
  /** What its steps are told of the caller. Default: nothing. */
  readonly context?: ContextSchemas | undefined;
  /**
   * The members of its input, data and signals that people do not see, by their paths: `card.number`; in a list, `cards.number`. Views, searches and
   * logs have a mask in their place; handlers and the journal have them. Default: none.
   */
  readonly secret?: readonly SecretMember<Steps>[] | undefined;
  /**
   * The members of its input and data by which people know its sagas, for lists: the first one names a saga, such as the number of an order. None may
   * have what is secret. Default: none.
   */
  readonly columns?: readonly ColumnMember<Steps>[] | undefined;
}

/**
 * A kind of saga. A concrete definition extends it and passes its chain on; the base derives the chart of states and events, and
 * refuses the mistakes that the compiler cannot find: a loop, an unreachable state, a duplicate or malformed name. It decides nothing at
 * run time.
 *
 * @throws DefinitionError when the definition cannot be built.
 */
export abstract class Controller<Steps extends AnyChain = AnyChain> {
  readonly name: string;
  readonly version: number;
  readonly input: Steps["input"];
  /** The schema of the inputs that a journal holds: at least as wide as `input`. */
  readonly recordedInput: Schema<object>;
  readonly handlers: Steps["handlers"];
  readonly policy: Policy;
  /** What it takes of the caller's context. */
  readonly context: ContextSchemas;
  /** The paths of the members that people do not see. */
  readonly secret: readonly string[];
  /** The members by which people know its sagas, the one that names them first. */
  readonly columns: readonly string[];
  readonly chart: Chart;
  /** The same version with another one is refused: its sagas would be read wrongly (rule 11). */
  readonly fingerprint: string;

  protected constructor({ name, version, chain, policy, context = {}, secret = [], columns = [] }: Definition<Steps>) {
    const problem =
      findNameProblem(name, version, chain.handlers) ??
      findOrderProblem(chain.handlers) ??
      findTermsProblem(chain.handlers) ??
      findWaitProblem(chain.handlers) ??
      findCallTimeoutProblem(chain.handlers) ??
      checkPolicy(policy) ??
      findPatienceProblem(chain.handlers, policy) ??
      findContextProblem(context) ??
      findSecretProblem(secret, chain) ??
      findColumnsProblem(columns, secret);
    if (problem) throw new DefinitionError(name, problem);
    this.name = name;
    this.version = version;
    this.input = chain.input;
    this.recordedInput = chain.recorded ?? chain.input;
    this.handlers = chain.handlers;
    this.policy = policy;
    this.context = context;
    this.secret = secret;
    this.columns = columns;
    this.chart = deriveChart(chain.handlers);
    this.fingerprint = fingerprintOf(chain.handlers);
    const chartProblem = findChartProblem(this.chart);
    if (chartProblem) throw new DefinitionError(name, chartProblem);
  }
}

/** The names of a definition's states, as a type: the states of its steps, of undoing them, and the two ends. */
export type StateOf<Definition extends Controller> = WordsOf<Definition, "state" | "undoing"> | "COMPLETED" | "CANCELLED";

/** The names of the events of a definition's chart, as a type. */
export type EventOf<Definition extends Controller> =
  | WordsOf<Definition, "done" | "failed" | "undone" | "timedOut">
  | ("pivot" extends Definition["handlers"][number]["kind"] ? never : typeof CANCELLED_WHEN_DONE);

type WordsOf<Definition extends Controller, Word extends string> = Definition["handlers"][number] extends infer Step
  ? Step extends { readonly words: infer Words }
    ? Extract<Words[Word & keyof Words], string>
    : never
  : never;

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SCREAMING = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const PASCAL = /^[A-Z][A-Za-z0-9]*$/;
const NAME_LENGTH_MAX = 64;

function findNameProblem(name: string, version: number, handlers: readonly AnyHandler[]): string | undefined {
  if (!KEBAB.test(name) || name.length > NAME_LENGTH_MAX) return `its name must be in kebab-case, like "order"`;
  if (!Number.isSafeInteger(version) || version < 1) return `its version must be a positive integer, not ${version}`;
  if (handlers.length === 0) return "it has no step";
  const steps = handlers.map((handler) => handler.step);
  const withEffect = handlers.filter(hasEffect);
  const states = withEffect.flatMap(({ kind, words }) =>
    kind === "compensatable" ? [words.state, words.undoing] : [words.state],
  );
  const events = withEffect.flatMap(eventsOf);
  return (
    findMisnamed("step", steps, KEBAB, "create-order") ??
    findMisnamed("state", states, SCREAMING, "CREATING_ORDER") ??
    findMisnamed("event", events, PASCAL, "OrderCreated") ??
    findDuplicate("step", steps) ??
    findDuplicate("state", [...states, COMPLETED, CANCELLED]) ??
    findDuplicate("event", events)
  );
}

/** The names of the events of a step's arrows. */
function eventsOf(handler: AnyEffectHandler): readonly string[] {
  const { kind, words } = handler;
  const timedOut = timesOut(handler) && handler.words.timedOut !== undefined ? [handler.words.timedOut] : [];
  if (kind === "compensatable") return [words.done, words.failed, words.undone, ...timedOut];
  return kind === "retriable" ? [words.done, ...timedOut] : [words.done, words.failed, ...timedOut];
}

function findMisnamed(what: string, names: readonly string[], pattern: RegExp, example: string): string | undefined {
  const misnamed = names.find((name) => !pattern.test(name) || name.length > NAME_LENGTH_MAX);
  return misnamed === undefined ? undefined : `the ${what} "${misnamed}" must be named like "${example}"`;
}

function findDuplicate(what: string, names: readonly string[]): string | undefined {
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  return duplicate === undefined ? undefined : `two ${what}s are named "${duplicate}"`;
}

/** A key must outlive every request that carries it: one that arrives when it is forgotten is applied a second time. */
function findTermsProblem(handlers: readonly AnyHandler[]): string | undefined {
  const forgetful = handlers.map(termsOf).find(({ keyed, keyRetentionMs = Infinity, arrivesWithinMs }) => {
    return keyed && keyRetentionMs <= arrivesWithinMs;
  });
  if (!forgetful) return undefined;
  const { step, keyRetentionMs, arrivesWithinMs } = forgetful;
  return `the participant of "${step}" forgets a key after ${keyRetentionMs} ms, and a request may take ${arrivesWithinMs} ms to arrive`;
}

/** The compiler refuses these where the chain is built with types; plain JavaScript, or a chain made at run time, is refused here. */
function findOrderProblem(handlers: readonly AnyHandler[]): string | undefined {
  let pivot: string | undefined;
  for (const { kind, step } of handlers) {
    const isBefore = kind === "compensatable" || kind === "lasting";
    if (isBefore && pivot) return `the ${kind} step "${step}" stands after the pivot "${pivot}"`;
    if (kind === "pivot" && pivot) return `it has two pivots, "${pivot}" and "${step}"`;
    if (kind === "retriable" && !pivot) return `the retriable step "${step}" stands before any pivot`;
    if (kind === "pivot") pivot = step;
  }
  return pivot ? undefined : findLastRead(handlers);
}

/** If such a read turned the saga back, there would be no state to leave by its `failed` event. */
function findLastRead(handlers: readonly AnyHandler[]): string | undefined {
  const last = handlers.at(-1);
  return last?.kind === "read" ? `no step with an effect follows the read "${last.step}"` : undefined;
}
