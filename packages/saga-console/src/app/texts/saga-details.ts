/** The texts of what stands below the ladder of a saga: its attempts, its chart, what caused an event. */
export interface SagaDetails {
  readonly toldBelow: string;
  /** Names the words that follow as the definition's. */
  readonly knownBy: (definition: string) => string;
  readonly turnsBack: string;
  readonly inDoubtSince: string;
  readonly attemptsOf: (count: number, most: number) => string;
  readonly attempt: (number: number | undefined, count: number) => string;
  readonly run: string;
  readonly undo: string;
  readonly person: string;
  readonly signal: string;
  readonly sent: string;
  readonly notSent: string;
  readonly took: string;
  readonly key: string;
  readonly said: (name: string) => string;
  readonly gave: string;
  readonly given: string;
  readonly givenHint: string;
  readonly cause: string;
  readonly sameCall: (count: number, duration: string) => string;
  readonly chart: string;
  readonly chartHint: string;
  readonly path: string;
  readonly otherArrows: string;
  readonly noArrow: string;
  readonly here: string;
  readonly notInDefinition: string;
}

export const sagaDetailsEn = {
  toldBelow: "What it stands at is told below, in the API's words.",
  knownBy: (definition) => `the definition ${definition}`,
  turnsBack: "Turns back",
  inDoubtSince: "no clear answer for",
  attemptsOf: (count, most) => `${count} of ${most} attempts`,
  attempt: (number, count) => (count > 1 ? `${count} attempts` : number === undefined ? "attempt" : `attempt ${number}`),
  run: "run",
  undo: "undo",
  person: "a person said",
  signal: "signal",
  sent: "sent",
  notSent: "no time of sending is recorded",
  took: "took",
  key: "key",
  said: (name) => `${name === "" ? "the participant" : name} said`,
  gave: "gave",
  given: "What the step was given",
  givenHint:
    "The request itself is not recorded. It is built from the saga's data, shown here as they were then; under one key it is always the same.",
  cause: "Caused by",
  sameCall: (count, duration) => `${count} times the same in ${duration}`,
  chart: "States",
  chartHint: "Solid: the path that this saga took.",
  path: "The path as a list",
  otherArrows: "Arrows that it did not take",
  noArrow: "by no single arrow of the definition",
  here: "here",
  notInDefinition: "not in this definition",
} as const satisfies SagaDetails;

export const sagaDetailsFr = {
  toldBelow: "Ce où elle en est est dit plus bas, dans les mots de l’API.",
  knownBy: (definition) => `la définition ${definition}`,
  turnsBack: "Fait demi-tour",
  inDoubtSince: "pas de réponse claire depuis",
  attemptsOf: (count, most) => `${count} tentatives sur ${most}`,
  attempt: (number, count) => (count > 1 ? `${count} tentatives` : number === undefined ? "tentative" : `tentative ${number}`),
  run: "aller",
  undo: "retour",
  person: "une personne a dit",
  signal: "signal",
  sent: "envoyé",
  notSent: "aucune heure d’envoi n’est enregistrée",
  took: "durée",
  key: "clé",
  said: (name) => `${name === "" ? "le participant" : name} a dit`,
  gave: "a donné",
  given: "Ce que l’étape a reçu",
  givenHint:
    "La requête elle-même n’est pas enregistrée. Elle est faite des données de la saga, montrées ici telles qu’elles étaient ; sous une même clé elle est toujours la même.",
  cause: "Causé par",
  sameCall: (count, duration) => `${count} fois la même chose en ${duration}`,
  chart: "États",
  chartHint: "En trait plein : le chemin que cette saga a pris.",
  path: "Le chemin en liste",
  otherArrows: "Flèches qu’elle n’a pas prises",
  noArrow: "par aucune flèche seule de la définition",
  here: "ici",
  notInDefinition: "pas dans cette définition",
} as const satisfies SagaDetails;
