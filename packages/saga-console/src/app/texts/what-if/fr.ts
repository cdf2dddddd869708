import type { WhyEnds } from "../../what-if/why-ends.ts";
import { withFrenchSpaces } from "../french-spaces.ts";
import type { WhatIfMessages } from "./messages.ts";

const list = (steps: readonly string[]) => steps.join(", ");

function asks(step: string, reason: string): string {
  switch (reason) {
    case "unknown-unkeyed":
      return `Personne ne sait si ${step} a été appliquée, et son participant ne garde pas de clés : renvoyée, elle pourrait l’être deux fois. Un humain regarde.`;
    case "gave-up":
      return `Aucune réponse à ${step} n’est venue avant l’abandon. Un humain regarde.`;
    case "refused":
      return `${step} doit finir par réussir, et a été refusée. Un humain cherche pourquoi.`;
    case "no-signal":
      return `Le temps de ${step} est écoulé, et aucun signal n’est venu. Un humain décide ; un signal compte encore.`;
    default:
      return `Un humain est interrogé sur ${step} (${reason}).`;
  }
}

function turned(step: string, cause: string): string {
  switch (cause) {
    case "rejected":
      return `${step} a été refusée : ce qui était fait est défait.`;
    case "unavailable":
      return `${step} n’a pu se faire à aucune tentative : ce qui était fait est défait.`;
    case "deadline":
      return `Le temps était écoulé avant que ${step} soit faite : ce qui était fait est défait.`;
    case "cancelled":
      return "L’annulation a été acceptée : ce qui était fait est défait, y compris l’appel en cours.";
    case "timeout":
      return `Le temps de ${step} était écoulé sans signal : ce qui était fait est défait.`;
    default:
      return `Elle a fait demi-tour à ${step} (${cause}).`;
  }
}

export const whatIfFr = withFrenchSpaces({
  title: (definition, version) => `${definition}, ${version} : et si ?`,
  explain:
    "Choisissez une étape et ce qui y va mal ; tout le reste va bien. La fonction qui décide dans l’orchestrateur décide ici, dans cette page.",
  grid: "Étape et ce qui va mal",
  step: "Étape",
  troubles: {
    refused: "Refusée",
    "timed-out": "Délai dépassé",
    cut: "Coupée après l’envoi",
    unreachable: "Injoignable",
    silent: "Jamais de réponse",
    cancelled: "Annulée ici",
  },
  supposed: {
    refused: "Le participant dit non, pour de bon.",
    "timed-out": "La première requête se perd en route, et son délai passe. Les suivantes reçoivent une réponse.",
    cut: "La première requête est appliquée, et sa réponse se perd. Les suivantes reçoivent une réponse.",
    unreachable: "Aucune requête n’atteint le participant, et c’est certain.",
    silent: "Les requêtes partent, et aucune réponse ne vient jamais.",
    cancelled: "Une personne annule pendant l’appel. L’appel aboutit.",
  },
  supposedAtWait: {
    refused: "Le signal dit non.",
    silent: "Aucun signal ne vient.",
    cancelled: "Une personne annule pendant que la saga attend.",
  },
  endings: {
    completed: "terminée",
    cancelled: "défaite",
    needs_intervention: "demande un humain",
    waiting: "continue d’attendre",
  },
  cannotHappen: "ne peut pas arriver : personne n’est appelé ici",
  version: "Version",
  keys: { legend: "Les participants gardent des clés", "as-told": "comme en vrai", kept: "tous", "not-kept": "aucun" },
  follows: "Ce qui suit",
  after: (duration) => `Environ ${duration} après son début.`,
  client: "Le client reçoit",
  clientWaits: "s’il attend jusque-là ; avant, 202 et où regarder.",
  calls: "Appels",
  noCalls: "Rien n’est appelé.",
  actions: { run: "faire", rollback: "défaire", probe: "vérifier" },
  times: (count) => `${count} fois`,
  shortened: "D’autres tentatives qui finissent de même sont omises.",
  why: (why: WhyEnds) => {
    switch (why.code) {
      case "cancel-refused":
        return "L’annulation est refusée par 409 : le pivot a peut-être été envoyé.";
      case "repeated":
        return `${why.step} a été renvoyée, puis faite.`;
      case "looked-up":
        return `On a vérifié, sans humain, si ${why.step} avait été appliquée.`;
      case "read-again":
        return `${why.step} ne fait que lire : elle a relu, et rien n’était en doute.`;
      case "went-on":
        return `Le temps de ${why.step} était écoulé, et la saga a continué sans signal.`;
      case "asks":
        return asks(why.step, why.reason);
      case "turned":
        return turned(why.step, why.cause);
      case "orphans":
        return `L’effet de ${list(why.steps)} peut rester. Il est déclaré sans danger.`;
      case "remains":
        return `Ce que ${list(why.steps)} a fait reste, ou peut rester, comme déclaré.`;
      case "waits":
        return `Seul un signal pour ${why.step}, ou un humain, met fin à l’attente.`;
    }
  },
  path: "Chemin",
  nothingSent: "Prévu : rien n’est envoyé.",
  notFound: (definition) => `Il n’y a pas de définition ${definition} ici.`,
  notTold:
    "L’API dit trop peu de cette définition pour cette page. Rechargez la page : l’orchestrateur est peut-être d’une autre version maintenant.",
} as const satisfies WhatIfMessages);
