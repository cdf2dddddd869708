export { buildLab, isLabCurrent, labDirectory } from "./build-lab.ts";
