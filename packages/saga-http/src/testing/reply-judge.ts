import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { z } from "zod";

const openApi = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) }))),
});

/** The statuses that any route may answer with, also one that does not document them: for a malformed URL, a page of another site, a wrong method, a foreign host and a defect. */
const ANYWHERE = new Set([400, 403, 405, 421, 500]);

/** Compares replies with the OpenAPI document of their app. */
export class ReplyJudge {
  readonly #document: z.output<typeof openApi>;
  readonly #ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });

  constructor(document: unknown) {
    this.#document = openApi.parse(document);
    formats(this.#ajv);
    // OpenAPI's keywords, which JSON Schema does not have.
    this.#ajv.addVocabulary([...Object.keys(this.#document), "example"]);
    this.#ajv.addSchema({ $id: "openapi", ...this.#document }, undefined, undefined, false);
  }

  /** The differences between a reply and the document; none for a page that the document leaves out. */
  async faultsOf(method: string, path: string, reply: Response): Promise<readonly string[]> {
    const template = this.#templateOf(method, path);
    if (template === undefined || (ANYWHERE.has(reply.status) && !this.#isDocumented(template, method, reply.status))) return [];
    const contentType = (reply.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const at = `${method} ${template} ${reply.status}`;
    if (!this.#isDocumented(template, method, reply.status)) return [`${at} is not in the document`];
    if (!contentType.endsWith("json")) return [];
    return this.#validate(
      [template, method.toLowerCase(), "responses", String(reply.status), "content", contentType],
      await reply.json(),
    ).map((fault) => `${at}: ${fault}`);
  }

  /** The differences between the document's examples and their schemas. */
  faultyExamples(): readonly string[] {
    return this.#responses().flatMap(({ place, content }) =>
      Object.entries(content).flatMap(([contentType, { example, examples = {} }]) => {
        const shown = example === undefined ? Object.values(examples).map(({ value }) => value) : [example];
        if (shown.length === 0) return [`${place.join(" ")} has no example`];
        return shown
          .flatMap((value) => this.#validate([...place, "content", contentType], value))
          .map((fault) => `${place.join(" ")}: ${fault}`);
      }),
    );
  }

  #responses() {
    const media = z.record(
      z.string(),
      z.looseObject({
        example: z.unknown().optional(),
        examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
      }),
    );
    const response = z.looseObject({ content: media.optional() });
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.entries(responses).map(([status, each]) => ({
          place: [path, method, "responses", status],
          content: response.parse(each).content ?? {},
        })),
      ),
    );
  }

  #isDocumented(template: string, method: string, status: number): boolean {
    return this.#document.paths[template]?.[method.toLowerCase()]?.responses[String(status)] !== undefined;
  }

  #templateOf(method: string, path: string): string | undefined {
    const fits = Object.entries(this.#document.paths).filter(
      ([template, methods]) =>
        methods[method.toLowerCase()] !== undefined && new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
    );
    return fits.map(([template]) => template).toSorted((one, other) => one.indexOf("{") - other.indexOf("{"))[0];
  }

  #validate(place: readonly string[], value: unknown): readonly string[] {
    const validate = this.#ajv.getSchema(`openapi#/${["paths", ...place, "schema"].map(escapePointer).join("/")}`);
    if (!validate) return [`${place.join(" ")} has no schema`];
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message, keyword }) => `${instancePath} ${message ?? keyword}`);
  }
}

function escapePointer(token: string): string {
  return encodeURIComponent(token.replaceAll("~", "~0").replaceAll("/", "~1"));
}
