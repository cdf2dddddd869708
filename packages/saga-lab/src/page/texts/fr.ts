import { lessons } from "./lessons-fr.ts";
import type { LabMessages } from "./messages.ts";

const count = (number: number, one: string, none: string) =>
  number === 0 ? `${none} ${one}` : `${number} ${one}${Math.abs(number) === 1 ? "" : "s"}`;

export const fr: LabMessages = {
  nav: {
    title: "Labo",
    main: "Labo et leçons",
    breakIt: "Casser",
    done: "faite",
    console: "Console",
    gone: "Le labo ne répond pas. Est-ce que `start` tourne encore ?",
  },
  breakIt: {
    title: "Le casser",
    explain:
      "Les mêmes commandes vont à cet orchestrateur et à un autre, écrit à la main, qui essaie une fois et ne garde rien. Regardez les trois barres de chacun : elles doivent être égales.",
    loading: "L’orchestrateur écrit à la main et ses deux services démarrent.",
    wrong: "Ce qui tourne mal",
    faults: {
      none: { name: "Tout va bien", explain: "Rien ne tourne mal." },
      "payments-down": { name: "Payments en panne", explain: "Payments répond 503, et ne fait rien." },
      "answer-lost": {
        name: "Débité, réponse perdue",
        explain: "Payments fait le paiement, et coupe la ligne avant de répondre.",
      },
      "slow-stock": {
        name: "Stock lent, 6 s",
        explain: "Store Manager prend le stock après 6 secondes. Les deux appelants en attendent 5.",
      },
      slow: {
        name: "Paiement lent, 6 s",
        explain: "Payments fait le paiement après 6 secondes. Les deux appelants en attendent 5.",
      },
      "half-replies": { name: "Demi-réponses", explain: "Payments fait le paiement, et répond la moitié d’un JSON." },
      "no-stock": { name: "Pas de stock", explain: "Autant de commandes demandent plus qu’il n’y a." },
      "row-lock": {
        name: "Ligne verrouillée",
        explain: "Store Manager répond qu’une ligne de son stock est verrouillée (1205), et ne fait rien.",
      },
      "rate-limit": {
        name: "Un client limité",
        explain: "Payments répond 429 au client 2, qui a une commande sur cinq quand on en envoie cent.",
      },
    },
    share: (percent) => `part des réponses : ${percent} %`,
    sendOne: "Envoyer une commande aux deux",
    sendMany: (many) => `En envoyer ${many} aux deux`,
    clear: "Vider les comptes",
    full: "Il y a assez de commandes ici : videz d’abord les comptes.",
    failed: "Cela n’a pas marché. Regardez les processus plus bas.",
  },
  ledger: {
    ours: "Cet orchestrateur",
    byHand: "À la main, un essai, rien de gardé",
    orders: "commandes",
    stock: "stock pris",
    payments: "paiements",
    ends: (sent, { completed, undone, under_way: way, needs_human: human, refused }) =>
      [
        `${sent} ${sent === 1 ? "envoyée" : "envoyées"} : ${completed} terminées, ${undone} défaites, ${way} en cours, ${human} ${human === 1 ? "demande" : "demandent"} un humain`,
        ...(refused > 0 ? [`${refused} non acceptées, sans aucun effet`] : []),
      ].join(", "),
    endsByHand: (sent, { completed, undone, under_way: way, unanswered }) =>
      `${sent} ${sent === 1 ? "envoyée" : "envoyées"} : ${completed} ${completed === 1 ? "a" : "ont"} reçu « fait », ${undone} « annulée », ${way} en cours, ${unanswered} sans réponse`,
    verdicts: {
      nothing: "Rien n’a encore été envoyé.",
      "under-way": "Toutes les commandes ne sont pas encore au repos.",
      unknown: "Un service ne répond pas.",
      "needs-human": "Le compte est bon, sauf pour les commandes qui attendent un humain.",
      "adds-up": "Le compte est bon.",
      differs: "Le compte n’est pas bon.",
    },
    because: {
      nothing: "Envoyez une commande.",
      "under-way": "Celles qui le sont ont chaque part, ou aucune.",
      unknown: "Voici les comptes d’avant.",
      "needs-human": "Seule une personne peut dire ce qui est vrai.",
      "adds-up": "Chaque commande a son stock et son paiement, et rien d’autre n’en a.",
      differs: "Quelqu’un a payé pour rien, ou a des articles que personne n’a payés :",
    },
    toRepair: "Les réparer dans la console",
    difference: ({ number, orders, stock, payments }) =>
      `Commande ${number} : ${count(orders, "commande", "aucune")}, ${stock === 0 ? "rien" : String(stock)} pris du stock, ${count(payments, "paiement", "aucun")}.`,
    sameOrderHere: "La même commande ici",
    more: (more) => `et ${more} de plus`,
  },
  recent: {
    title: "Au fur et à mesure",
    none: "Aucune commande n’a encore été envoyée.",
    order: (number) => `Commande ${number}`,
    byHand: (end) => `à la main : ${end}`,
    ends: { "under-way": "en cours", completed: "« fait »", undone: "« annulée »", unanswered: "pas de réponse" },
  },
  processes: {
    title: "Processus",
    explain:
      "Ce que vous tuez ici est tué des deux côtés. Les deux orchestrateurs redémarrent d’eux-mêmes ; un service, quand vous le dites.",
    names: { orchestrator: "Orchestrateur", "store-manager": "Store Manager", payments: "Payments" },
    pids: (ours, byHand) => `pid ${ours}, à la main ${byHand}`,
    down: "ne tourne pas",
    kill: (name) => `Tuer ${name}`,
    start: (name) => `Démarrer ${name}`,
    reload: "Recharger les définitions",
    reloadExplain: (starts) =>
      `Après avoir modifié une saga : l’orchestrateur s’arrête en ordre, et repart avec ce que disent les fichiers. Redémarré jusqu’ici : ${starts} fois.`,
    problem: "L’orchestrateur ne démarre pas. Corrigez ce qu’il dit, et rechargez les définitions :",
    failed: "Cela n’a pas marché. Essayez de nouveau, ou regardez ce que dit le terminal.",
  },
  definition: { title: (version) => `Les étapes d’une commande, version ${version}` },
  lesson: {
    of: (number, all) => `Leçon ${number} sur ${all}`,
    doThis: "Faites ceci",
    notice: "Remarquez",
    think: "Réfléchissez",
    answer: "Une réponse",
    exercise: (number) => `Plus en détail, à la main : exercice ${number} de docs/fr/lab.md.`,
    live: "Votre commande, en direct",
    nothingYet: "Son échelle apparaît ici quand vous l’avez fait.",
    openInConsole: "s’ouvre dans la console",
    failed: "Cela n’a pas marché. Tous les processus tournent-ils ? Regardez « Casser ».",
    next: (title) => `Ensuite : ${title}`,
    toBreakIt: "Maintenant, cassez-le vous-même",
  },
  lessons,
};
