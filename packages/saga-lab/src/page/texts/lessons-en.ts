import type { LabMessages } from "./messages.ts";

export const lessons: LabMessages["lessons"] = {
  "all-goes-well": {
    short: "All goes well",
    title: "All goes well",
    doThis: "One order: the Store Manager writes it and takes its stock, then Payments makes the payment. Nothing goes wrong.",
    button: "Place one order",
    notice: [
      "The left rail leads down: each step is done before the next one is called.",
      "The double line is the pivot. Above it, a step that was done can be undone: then its way leads up on the right, which the next lesson shows. Below it there is none.",
      "Open the order in the console: its history names each call, and the state that it led to.",
    ],
    question:
      "The orchestrator and two services, a database each, and no transaction around them. What makes an order whole or not there at all?",
    answer:
      "The orchestrator writes down each start, what each call came to, and that the pivot is about to be sent. Whatever fails, it knows from that what is done and what is in doubt, and goes on: down to the end, or back to the start.",
  },
  compensation: {
    short: "Compensation",
    title: "Payments is down, and the order is undone",
    doThis: "Payments answers 503 to everybody: it did nothing, and says so. Place an order.",
    button: "Place one order",
    notice: [
      "The payment is tried again. Payments says when to come back (Retry-After), and so that it did nothing: nothing is in doubt. A 503 without that may come from anywhere between, and would be in doubt.",
      "Then the order turns. Its way leads up on the right: the stock is put back first, then the order is deleted. The last step that was done is undone first.",
      "The orchestrator by hand undoes it too. As long as each call is answered clearly, a try and a catch are enough.",
    ],
    question: "Why is the stock put back before the order is deleted, and not the other way round?",
    answer:
      "The steps stand on each other: the stock was taken for an order that exists. Undone in reverse, each rollback finds the world as its step left it. In any other order somebody sees stock that is taken for an order that nobody knows.",
  },
  "unknown-outcome": {
    short: "The unknown outcome",
    title: "An answer is lost",
    doThis: "Payments will make the payment, and cut the line before it answers. It cuts the next four answers too.",
    button: "Place one order",
    notice: [
      "The payment is in doubt, and not refused: it was sent. Two dashed ways leave the diamond, and nothing is undone: both ways could be wrong.",
      "The same call is sent again under the same key, until there is an answer. Payments knows the key: it answers what it did the first time, and makes no second payment.",
      "Below, the order by hand: its line was cut, so it gave up, and undid the order. The payment is still there: somebody paid for nothing.",
    ],
    question: "What if Payments did not know keys?",
    answer:
      "Then a repetition could pay twice, and undoing could leave a payment for nothing. The order needs a human, who looks at Payments and says what is true. Start the stack with KEYED=false, and do this lesson again.",
  },
  crash: {
    short: "Crash and recovery",
    title: "The orchestrator is killed",
    doThis:
      "The Store Manager takes six seconds for the stock of the next order. While it does, both orchestrators are killed, as if somebody pulled the plug.",
    button: "Place one order, and kill both",
    notice: [
      "The ladder stands still for a moment: the process is gone. Its journal is on the disk, and it is started again.",
      "It does not know whether the stock was taken: the step is in doubt. So it sends the same call again under the same key, until there is an answer.",
      "Then it goes on, and the order is done: its stock is taken once. By hand nobody remembers the order. It is there, its stock is gone, and nobody pays for it.",
    ],
    question: "Why may the orchestrator just ask again, without knowing what became of the first call?",
    answer:
      "Because of the key, which is made of the saga and the step, and so is the same after a crash. The Store Manager keeps its first answer to a key: however often it is asked, the stock is taken once. Only the pivot needs a record on the disk before it is sent: after it there is no way back.",
  },
  "sick-customer": {
    short: "One sick customer",
    title: "One customer who is always refused",
    doThis:
      "Payments limits customer 2: it answers 429 to each payment of that customer. Ten orders come, and two of them are from customer 2.",
    button: "Place ten orders",
    notice: [
      "The ladder shows an order of customer 2: unreachable, which stands for a service that does nothing now, and tried again: never before the second that Payments asks for, and later each time.",
      "The table of orders under “Break it” has the other eight: they are done, and none of them waits for the two. Look at it afterwards.",
      "After eight attempts, some ten seconds, the two give up, and are undone: an order that cannot reach its pivot is taken back, after so many attempts or at its deadline of fifteen seconds, whichever comes first.",
    ],
    question:
      "After many failures in a row an orchestrator stops calling a service, to spare it. How can the eight get through then?",
    answer:
      "It counts different orders, and here only two fail, so the circuit stays closed. With more of them it opens, and then an order that did not fail yet may still try: its success shows that the service is well. So one sick customer stops nobody but himself.",
  },
};
