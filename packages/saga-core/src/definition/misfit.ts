/** The name of a type in a message of the compiler. */
type NameOf<T> = [T] extends [never]
  ? "never"
  : unknown extends T
    ? "unknown"
    : [T] extends [undefined]
      ? "undefined"
      : undefined extends T
        ? `${NameOf<Exclude<T, undefined>>} or undefined`
        : null extends T
          ? `${NameOf<Exclude<T, null>>} or null`
          : PlainNameOf<T>;

type PlainNameOf<T> = [T] extends [never]
  ? "nothing else"
  : [T] extends [boolean]
    ? boolean extends T
      ? "boolean"
      : `${T}`
    : [T] extends [string]
      ? LiteralNameOf<T, "string", string>
      : [T] extends [number]
        ? LiteralNameOf<T, "number", number>
        : [T] extends [string | number]
          ? "string or number"
          : [T] extends [unknown[]]
            ? "an array"
            : [T] extends [readonly unknown[]]
              ? "a readonly array"
              : [T] extends [(...args: never) => unknown]
                ? "a function"
                : [T] extends [object]
                  ? "an object"
                  : "another type";

type LiteralNameOf<T extends string | number, Name extends string, Any> = Any extends T
  ? Name
  : IsUnion<T> extends true
    ? `one of certain ${Name}s`
    : `${T}`;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** The words of a message: who needs something, how it is introduced where it is of another type, and where there is none. */
interface Says {
  readonly who: string;
  readonly where: string;
  readonly nobody: string;
}

/** A depth of members. Deeper ones are not compared: a type may contain itself. */
type Depth = readonly unknown[];
type Deep = readonly [0, 0, 0];

/**
 * One line for each member of `Needs` that `Data` lacks, or has with another type. `never` if it fits.
 */
export type Misfits<Needs, Data, Words extends Says> = [Data] extends [Needs] ? never : MembersOf<Needs, Data, Words, "", []>;

// Inferred, so that the compiler shows the lines, and not the name of this type.
type MembersOf<Needs, Data, Words extends Says, Before extends string, At extends Depth> = {
  [Name in keyof Needs & string]: string extends Name
    ? never
    : MemberOf<Pick<Needs, Name>, Data, Words, `${Before}${Name}`, Name, At>;
}[keyof Needs & string] extends infer Lines extends string
  ? Lines
  : never;

type MemberOf<
  Need extends object,
  Data,
  Words extends Says,
  Path extends string,
  Name extends keyof Need & string,
  At extends Depth,
> = Name extends keyof Data
  ? Pick<Data, Name> extends Need
    ? never
    : Record<never, never> extends Pick<Data, Name>
      ? Line<Words, Path, NameOf<Need[Name]>, `${NameOf<Exclude<Data[Name], undefined>>} or missing`>
      : ValueOf<Need[Name], Data[Name], Words, Path, At>
  : Record<never, never> extends Need
    ? never
    : `${Words["who"]} needs ${Path}: ${NameOf<Need[Name]>}, and ${Words["nobody"]} ${Path}`;

/** Where objects or arrays differ, what differs is inside. */
type ValueOf<Need, Have, Words extends Says, Path extends string, At extends Depth> = At extends Deep
  ? Line<Words, Path, NameOf<Need>, NameOf<Have>>
  : [Have, Need] extends [readonly (infer One)[], readonly (infer Other)[]]
    ? OrLine<ValueOfElement<Other, One, Words, `${Path}[]`, [...At, 0]>, Need, Have, Words, Path>
    : [NameOf<Have>, NameOf<Need>] extends ["an object", "an object"]
      ? OrLine<MembersOf<Need, Have, Words, `${Path}.`, [...At, 0]>, Need, Have, Words, Path>
      : Line<Words, Path, NameOf<Need>, NameOf<Have>>;

type ValueOfElement<Need, Have, Words extends Says, Path extends string, At extends Depth> = [Have] extends [Need]
  ? never
  : ValueOf<Need, Have, Words, Path, At>;

type OrLine<Inside extends string, Need, Have, Words extends Says, Path extends string> = [Inside] extends [never]
  ? Line<Words, Path, NameOf<Need>, NameOf<Have>>
  : Inside;

type Line<
  Words extends Says,
  Path extends string,
  Need extends string,
  Have extends string,
> = `${Words["who"]} needs ${Path}: ${Need}, and ${Path} is ${Have} ${Words["where"]}`;
