import type { Messages } from "./messages.ts";

const act = (undo: boolean, step: string) => (undo ? `l’annulation de ${step}` : step);
const at = (participant: string) => (participant === "" ? "son participant" : participant);

/** The API's reasons are English; those that it often gives are said in French, and any other is quoted as it is. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/pivot may have been sent/, "son pivot a peut-être été envoyé : on ne peut pas le rappeler"],
  [
    /keeps no keys.*applied twice/,
    "il a peut-être été appliqué, et le participant ne garde pas de clés : envoyé encore, il pourrait l’être deux fois",
  ],
  [/still be on its way/, "une tentative est peut-être encore en route vers le participant"],
  [/(has|is) (ended|completed|cancelled)/, "la saga est terminée"],
  [/nothing (to|waits)/, "rien n’est en attente"],
];

export const fr = {
  code: "fr",
  title: "Sagas",
  nav: {
    overview: "Vue d’ensemble",
    sagas: "Sagas",
    repair: "Réparer",
    definitions: "Définitions",
    main: "Console",
    skip: "Aller au contenu",
  },
  settings: { language: "Langue", theme: "Thème", auto: "Auto", light: "Clair", dark: "Sombre", keys: "Touches seules" },
  session: {
    signIn: "Se connecter",
    token: "Jeton",
    explain:
      "Saisissez le jeton que vous avez reçu. L’orchestrateur le garde jusqu’à votre déconnexion ; ce navigateur ne le garde jamais.",
    refused: "Ce jeton ne compte pas ici.",
    signOut: "Se déconnecter",
    mayRead: "peut regarder",
    mayRepair: "peut réparer",
    mayNothing: "Ce jeton ne permet pas de lire les sagas. Il lui faut le rôle read ou operate.",
    readOnly: "Cette console montre seulement : CONSOLE_WRITES vaut false.",
    open: "tout est permis à tous",
  },
  live: {
    connecting: "Connexion",
    live: "En direct",
    polling: "Pas de flux : relu toutes les 3 s",
    ended: "Terminé : plus rien ne viendra",
  },
  marks: {
    pending: "pas envoyé",
    "under-way": "en cours",
    done: "fait",
    rejected: "refusé",
    unavailable: "injoignable",
    unknown: "en doute",
    waiting: "en attente",
    skipped: "sauté",
  },
  undoMarks: {
    ready: "prêt, s’il le faut",
    undoing: "se défait",
    undone: "défait",
    rejected: "annulation refusée",
    unavailable: "annulation injoignable",
    unknown: "annulation en doute",
  },
  statuses: { running: "en cours", completed: "terminée", cancelled: "défaite", needs_intervention: "demande un humain" },
  kinds: {
    compensatable: "peut être défait",
    lasting: "peut rester",
    pivot: "le pivot",
    retriable: "doit réussir",
    read: "lit seulement",
  },
  troubles: {
    "needs-human": "Demande un humain",
    "in-doubt": "En doute",
    undoing: "Se défait",
    retrying: "Réessaie",
    waiting: "En attente",
  },
  overview: {
    calm: "Aucune saga n’est en difficulté.",
    some: (count, oldest) =>
      `${count} ${count === "1" ? "saga demande" : "sagas demandent"} un humain. La plus ancienne attend depuis ${oldest}.`,
    onlyMoving: (count) => `Personne n’est demandé. ${count} ${count === "1" ? "saga est" : "sagas sont"} en cours.`,
    byAge: "En difficulté, par âge",
    oldest: (age) => `la plus ancienne : ${age}`,
    openDesk: "Ouvrir l’atelier de réparation",
    first: "Les plus anciennes",
    none: "aucune",
    definitions: "Définitions",
    starts: "accepte de nouvelles sagas",
    atLeast: (count) => `${count} ou plus`,
    recent: "Dernières modifiées",
  },
  list: {
    title: "Sagas",
    views: "Vues",
    all: "Toutes",
    running: "En cours",
    completed: "Terminées",
    cancelled: "Défaites",
    saved: "Vues gardées",
    save: "Garder cette vue",
    saveName: "Nom de la vue",
    forget: (name) => `Oublier la vue ${name}`,
    search: "Chercher",
    searchHint: "un nombre, ou une partie d’un texte",
    definition: "Définition",
    status: "Statut",
    any: "tous",
    step: "Étape",
    state: "État",
    saga: "Saga",
    started: "Commencée",
    changed: "Modifiée",
    where: "Où elle en est",
    show: (count) => (count === 1 ? "1 modifiée : montrer" : `${count} modifiées : montrer`),
    more: "Sagas suivantes",
    empty: "Aucune saga ne correspond à ces filtres.",
    curl: "Copier en curl",
    copied: "Copié",
    shown: (count, selected) => (selected > 0 ? `${count} affichées, ${selected} marquées` : `${count} affichées`),
    select: (name) => `Marquer ${name}`,
    keys: "j et k déplacent, Entrée ouvre, x marque, / cherche",
  },
  saga: {
    why: "Pourquoi en est-elle là ?",
    ladder: "Échelle",
    history: "Histoire",
    data: "Données",
    input: "Entrée",
    gathered: "Recueilli par ses étapes",
    forward: "aller",
    back: "retour",
    started: "commencée",
    pivot: "Pivot",
    above: "au-dessus : peut être défait",
    legend: "Signes",
    happened: "arrivé",
    may: "peut suivre",
    sameAsList: "La même chose en liste",
    attempts: (count) => (count === 1 ? "1 tentative" : `${count} tentatives`),
    attemptNumber: (number) => `tentative ${number}`,
    noAttempt: "aucune tentative n’est enregistrée",
    readyIfNeeded: "prêt, s’il le faut",
    twoWays: "Deux chemins d’ici",
    ifApplied: "appliqué : elle continue",
    ifNotApplied: "pas appliqué : les étapes du dessus sont défaites",
    asOfNow: "telle qu’elle est",
    asOfEvent: (seq) => `telle qu’elle était après l’événement ${seq}`,
    backToNow: "La montrer telle qu’elle est",
    slider: "Montrer l’état après un événement",
    after: (seq, last) => `État après l’événement ${seq} sur ${last}`,
    events: (count) => (count === 1 ? "1 événement" : `${count} événements`),
    folded: (duration) => `${duration} sans événement`,
    next: "Prochaine tentative",
    nextIn: (duration) => `dans ${duration}`,
    now: "maintenant",
    until: "jusqu’à",
    repair: "Réparer cette saga",
    apiWords: "Dans les mots de l’API (en anglais)",
    unknownVersion: (version) =>
      `La version ${version} de cette définition n’est pas décrite ici : l’échelle montre ses étapes sans leur nature.`,
    notFound: "Cette saga n’existe pas.",
    copyLink: "Copier le lien",
    copyCurl: "Copier en curl",
    evidence: (seq) => `Événement ${seq}`,
    says: (name) => `${name} a dit`,
    version: (version) => `version ${version}`,
    goesOn: "Elle continue d’elle-même.",
    lateSignals: "Signaux en retard",
  },
  events: {
    started: "Commencée. Elle est sur le disque avant le premier appel.",
    "pivot-recorded": "Le pivot est enregistré : dès ici il peut être envoyé.",
    "closing-recorded": "Close : plus rien n’est exécuté, et ce qui était fait est défait.",
    parked: "Rangée : rien d’elle n’est en cours.",
    resumed: "Reprise.",
    woken: "Réveillée : une attente est finie.",
    "cancel-requested": "Quelqu’un l’a annulée.",
    "retry-requested": "Quelqu’un a demandé une nouvelle tentative.",
    resolved: "Quelqu’un a dit ce qui est vrai",
    signalled: "Un signal est venu",
    "wait-ended": "Quelqu’un a mis fin à l’attente.",
    acknowledged: "Quelqu’un a pris acte des signaux en retard.",
    "correlation-refused": "Une autre saga a sa corrélation.",
    "id-reused": "Son identifiant a été donné à une autre saga.",
    compacted: "échecs, racontés en un seul",
  },
  why: (reason) => {
    switch (reason.code) {
      case "doubt": {
        const call = `On ne sait pas si ${act(reason.undo, reason.step)} a eu son effet chez ${at(reason.participant)}.`;
        const again =
          reason.keyed === undefined
            ? ""
            : reason.keyed
              ? " Le répéter n’a rien tranché."
              : " Il ne garde pas de clés : envoyé encore, l’appel pourrait être appliqué deux fois ; il n’est donc pas envoyé.";
        return `${call}${again} Seule une personne qui regarde chez ${at(reason.participant)} peut dire s’il a été appliqué.`;
      }
      case "refused-for-good":
        return `${at(reason.participant)} a refusé ${act(reason.undo, reason.step)}, qui doit réussir à la fin. Cherchez là-bas pourquoi.`;
      case "retrying":
        return `${at(reason.participant)} n’a pas pu faire ${act(reason.undo, reason.step)} ${reason.attempts === 1 ? "à la première tentative" : `en ${reason.attempts} tentatives`} : ${reason.outcome === "unknown" ? "la réponse s’est perdue" : "il n’était pas disponible"}. L’appel est retenté de lui-même.`;
      case "waiting":
        return `Elle attend à ${reason.step} un signal ou un instant. Rien n’est envoyé pendant ce temps.`;
      case "under-way":
        return `L’appel ${act(reason.undo, reason.step)} chez ${at(reason.participant)} est en cours.`;
      case "turned":
        switch (reason.turn.cause) {
          case "rejected":
            return `Elle a fait demi-tour parce que ${reason.turn.step} a été refusé.`;
          case "deadline":
            return `Elle a fait demi-tour parce que son temps était écoulé à ${reason.turn.step}.`;
          case "cancelled":
            return "Elle a fait demi-tour parce que quelqu’un l’a annulée.";
          case "timeout":
            return `Elle a fait demi-tour parce que son attente à ${reason.turn.step} était finie.`;
          case "unavailable":
            return `Elle a fait demi-tour parce que ${reason.turn.step} n’a pas pu être fait à temps.`;
          default:
            return `Elle a fait demi-tour à ${reason.turn.step} (${reason.turn.cause}).`;
        }
      case "completed":
        return "Elle est terminée : chaque étape a été appliquée une fois.";
      case "cancelled":
        return "Elle est défaite : ce qui était fait a été défait.";
      case "orphans":
        return `L’effet de ${reason.steps.join(", ")} peut rester. Il est déclaré sans danger.`;
      case "lasting":
        return `Ce que ${reason.steps.join(", ")} a fait reste, comme déclaré.`;
      case "late-signals":
        return `${reason.count === 1 ? "Un signal est venu" : `${reason.count} signaux sont venus`} trop tard, et personne n’en a pris acte.`;
      case "asks":
        return "Ce où elle en est est dit plus bas, dans les mots de l’API.";
    }
  },
  desk: {
    title: "Regardez, puis dites ce qui est vrai",
    known: "Connu",
    notKnown: "Pas connu",
    lookAt: "Où regarder",
    done: (step) => `${step} est fait`,
    undone: (step) => `${step} est défait`,
    doubt: (step, participant, isUndo) => `si ${act(isUndo, step)} a eu son effet chez ${at(participant)}`,
    nothingInDoubt: "rien n’est en doute",
    look: (participant) => `${at(participant)}, pour`,
    choose: "Que faut-il faire ?",
    chooseFirst: "Choisissez d’abord",
    choices: {
      applied: "C’était appliqué",
      "not-applied": "Ce n’était pas appliqué",
      retry: "Retenter maintenant",
      cancel: "Annuler",
      "end-wait": "Mettre fin à l’attente",
      acknowledge: "Prendre acte des signaux en retard",
    },
    follows: "Ensuite",
    nothingSent: "rien n’est envoyé",
    calls: { run: "exécuter", rollback: "défaire", probe: "consulter" },
    notPossible: (reason) => `Impossible : ${reason}.`,
    from: (time) => `Possible à partir de ${time}`,
    stays: "elle demande encore un humain",
    note: "Qu’avez-vous vu ?",
    noteHint: "C’est gardé avec la saga, avec votre nom.",
    noteMissing: "Écrivez ce que vous avez vu : c’est gardé avec la saga.",
    result: "Ce que l’étape a donné, en JSON",
    resultHint: 'par exemple {"payment_id": 3}',
    resultWrong: "Ce n’est pas un objet JSON.",
    act: (choice, consequence) => `${choice} : ${consequence}…`,
    beforeConfirm: "Rien n’est envoyé avant votre confirmation.",
    confirm: "Confirmer",
    back: "Revenir",
    written: (seq) => (seq === undefined ? "C’est enregistré." : `C’est enregistré comme événement ${seq}.`),
    refused: (detail) => `Refusé, et rien n’a changé : ${detail}`,
    forbidden: "Vous ne pouvez pas faire cela, et rien n’a changé. Ce que vous avez écrit est gardé ici.",
    unreachable: "Aucune réponse n’est venue. On ne sait pas si c’est enregistré : regardez l’histoire avant de répéter.",
    noRole: "Votre jeton permet de regarder, pas de réparer. Il lui faut le rôle operate.",
    nextSaga: "Saga suivante",
    queue: "Attendent un humain, les plus anciennes d’abord",
    queueEmpty: "Aucune saga n’attend un humain.",
    ended: "Elle est finie : il n’y a rien à réparer.",
    trail: "Ce que des personnes ont fait",
    refusal: ({ reason = "" }) => reasons.find(([pattern]) => pattern.test(reason))?.[1] ?? reason,
  },
  definitions: {
    title: "Définitions",
    steps: "Étapes",
    pause: "Mettre en pause",
    resume: "Reprendre",
    paused: (since) => `En pause depuis ${since}`,
    pausedItself: (since) => `Elle s’est mise en pause à ${since}`,
    pauseTells: "Les nouvelles sagas sont refusées par 503 jusqu’à la reprise. Celles en cours continuent.",
    resumeTells: "Les nouvelles sagas sont de nouveau acceptées.",
    keyed: "garde des clés",
    unkeyed: "ne garde pas de clés",
    participant: "Participant",
    kind: "Nature",
    transitions: "États et flèches",
    waits: "attend un signal ou un instant",
    policy: "Patience",
    limits: {
      attempts_max: "Tentatives si injoignable",
      backoff_ms_base: "Première pause entre tentatives, au plus",
      backoff_ms_max: "Plus longue pause entre tentatives",
      retry_after_ms_max: "Plus long Retry-After compté",
      deadline_ms: "Fait demi-tour après",
      give_up_ms: "Abandonne après",
    },
    fingerprint: "Empreinte",
    earlier: (version) => `Version ${version}, pour les sagas commencées avec elle`,
    whatIf: "Et si…",
  },
  error: {
    load: "Ceci n’a pas pu être lu.",
    again: "Relire",
    signedOut: "Votre session est finie. Connectez-vous de nouveau.",
    stale: "L’orchestrateur ne répond pas. Voici ce qui a été lu en dernier, à",
  },
  close: "Fermer",
} as const satisfies Messages;
