/** One instruction of a Dockerfile: `COPY --from=build /app app` has the flag `from`, and the rest as its text. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** The image or the stage that it begins with. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** What a container of a stage runs, and how. */
export interface Image {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthCheck: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly number[];
}

/** @throws Error where a line is no instruction, or a stage has no name. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  for (const line of lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")) {
    if (line.trim() === "") continue;
    const instruction = readInstruction(line);
    if (instruction.keyword === "FROM") {
      const [, from = "", name = ""] = /^(\S+) AS (\S+)$/.exec(instruction.text) ?? [];
      if (name === "") throw new Error(`A stage has no name: ${line}`);
      stages.push({ name, from, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function readInstruction(line: string): Instruction {
  const [, keyword = "", flags = "", text = ""] = /^([A-Z]+)((?: --[\w-]+=\S+)*) +(.*)$/.exec(line) ?? [];
  if (keyword === "") throw new Error(`This is no instruction: ${line}`);
  const named = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value] as const);
  return { keyword, flags: Object.fromEntries(named), text };
}

/** The stages that a stage is made of, the first one first. */
export function chainOf(stages: readonly Stage[], name: string): readonly Stage[] {
  const stage = stages.find((each) => each.name === name);
  return stage ? [...chainOf(stages, stage.from), stage] : [];
}

export function imageOf(stages: readonly Stage[], name: string): Image {
  const instructions = chainOf(stages, name).flatMap((stage) => stage.instructions);
  const textsOf = (keyword: string) => instructions.filter((each) => each.keyword === keyword).map(({ text }) => text);
  const last = (keyword: string) => textsOf(keyword).at(-1) ?? "";
  return {
    environment: Object.fromEntries(textsOf("ENV").flatMap((text) => text.split(" ").map((pair) => pairOf(pair)))),
    workingDirectory: last("WORKDIR"),
    user: last("USER"),
    entrypoint: wordsOf(last("ENTRYPOINT")),
    healthCheck: wordsOf(last("HEALTHCHECK").replace(/^CMD /, "")),
    volumes: textsOf("VOLUME"),
    ports: textsOf("EXPOSE").map(Number),
  };
}

function pairOf(text: string): readonly [string, string] {
  const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(text) ?? [];
  return [name, value];
}

/** A command in its exec form, `["deno", "run"]`: no shell stands between it and the signals. */
function wordsOf(text: string): readonly string[] {
  const words: unknown = text === "" ? [] : JSON.parse(text);
  if (!Array.isArray(words)) throw new Error(`This command is not in its exec form: ${text}`);
  return words.map(String);
}
