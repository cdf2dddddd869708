export { httpPath, makeApiFiles, postmanPath } from "./api-files.ts";
