import { lessons } from "./lessons-en.ts";
import type { LabMessages } from "./messages.ts";

const count = (number: number, one: string, many: string) =>
  number === 0 ? `no ${one}` : `${number} ${number === 1 ? one : many}`;

export const en: LabMessages = {
  nav: {
    title: "Lab",
    main: "Lab and lessons",
    breakIt: "Break it",
    done: "done",
    console: "Console",
    gone: "The lab does not answer. Does `start` still run?",
  },
  breakIt: {
    title: "Break it",
    explain:
      "The same orders go to this orchestrator and to one written by hand, which tries once and keeps nothing. Watch the three bars of each: they must be equal.",
    loading: "The orchestrator by hand and its two services are being started.",
    wrong: "What goes wrong",
    faults: {
      none: { name: "All well", explain: "Nothing goes wrong." },
      "payments-down": { name: "Payments down", explain: "Payments answers 503, and does nothing." },
      "answer-lost": {
        name: "Charged, answer lost",
        explain: "Payments makes the payment, and cuts the line before it answers.",
      },
      slow: { name: "Slow payment, 6 s", explain: "Payments makes the payment after 6 seconds. Both callers wait for 5." },
      "slow-stock": {
        name: "Slow stock, 6 s",
        explain: "The Store Manager takes the stock after 6 seconds. Both callers wait for 5.",
      },
      "half-replies": { name: "Half replies", explain: "Payments makes the payment, and answers half a JSON." },
      "no-stock": { name: "No stock", explain: "So many orders ask for more than there is." },
      "row-lock": {
        name: "Row lock",
        explain: "The Store Manager answers that a row of its stock is locked (1205), and does nothing.",
      },
      "rate-limit": {
        name: "One customer limited",
        explain: "Payments answers 429 to customer 2, who has each fifth order of a hundred.",
      },
    },
    share: (percent) => `how many of the answers: ${percent} %`,
    sendOne: "Send one order to both",
    sendMany: (many) => `Send ${many} to both`,
    clear: "Clear the ledgers",
    full: "There are enough orders here: clear the ledgers first.",
    failed: "That did not work. Look at the processes below.",
  },
  ledger: {
    ours: "This orchestrator",
    byHand: "By hand, one try, nothing kept",
    orders: "orders",
    stock: "stock taken",
    payments: "payments",
    ends: (sent, { completed, undone, under_way: way, needs_human: human, refused }) =>
      [
        `${sent} sent: ${completed} completed, ${undone} undone, ${way} under way, ${human} ${human === 1 ? "needs" : "need"} a human`,
        ...(refused > 0 ? [`${refused} not accepted, without any effect`] : []),
      ].join(", "),
    endsByHand: (sent, { completed, undone, under_way: way, unanswered }) =>
      `${sent} sent: ${completed} answered “done”, ${undone} answered “cancelled”, ${way} under way, ${unanswered} never answered`,
    verdicts: {
      nothing: "Nothing was sent yet.",
      "under-way": "Not all orders are at rest yet.",
      unknown: "A service does not answer.",
      "needs-human": "They add up, but for the orders that wait for a human.",
      "adds-up": "They add up.",
      differs: "They do not add up.",
    },
    because: {
      nothing: "Send an order.",
      "under-way": "Those that are have each part, or none.",
      unknown: "These are the books of before.",
      "needs-human": "Nobody but a person may say what is true.",
      "adds-up": "Every order has its stock and its payment, and nothing else does.",
      differs: "Somebody paid for nothing, or has goods that nobody paid for:",
    },
    toRepair: "Repair them in the console",
    difference: ({ number, orders, stock, payments }) =>
      `Order ${number}: ${count(orders, "order", "orders")}, ${stock === 0 ? "nothing" : String(stock)} taken from stock, ${count(payments, "payment", "payments")}.`,
    sameOrderHere: "The same order here",
    more: (more) => `and ${more} more`,
  },
  recent: {
    title: "As it happens",
    none: "No order was sent yet.",
    order: (number) => `Order ${number}`,
    byHand: (end) => `by hand: ${end}`,
    ends: { "under-way": "under way", completed: "“done”", undone: "“cancelled”", unanswered: "no answer" },
  },
  processes: {
    title: "Processes",
    explain:
      "What you kill here is killed for both. Both orchestrators are started again by themselves; a service is when you say so.",
    names: { orchestrator: "Orchestrator", "store-manager": "Store Manager", payments: "Payments" },
    pids: (ours, byHand) => `pid ${ours}, by hand ${byHand}`,
    down: "does not run",
    kill: (name) => `Kill ${name}`,
    start: (name) => `Start ${name}`,
    reload: "Reload the definitions",
    reloadExplain: (starts) =>
      `After you changed a saga: the orchestrator stops in order, and starts with what the files say now. Started again so far: ${starts}.`,
    problem: "The orchestrator does not start. Correct what it says, and reload the definitions:",
    failed: "That did not work. Try it again, or look at what the terminal says.",
  },
  definition: { title: (version) => `The steps of an order, version ${version}` },
  lesson: {
    of: (number, all) => `Lesson ${number} of ${all}`,
    doThis: "Do this",
    notice: "Notice",
    think: "Think about it",
    answer: "One answer",
    exercise: (number) => `More by hand: exercise ${number} of docs/lab.md.`,
    live: "Your order, live",
    nothingYet: "Its ladder appears here when you have done it.",
    openInConsole: "opens in the console",
    failed: "That did not work. Do all processes run? Look at “Break it”.",
    next: (title) => `Next: ${title}`,
    toBreakIt: "Now break it yourself",
  },
  lessons,
};
