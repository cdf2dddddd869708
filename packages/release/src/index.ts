export { apiReport, REPORT } from "./api-report.ts";
export { build, pack } from "./pack.ts";
export { type PublishedNames, publishedNames } from "./published-names.ts";
export { runCommand } from "./run-command.ts";
export { librariesOf, type PublishedPackage, readJson, readWorkspace, type Workspace } from "./workspace.ts";
