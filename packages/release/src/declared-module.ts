/** What a module's declarations say: what it declares, what it imports, and what it passes on from other modules. */
export interface DeclaredModule {
  /** The text of each declaration, without comments, by its name. Overloads are together. */
  readonly declarations: ReadonlyMap<string, string>;
  /** What it imports, by its name here. */
  readonly imports: ReadonlyMap<string, Origin>;
  /** What it exports, by the name outside; of another module, or under a name of this one. */
  readonly exports: ReadonlyMap<string, Origin>;
}

/** A name in a module; without a module, in this one. */
export interface Origin {
  readonly specifier?: string;
  readonly name: string;
}

const COMMENT = /^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm;
const BEGINNING = /^(?:export|import|declare|abstract|class|interface|type|function|const|let|namespace|enum)\b/;
const DECLARATION =
  /^(?<exported>export )?(?:declare )?(?:abstract )?(?:async )?(?:function|class|interface|type|const|let|namespace|enum) (?<name>[\w$]+)/;
const LIST = /^(?<keyword>import|export) (?:type )?\{(?<list>[^}]*)\}(?: from ["'](?<specifier>[^"']+)["'])?;/;
const WHOLE = /^import (?:type )?\* as (?<name>[\w$]+) from ["'](?<specifier>[^"']+)["'];/;

/** Reads declarations as the TypeScript compiler writes them: only a statement has its keyword in the first column. */
export function readDeclarations(text: string): DeclaredModule {
  const found = {
    declarations: new Map<string, string>(),
    imports: new Map<string, Origin>(),
    exports: new Map<string, Origin>(),
  };
  for (const statement of statementsOf(text)) {
    if (!readers.some((read) => read(statement, found))) throw new Error(`This statement is not understood: ${statement}`);
  }
  return found;
}

interface Found {
  readonly declarations: Map<string, string>;
  readonly imports: Map<string, Origin>;
  readonly exports: Map<string, Origin>;
}

/** Each reads one kind of statement, and returns whether the statement is of its kind. */
const readers: readonly ((statement: string, found: Found) => boolean)[] = [readDeclaration, readList, readWhole];

function readDeclaration(statement: string, { declarations, exports }: Found): boolean {
  const { name, exported } = DECLARATION.exec(statement)?.groups ?? {};
  if (name === undefined) return false;
  const earlier = declarations.get(name);
  declarations.set(name, earlier === undefined ? statement : `${earlier}\n${statement}`);
  if (exported) exports.set(name, { name });
  return true;
}

function readList(statement: string, { imports, exports }: Found): boolean {
  const { keyword, list, specifier } = LIST.exec(statement)?.groups ?? {};
  if (list === undefined) return false;
  const named = keyword === "export" ? exports : imports;
  for (const [outer, name] of namesIn(list)) named.set(outer, { name, ...(specifier !== undefined && { specifier }) });
  return true;
}

function readWhole(statement: string, { imports }: Found): boolean {
  const { name, specifier } = WHOLE.exec(statement)?.groups ?? {};
  if (name === undefined || specifier === undefined) return false;
  imports.set(name, { name: "*", specifier });
  return true;
}

function statementsOf(text: string): readonly string[] {
  const statements: string[] = [];
  const lines = text
    .replaceAll(COMMENT, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  for (const line of lines) {
    if (BEGINNING.test(line)) statements.push(line);
    else statements.push(`${statements.pop() ?? ""}\n${line}`);
  }
  return statements;
}

/** The pairs of outer and inner name of `a, type B, c as d`. */
function namesIn(list: string): readonly (readonly [string, string])[] {
  const parts = list.split(",").map((part) => part.trim().replace(/^type /, ""));
  return parts
    .filter((part) => part !== "")
    .map((part) => {
      const [inner = "", outer = inner] = part.split(" as ");
      return [outer, inner] as const;
    });
}
