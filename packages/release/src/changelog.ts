/** The sections of docs/upgrade.md, by their headings. */
const SECTION = /^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm;
const UNRELEASED = "Unreleased";

/** What docs/upgrade.md says of a version, or of what is not released yet: the changelog of a release. Links lead out of it to the repository. */
export function changelogOf(upgradePage: string, version: string): string {
  const sections = new Map([...upgradePage.matchAll(SECTION)].map(([, heading = "", text = ""]) => [heading, text.trim()]));
  const text = sections.get(version) ?? sections.get(UNRELEASED);
  if (!text) throw new Error(`docs/upgrade.md has nothing under "## ${version}", nor under "## ${UNRELEASED}".`);
  return `# ${version}\n\n${text.replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, "$1")}\n`;
}

/**
 * The page when a version is released: what was not released is the section of that version, and a new one begins.
 *
 * @throws Error when the page has that version already, or nothing new.
 */
export function releasedPage(upgradePage: string, version: string): string {
  if (upgradePage.includes(`\n## ${version}\n`)) throw new Error(`docs/upgrade.md has a section ${version} already.`);
  changelogOf(upgradePage, version);
  return upgradePage.replace(`## ${UNRELEASED}\n`, `## ${UNRELEASED}\n\nNothing yet.\n\n## ${version}\n`);
}
