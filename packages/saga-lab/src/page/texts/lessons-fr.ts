import type { LabMessages } from "./messages.ts";

export const lessons: LabMessages["lessons"] = {
  "all-goes-well": {
    short: "Tout va bien",
    title: "Tout va bien",
    doThis: "Une commande : Store Manager l’écrit et prend son stock, puis Payments fait le paiement. Rien ne tourne mal.",
    button: "Passer une commande",
    notice: [
      "Le rail de gauche descend : chaque étape est faite avant que la suivante soit appelée.",
      "La double ligne est le pivot. Au-dessus, une étape faite peut être défaite : son chemin remonte alors à droite, comme le montre la leçon suivante. Au-dessous, il n’y en a pas.",
      "Ouvrez la commande dans la console : son histoire nomme chaque appel, et l’état où il a mené.",
    ],
    question:
      "L’orchestrateur et deux services, chacun sa base de données, aucune transaction autour. Qu’est-ce qui rend une commande entière, ou absente ?",
    answer:
      "L’orchestrateur écrit chaque début, ce qu’a donné chaque appel, et que le pivot va être envoyé. Quoi qu’il arrive, il sait par là ce qui est fait et ce qui est en doute, et continue : jusqu’au bout, ou en arrière jusqu’au début.",
  },
  compensation: {
    short: "La compensation",
    title: "Payments est en panne, et la commande est défaite",
    doThis: "Payments répond 503 à tous : il n’a rien fait, et le dit. Passez une commande.",
    button: "Passer une commande",
    notice: [
      "Le paiement est essayé de nouveau. Payments dit quand revenir (Retry-After), et donc qu’il n’a rien fait : rien n’est en doute. Un 503 sans cela peut venir de n’importe où entre les deux, et serait en doute.",
      "Puis la commande tourne. Son chemin remonte à droite : le stock est rendu d’abord, puis la commande est effacée. La dernière étape faite est défaite la première.",
      "L’orchestrateur écrit à la main la défait aussi. Tant que chaque appel reçoit une réponse claire, un try et un catch suffisent.",
    ],
    question: "Pourquoi le stock est-il rendu avant que la commande soit effacée, et non l’inverse ?",
    answer:
      "Les étapes reposent l’une sur l’autre : le stock a été pris pour une commande qui existe. En sens inverse, chaque annulation trouve le monde comme son étape l’a laissé. Dans un autre ordre, quelqu’un voit du stock pris pour une commande que personne ne connaît.",
  },
  "unknown-outcome": {
    short: "L’issue inconnue",
    title: "Une réponse se perd",
    doThis: "Payments fera le paiement, et coupera la ligne avant de répondre. Il coupera aussi les quatre réponses suivantes.",
    button: "Passer une commande",
    notice: [
      "Le paiement est en doute, et non refusé : il a été envoyé. Deux voies en tireté partent du losange, et rien n’est défait : les deux pourraient être fausses.",
      "Le même appel est renvoyé sous la même clé, jusqu’à une réponse. Payments connaît la clé : il répond ce qu’il a fait la première fois, et ne fait pas de second paiement.",
      "Plus bas, la commande à la main : sa ligne a été coupée, donc elle a abandonné et défait la commande. Le paiement est toujours là : quelqu’un a payé pour rien.",
    ],
    question: "Et si Payments ne connaissait pas les clés ?",
    answer:
      "Alors répéter pourrait payer deux fois, et défaire pourrait laisser un paiement pour rien. La commande demande un humain, qui regarde chez Payments et dit ce qui est vrai. Démarrez le tout avec KEYED=false, et refaites cette leçon.",
  },
  crash: {
    short: "Arrêt brutal et reprise",
    title: "L’orchestrateur est tué",
    doThis:
      "Store Manager prend six secondes pour le stock de la prochaine commande. Pendant ce temps, les deux orchestrateurs sont tués, comme si l’on débranchait la prise.",
    button: "Passer une commande, et tuer les deux",
    notice: [
      "L’échelle s’immobilise un instant : le processus n’est plus là. Son journal est sur le disque, et il redémarre.",
      "Il ne sait pas si le stock a été pris : l’étape est en doute. Il renvoie donc le même appel sous la même clé, jusqu’à une réponse.",
      "Puis il continue, et la commande est faite : son stock est pris une fois. À la main, personne ne se souvient de la commande. Elle est là, son stock est parti, et personne ne la paie.",
    ],
    question: "Pourquoi l’orchestrateur peut-il simplement redemander, sans savoir ce qu’est devenu le premier appel ?",
    answer:
      "Grâce à la clé, faite de la saga et de l’étape, et donc la même après un arrêt brutal. Store Manager garde sa première réponse à une clé : on peut lui demander autant de fois qu’on veut, le stock est pris une fois. Seul le pivot demande une trace sur le disque avant d’être envoyé : après lui, on ne revient plus.",
  },
  "sick-customer": {
    short: "Un client malade",
    title: "Un client toujours refusé",
    doThis:
      "Payments limite le client 2 : il répond 429 à chacun de ses paiements. Dix commandes arrivent, dont deux du client 2.",
    button: "Passer dix commandes",
    notice: [
      "L’échelle montre une commande du client 2 : injoignable, ce qui vaut pour un service qui ne fait rien pour l’instant, et essayée de nouveau : jamais avant la seconde que Payments demande, et chaque fois plus tard.",
      "Le tableau des commandes sous « Casser » a les huit autres : elles sont terminées, et aucune n’attend les deux. Regardez-le ensuite.",
      "Après huit tentatives, une dizaine de secondes, les deux abandonnent et sont défaites : une commande qui n’atteint pas son pivot est reprise, après tant de tentatives ou à son délai de quinze secondes, selon ce qui vient d’abord.",
    ],
    question:
      "Après beaucoup d’échecs de suite, un orchestrateur cesse d’appeler un service, pour le ménager. Comment les huit passent-elles alors ?",
    answer:
      "Il compte des commandes différentes, et ici deux seulement échouent : le disjoncteur reste fermé. S’il y en a plus, il s’ouvre, et une commande qui n’a pas encore échoué peut pourtant essayer : son succès montre que le service va bien. Ainsi un client malade n’arrête que lui-même.",
  },
};
