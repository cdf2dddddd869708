import type { ComponentChildren, VNode } from "preact";
import { t } from "../texts/language.ts";
import { paths } from "./paths.ts";

interface SagaLinkProps {
  readonly id: string;
  /** The anchor on the saga's page. */
  readonly at?: string;
  readonly tone?: string;
  readonly children: ComponentChildren;
}

/** Leads to a saga in a tab of its own: this page has what is nowhere else. */
export function SagaLink({ id, at, tone, children }: SagaLinkProps): VNode {
  return (
    <a class={tone} href={`${paths.saga(id)}${at === undefined ? "" : `#${at}`}`} target="_blank" rel="noopener">
      {children}
      <span class="visually-hidden"> ({t.value.repair.newTab})</span>
    </a>
  );
}
