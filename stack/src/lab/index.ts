export { type LabOptions, RunningLab } from "./running-lab.ts";
