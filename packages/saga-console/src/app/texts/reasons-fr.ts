import type { About } from "../model/why.ts";
import type { ReasonTexts } from "./reason-texts.ts";

const act = ({ undo, step }: About) => (undo ? `l’annulation de ${step}` : step);
const at = ({ participant }: About) => (participant === "" ? "son participant" : participant);
const list = ({ steps = [] }: About) => steps.join(", ");
const atFirst = ({ participant }: About) => (participant === "" ? "Son participant" : participant);
const times = ({ attempts }: About) => (attempts === 1 ? "à la première tentative" : `en ${attempts} tentatives`);
const doubt = (about: About) => `On ne sait pas si ${act(about)} a eu son effet chez ${at(about)}.`;
const look = (about: About) => `Seule une personne qui regarde chez ${at(about)} peut dire si c’était appliqué.`;

/** What follows when the time of a wait is over. */
function end({ until, onTimeout }: About): string {
  if (until === "") return "Il n’y a pas de limite.";
  switch (onTimeout) {
    case "turn-back":
      return `Si aucun ne vient d’ici ${until}, ce qui était fait est défait.`;
    case "go-on":
      return `Si aucun ne vient d’ici ${until}, elle continue.`;
    case "ask":
      return `Si aucun ne vient d’ici ${until}, elle demande un humain.`;
    default:
      return `Son temps est écoulé à ${until}.`;
  }
}

function turned({ cause, step }: About): string {
  switch (cause) {
    case "rejected":
      return `Elle a fait demi-tour parce que ${step} a été refusé.`;
    case "unavailable":
      return `Elle a fait demi-tour parce que ${step} n’a pas pu être fait dans le nombre de tentatives prévu.`;
    case "deadline":
      return `Elle a fait demi-tour parce que son temps était écoulé à ${step}.`;
    case "cancelled":
      return "Elle a fait demi-tour parce que quelqu’un l’a annulée.";
    case "timeout":
      return `Elle a fait demi-tour parce que son attente à ${step} était finie.`;
    default:
      return `Elle a fait demi-tour à ${step} (${cause}).`;
  }
}

function others({ steps }: About): string {
  if (steps === undefined) return "";
  return steps.length === 0
    ? " Tout le reste qui était à défaire l’est."
    : ` L’annulation de ${steps.join(", ")} a été refusée aussi : la question viendra ensuite.`;
}

export const reasonsFr = {
  "unknown-unkeyed": (about) =>
    `${doubt(about)} Il ne garde pas de clés : renvoyé, l’appel pourrait être appliqué deux fois, donc il n’est pas renvoyé. ${look(about)}`,
  "gave-up": (about) => `${doubt(about)} Répéter l’appel ne l’a pas tranché à temps. ${look(about)}`,
  "key-may-be-forgotten": (about) =>
    `${doubt(about)} L’horloge de l’orchestrateur a reculé depuis, donc sa clé y est peut-être oubliée : renvoyé, l’appel pourrait être appliqué deux fois. ${look(about)}`,
  defect: (about) =>
    `${atFirst(about)} dit que la clé de ${act(about)} a servi à une autre requête. C’est un défaut de l’orchestrateur ou de ce service. ${look(about)}`,
  "id-reused": (about) =>
    `${doubt(about)} Le même identifiant a été donné depuis à la saga ${about.holder} : ce qui était à défaire n’est plus là, et une autre tentative pourrait défaire ce que cette saga a fait.`,
  refused: (about) =>
    `${atFirst(about)} a refusé ${act(about)}, qui doit réussir à la fin. Cherchez là-bas pourquoi.${others(about)}`,
  "signal-refused": ({ step }) =>
    `Un signal pour ${step} a refusé ce qui ne peut plus être défait. Cherchez pourquoi ; un signal qui accepte est encore pris.`,
  "no-signal": ({ step }) =>
    `Le temps de l’attente ${step} est écoulé, et aucun signal n’est venu. Rien n’a été envoyé, et un signal qui vient maintenant est encore pris.`,
  "correlation-taken": ({ step, holder }) =>
    `Elle attend un signal à ${step}, et la saga ${holder} a la corrélation par laquelle l’expéditeur la trouverait. Un signal par l’identifiant de cette saga-ci est pris.`,
  "correlation-unusable": ({ step, member }) =>
    `Elle attend un signal à ${step}, et aucun expéditeur ne pourrait nommer sa corrélation${member === "" ? "" : `, ${member}`}. Un signal par l’identifiant de cette saga est pris.`,
  unregistered: ({ definition, version }) =>
    `Elle exécute ${definition} version ${version}, qui n’est pas enregistrée ici : rien n’est fait pour elle. Enregistrez cette version à côté des autres, et redémarrez le processus.`,
  unreadable: () =>
    "Ses enregistrements dans le journal sont abîmés : rien n’est fait pour elle. Cherchez chez ses participants ce qu’elle a fait ; puis restaurez le journal d’une sauvegarde, ou laissez-la telle quelle.",
  "waiting-for-signal": (about) =>
    `Elle attend un signal à ${about.step} depuis ${about.since}. Rien n’est envoyé entre-temps. ${end(about)}`,
  "waiting-for-instant": ({ step, since, until }) =>
    `Elle attend à ${step} depuis ${since}. Rien n’est envoyé entre-temps.${until === "" ? "" : ` Elle continue à ${until}.`}`,
  "not-done-yet": (about) =>
    `${atFirst(about)} n’a pas pu faire ${act(about)} ${times(about)}, et il est sûr que rien n’a eu d’effet jusqu’ici. L’appel est retenté de lui-même à ${about.next}.`,
  repeated: (about) =>
    `${doubt(about)} L’appel est répété de lui-même à ${about.next}, sous sa clé, qui ne peut pas l’appliquer deux fois.`,
  "repeated-harmlessly": (about) =>
    `${doubt(about)} C’est répété de soi-même à ${about.next} : une deuxième fois n’a pas de deuxième effet.`,
  "looked-up": (about) => `${doubt(about)} L’orchestrateur le consulte là-bas de lui-même à ${about.next}.`,
  "turns-back": ({ until, attemptsMax }) =>
    `Si ce n’est pas fait d’ici ${until}, ou après ${attemptsMax} tentatives, ce qui était fait est défait.`,
  "asks-later": ({ until }) => `Si ce n’est pas tranché d’ici ${until}, elle demande un humain.`,
  "held-back": (about) =>
    `${atFirst(about)} n’a pas répondu récemment, ou n’a pas de place pour un autre appel. ${about.step} l’attend, et rien n’est en cours.`,
  "under-way": (about) =>
    `${about.undo ? `L’annulation de ${about.step}` : `L’appel ${about.step}`} chez ${at(about)} est en cours.`,
  "turned-back": turned,
  completed: () => "Elle est terminée : chaque étape a été appliquée une fois.",
  cancelled: () => "Elle est défaite : ce qui était fait a été défait.",
  orphans: (about) => `L’effet de ${list(about)} peut rester. Il est déclaré sans danger.`,
  lasting: (about) => `Ce que ${list(about)} a fait reste, comme déclaré.`,
  "late-signals": ({ count }) =>
    `${count === 1 ? "Un signal est venu trop tard" : `${count} signaux sont venus trop tard`}, et personne n’en a pris acte.`,
} as const satisfies ReasonTexts;
