import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { buckets, type LabelOf, type MetricName, metricTable } from "./metric-table.ts";

type Names<Type extends string> = {
  [Name in MetricName]: (typeof metricTable)[Name]["type"] extends Type ? Name : never;
}[MetricName];

/** Makes metrics by their names in the table. */
export class MetricRegistry {
  readonly #registry = new Registry();

  /** The type of the text. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }

  /** @param collect raises it at each scrape. */
  counter<Name extends Names<"counter">>(
    name: Name,
    collect?: (counter: Counter<LabelOf<Name>>) => void,
  ): Counter<LabelOf<Name>> {
    const counter: Counter<LabelOf<Name>> = new Counter({
      ...this.#options(name),
      labelNames: labelsOf(name),
      ...(collect && { collect: () => collect(counter) }),
    });
    return counter;
  }

  /** @param collect sets it at each scrape. */
  gauge<Name extends Names<"gauge">>(name: Name, collect?: (gauge: Gauge<LabelOf<Name>>) => void): Gauge<LabelOf<Name>> {
    const gauge: Gauge<LabelOf<Name>> = new Gauge({
      ...this.#options(name),
      labelNames: labelsOf(name),
      ...(collect && { collect: () => collect(gauge) }),
    });
    return gauge;
  }

  histogram<Name extends Names<"histogram"> & keyof typeof buckets>(name: Name): Histogram<LabelOf<Name>> {
    return new Histogram({ ...this.#options(name), labelNames: labelsOf(name), buckets: [...buckets[name]] });
  }

  #options(name: MetricName) {
    return { name, help: `${metricTable[name].help.replaceAll("`", "")}.`, registers: [this.#registry] };
  }
}

function labelsOf<Name extends MetricName>(name: Name): readonly LabelOf<Name>[] {
  const { labels }: { readonly labels: readonly LabelOf<Name>[] } = metricTable[name];
  return labels;
}
