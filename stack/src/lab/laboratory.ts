import type { FaultKind, LabState, PlacedOrder, ProcessName } from "saga-lab/api";
import type { Stack } from "../stack.ts";
import type { MockName, Supervisor } from "../supervisor.ts";
import { BookKeeper } from "./book-keeper.ts";
import { mockFaultOf } from "./faults.ts";
import { LabOrders } from "./orders.ts";
import { Twin } from "./twin.ts";

const RECENT = 12;
const NO_FAULT = { kind: "none", share: 100 } as const;

interface SetFault {
  readonly kind: FaultKind;
  readonly share: number;
  readonly times?: number | undefined;
}

export interface LaboratoryOptions {
  readonly stack: Stack;
  readonly supervisor: Supervisor;
  readonly isKeyed: boolean;
}

/** What the lab can do: the same trouble and the same orders for this orchestrator and for the one by hand, and both their books. */
export class Laboratory {
  readonly #stack: Stack;
  readonly #supervisor: Supervisor;
  readonly #isKeyed: boolean;
  readonly #orders: LabOrders;
  readonly #books: BookKeeper;
  #twin: Promise<Twin> | undefined;
  #running: Twin | undefined;
  #fault: SetFault = NO_FAULT;
  /** By the URL of a mock: which fault it has, also after a restart. */
  readonly #told = new Map<string, SetFault>();
  /** One after the other: of two faults that are set at once the later one stays. */
  #telling: Promise<unknown> = Promise.resolve();

  #reading: Promise<unknown> = Promise.resolve();

  constructor({ stack, supervisor, isKeyed }: LaboratoryOptions) {
    this.#stack = stack;
    this.#supervisor = supervisor;
    this.#isKeyed = isKeyed;
    this.#orders = new LabOrders({
      oursUrl: () => stack.orchestrator.url,
      byHandUrl: () => this.#running?.urls.byHand ?? "",
      name: `lab-${crypto.randomUUID().slice(0, 8)}`,
    });
    this.#books = new BookKeeper({
      orchestrator: () => stack.orchestrator.url,
      storeManager: () => stack.storeManager.url,
      payments: () => stack.payments.url,
      twin: () => this.#running?.urls,
    });
  }

  /** The other orchestrator and its services, which start when the lab is first looked at: who never looks does not pay for them. */
  async #twinOf(): Promise<Twin> {
    this.#twin ??= Twin.start(this.#isKeyed, () => this.#supervisor.isStopping);
    try {
      this.#running = await this.#twin;
      return this.#running;
    } catch (error) {
      this.#twin = undefined;
      throw error;
    }
  }

  get isFull(): boolean {
    return this.#orders.isFull;
  }

  async place(count: number): Promise<readonly PlacedOrder[]> {
    await this.#twinOf();
    const { kind, share } = this.#fault;
    return await this.#orders.place(count, kind === "no-stock" ? share : 0);
  }

  /** Replaces the fault at the services of both. */
  async setFault(fault: SetFault): Promise<void> {
    await this.#twinOf();
    // Another one, even if it is as before: it is set anew.
    this.#fault = { ...fault };
    await this.#tellMocks("storeManager", "payments");
  }

  async act({ process, action }: { readonly process: ProcessName; readonly action: "kill" | "start" | "reload" }): Promise<void> {
    const twin = await this.#twinOf();
    if (process === "orchestrator") {
      if (action === "kill") await Promise.all([this.#supervisor.kill("orchestrator"), twin.kill("byHand")]);
      else await this.#supervisor.reload();
      // This orchestrator is started again by its supervisor.
      await twin.restart("byHand");
      return;
    }
    const mock: MockName = process === "payments" ? "payments" : "storeManager";
    if (action !== "start") await Promise.all([this.#supervisor.kill(mock), twin.kill(mock)]);
    if (action === "kill") return;
    await Promise.all([this.#supervisor.startMock(mock), twin.restart(mock)]);
    // It has the fault of before, with what is left of its count.
    await this.#tellMocks(mock);
  }

  /** Forgets the orders, and ends the fault. The stock is what it was at the start. */
  async clear(): Promise<void> {
    this.#orders.clear();
    await this.setFault(NO_FAULT);
    const body = { product_id: 1, quantity: 1_000 };
    await Promise.all(this.#urlsOf("storeManager").map((url) => send(`${url}/stocks`, "POST", body)));
  }

  /** One after the other, so that each is made of one reading. */
  async state(): Promise<LabState> {
    const state = this.#reading.then(() => this.#read());
    this.#reading = state.catch(() => undefined);
    return await state;
  }

  async #read(): Promise<LabState> {
    const twin = await this.#twinOf();
    // As they are now: what ends during the reading belongs to the next one.
    const orders = this.#orders.all.map((order) => ({ ...order }));
    const { ours, byHand, sagaOf } = await this.#books.read(orders);
    const pids = (process: ProcessName, name: MockName | "orchestrator") => ({
      process,
      pid: this.#supervisor.pidOf(name) ?? null,
      by_hand_pid: twin.pidOf(name === "orchestrator" ? "byHand" : name) ?? null,
    });
    return {
      fault: { kind: this.#fault.kind, share: this.#fault.share },
      sent: orders.length,
      is_keyed: this.#isKeyed,
      ours,
      by_hand: byHand,
      recent: orders
        .slice(-RECENT)
        .toReversed()
        .map((order) => {
          const saga = order.sagaId === undefined ? undefined : sagaOf(order.sagaId);
          return {
            number: order.number,
            customer: order.customer,
            saga_id: order.sagaId ?? null,
            status: saga?.status ?? null,
            state: saga?.state ?? null,
            steps: saga?.steps.map(({ step, status }) => ({ step, status })) ?? [],
            by_hand: order.byHand,
          };
        }),
      processes: [pids("orchestrator", "orchestrator"), pids("store-manager", "storeManager"), pids("payments", "payments")],
      problem: this.#supervisor.problem ?? null,
      starts: this.#supervisor.starts,
    };
  }

  async stop(): Promise<void> {
    // Nobody asks for them any more.
    this.#orders.clear();
    const twin = await this.#twin?.catch(() => undefined);
    await twin?.stop();
  }

  #urlsOf(mock: MockName): readonly string[] {
    return [this.#stack[mock].url, ...(this.#running ? [this.#running.urls[mock]] : [])];
  }

  /** Each mock once of each fault: a repetition would begin its count anew. One that does not run is told when it is started. */
  async #tellMocks(...mocks: readonly MockName[]): Promise<void> {
    const tell = async (mock: MockName, url: string) => {
      const fault = this.#fault;
      if (this.#told.get(url) === fault || !(await send(`${url}/control/faults`, "DELETE"))) return;
      const { kind, share, times } = fault;
      const wanted = mockFaultOf(kind);
      const body = wanted?.at === mock && { ...wanted.fault, share, ...(times !== undefined && { times }) };
      if (!body || (await send(`${url}/control/faults`, "POST", body))) this.#told.set(url, fault);
    };
    const all = () => Promise.all(mocks.flatMap((mock) => this.#urlsOf(mock).map((url) => tell(mock, url))));
    this.#telling = this.#telling.then(all);
    await this.#telling;
  }
}

/** Whether it was accepted. */
async function send(url: string, method: string, body?: object): Promise<boolean> {
  const json = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const reply = await fetch(url, { method, ...json });
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
}
