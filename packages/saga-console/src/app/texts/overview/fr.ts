import type { OverviewTexts } from "./messages.ts";

const startAt = (time: string) => `le démarrage de l’orchestrateur à ${time}`;

export const overview = {
  calm: "Aucune saga n’est en difficulté.",
  some: (count, oldest) =>
    `${count} ${count === "1" ? "saga demande" : "sagas demandent"} un humain. La plus ancienne attend depuis ${oldest}.`,
  onlyMoving: (count) => `Personne n’est demandé. ${count} ${count === "1" ? "saga est" : "sagas sont"} en cours.`,
  byPhase: "Sagas ouvertes, les pires d’abord",
  oldest: (age) => `la plus ancienne : ${age}`,
  openDesk: "Ouvrir l’atelier de réparation",
  first: "Demandent un humain, les plus anciennes d’abord",
  none: "aucune",
  minutes: "La dernière heure",
  minute: "Minute",
  counted: { started: "commencées", completed: "terminées", cancelled: "défaites", needsHuman: "demandent un humain" },
  sums: ({ started, completed, cancelled, needsHuman }, since) =>
    `${since === undefined ? "" : `Depuis ${startAt(since)} – `}Commencées : ${started}. Terminées : ${completed}. Défaites : ${cancelled}. Ont demandé un humain : ${needsHuman}.`,
  sameAsTable: "La même chose en tableau",
  participants: "Participants, les 5 dernières minutes",
  noParticipant: (since) =>
    since === undefined
      ? "Aucun participant n’a encore été appelé."
      : `Aucun participant n’a été appelé depuis ${startAt(since)}.`,
  noCall: "Aucun appel ne s’est terminé dans ce temps.",
  circuits: { closed: "est appelé", open: "retient des sagas", "half-open": "est essayé à nouveau" },
  took: (half, most) => `La moitié des appels a duré au plus ${half}, 95 % au plus ${most}.`,
  inFlight: (calls, waiting) =>
    `${calls} ${calls <= 1 ? "appel" : "appels"} en cours${waiting === 0 ? "" : `, ${waiting} en attente`}.`,
  pauses: "Pauses",
  noPause: "Chaque définition accepte de nouvelles sagas.",
  repairs: "Dernières réparations",
  noRepair: "Aucune depuis le démarrage de l’orchestrateur.",
  did: ({ type, step = "", applied }) => {
    switch (type) {
      case "cancel-requested":
        return "a annulé";
      case "retry-requested":
        return "a demandé un nouvel essai de";
      case "resolved":
        return applied === true ? `a dit que ${step} a été appliqué, pour` : `a dit que ${step} n’a pas été appliqué, pour`;
      case "wait-ended":
        return `a mis fin à l’attente à ${step}, pour`;
      case "acknowledged":
        return "a pris acte des signaux en retard de";
      default:
        return `a fait ${type} à`;
    }
  },
  event: (seq) => `événement ${seq}`,
  oldestOnes: "les plus anciennes sagas de chaque sorte",
} as const satisfies OverviewTexts;
