import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { chainOf, type Instruction, readDockerfile, type Stage } from "./dockerfile.ts";
import { ignoredBy } from "./ignored.ts";

const run = promisify(execFile);

/** Where an instruction works: the file system of its stage is a directory here. */
interface At {
  readonly root: string;
  readonly workingDirectory: string;
}

/**
 * Makes the file systems of the images as the Dockerfile says, without an engine: `COPY` copies what `.dockerignore` leaves, `RUN` runs here.
 * A base that is no stage is an empty directory.
 */
export class ImageBuild {
  readonly stages: readonly Stage[];
  readonly #context: string;
  readonly #directory: string;
  readonly #isIgnored: (path: string) => boolean;
  readonly #built = new Map<string, Promise<string>>();

  /** @param directory where the file systems are made. */
  constructor(context: string, directory: string) {
    this.stages = readDockerfile(readFileSync(join(context, "Dockerfile"), "utf8"));
    this.#isIgnored = ignoredBy(readFileSync(join(context, ".dockerignore"), "utf8"));
    this.#context = context;
    this.#directory = directory;
  }

  /** Gives the root of the file system of a stage. */
  async build(name: string): Promise<string> {
    const built = this.#built.get(name) ?? this.#make(name);
    this.#built.set(name, built);
    return await built;
  }

  async #make(name: string): Promise<string> {
    const root = join(this.#directory, name);
    mkdirSync(root);
    let workingDirectory = "/";
    for (const { instructions } of chainOf(this.stages, name)) {
      for (const instruction of instructions) {
        if (instruction.keyword === "WORKDIR") {
          workingDirectory = instruction.text;
          mkdirSync(join(root, workingDirectory), { recursive: true });
        }
        if (instruction.keyword === "COPY") await this.#copy(instruction, { root, workingDirectory });
        if (instruction.keyword === "RUN")
          await run("/bin/sh", ["-c", instruction.text], { cwd: join(root, workingDirectory), env: installingHere() });
      }
    }
    return root;
  }

  async #copy({ flags, text }: Instruction, { root, workingDirectory }: At): Promise<void> {
    const paths = text.split(" ");
    const target = resolve("/", workingDirectory, paths.at(-1) ?? "");
    const { from, chown, chmod } = flags;
    const source = from === undefined ? this.#context : await this.build(from);
    for (const path of paths.slice(0, -1)) {
      const at = join(source, path);
      // A directory gives what is in it, and a file comes into a directory.
      const to = join(root, statSync(at).isDirectory() ? target : join(target, basename(path)));
      if (from === undefined) this.#copyContext(path, to);
      else linkTree(at, to);
      if (chmod !== undefined) chmodSync(to, Number.parseInt(chmod, 8));
      const [uid = 0, gid = 0] = (chown ?? "").split(":").map(Number);
      if (chown !== undefined && process.getuid?.() === 0) chownSync(to, uid, gid);
    }
  }

  /** As a checkout under a strict umask has its files: only their owner may read them. */
  #copyContext(path: string, to: string): void {
    const from = join(this.#context, path);
    if (!lstatSync(from).isDirectory()) {
      if (this.#isIgnored(path)) throw new Error(`.dockerignore keeps ${path} out, which the Dockerfile copies.`);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(from, to);
      chmodSync(to, 0o600);
      return;
    }
    mkdirSync(to, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(from)) {
      if (!this.#isIgnored(`${path}/${name}`)) this.#copyContext(`${path}/${name}`, join(to, name));
    }
  }
}

/** The packages are copied from pnpm's store: the modes of its own files must stay as they are. */
function installingHere(): NodeJS.ProcessEnv {
  return { ...process.env, npm_config_package_import_method: "copy", pnpm_config_package_import_method: "copy" };
}

/** Links instead of copying: stages share their files, which nothing changes any more. */
function linkTree(from: string, to: string): void {
  const found = lstatSync(from);
  if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (found.isDirectory()) {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) linkTree(join(from, name), join(to, name));
  } else linkSync(from, to);
}
